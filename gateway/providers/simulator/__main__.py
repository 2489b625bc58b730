"""`python -m gateway.providers.simulator`: the phones and the providers behind them, on this machine."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

import click

from gateway.providers.simulator.config import SimulatorConfig
from gateway.providers.simulator.samples import type_samples
from gateway.providers.simulator.server import PortTaken, Simulator

_EXAMPLE = """Run the simulated providers and a page with phones.

\b
Example:
  python -m gateway.providers.simulator --port 9000 --product http://127.0.0.1:8000

It shares its made-up credentials with the product by the product's own settings (IZWI_TWILIO_ACCOUNT_SID and so on). The product
reaches it by IZWI_TWILIO_API_BASE, IZWI_AFRICASTALKING_API_BASE, IZWI_AFRICASTALKING_VOICE_API_BASE and IZWI_HANDSET_API_BASE,
all set to its address; recordings and pictures are on a second one, as they are at the providers.
"""
_Command = TypeVar("_Command", bound=Callable[..., Any])
_DEFAULTS = SimulatorConfig(product="")


def _shared(name: str) -> Callable[[_Command], _Command]:
    """Make the option of a value that the product has too, under the product's own name for it."""
    default = getattr(_DEFAULTS, name)
    return click.option(
        f"--{name.replace('_', '-')}", name, default=default, envvar=f"IZWI_{name.upper()}", help="As in the product's settings."
    )


@click.command(help=_EXAMPLE)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=9000, show_default=True, help="The port; 0 for any.")
@click.option("--media-port", type=click.IntRange(0, 65535), default=0, show_default=True, help="That of the media; 0 for any.")
@click.option("--product", default="http://127.0.0.1:8000", show_default=True, help="Where the product takes webhooks.")
@click.option("--public-url", default="", envvar="IZWI_PUBLIC_URL", help="The product's public address, which is signed.")
@click.option("--twilio-line", default=_DEFAULTS.twilio_line, show_default=True, help="The line's number at Twilio.")
@click.option("--africastalking-line", default=_DEFAULTS.africastalking_line, show_default=True, help="Its short code.")
@click.option("--africastalking-voice-line", default=_DEFAULTS.africastalking_voice_line, show_default=True, help="To call.")
@click.option("--africastalking-ussd-code", default=_DEFAULTS.africastalking_ussd_code, show_default=True, help="To dial.")
@click.option("--handset-line", default=_DEFAULTS.handset_line, show_default=True, help="The number of the handset.")
@click.option("--pace", type=float, default=_DEFAULTS.pace, show_default=True, help="Seconds between steps of a delivery.")
@click.option("--retry-pause", type=float, default=_DEFAULTS.retry_pause, show_default=True, help="Seconds before a repeat.")
@click.option("--sample", is_flag=True, help="Type some sample reports once the product takes texts.")
@_shared("twilio_account_sid")
@_shared("twilio_auth_token")
@_shared("africastalking_username")
@_shared("africastalking_api_key")
@_shared("africastalking_webhook_secret")
@_shared("handset_login")
@_shared("handset_password")
@_shared("handset_signing_key")
def main(host: str, port: int, media_port: int, sample: bool, **given: Any) -> None:
    """Serve until told to stop."""
    for name in ("twilio_auth_token", "africastalking_webhook_secret"):
        given[name] = given[name].split(",")[0].strip()  # of two in a rotation, the first is the one in use
    try:
        simulator = Simulator(SimulatorConfig(**given), host=host, port=port, media_port=media_port)
    except PortTaken as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    simulator.start()
    click.echo(f"Phones: {simulator.url}/")
    if sample:
        threading.Thread(target=type_samples, args=(simulator, stopped), daemon=True).start()
    stopped.wait()
    simulator.stop()


if __name__ == "__main__":
    main()
