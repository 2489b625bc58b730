"""`./izwi demo`: everything on this machine, with phones in the browser, and nobody real."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import click

from config.logs import configure_logs
from config.settings import ROOT, Settings, load_settings
from gateway import wiring
from gateway.children import Child, child_env, children_for
from gateway.cli.founding import prepare, refuse_other_secret
from gateway.cli.passwords import new_password
from gateway.listeners import CannotListen, open_listeners
from gateway.supervisor import Supervisor
from handlers.records import Role

_REAL = ("IZWI_TWILIO_", "IZWI_AFRICASTALKING_", "IZWI_HANDSET_", "IZWI_FORWARD_WEBHOOK_")
_NOTE = "demo.json"  # passwords and made-up credentials of the demo, so that a second start shows the same ones
_PEOPLE = (("tariro", Role.COORDINATOR), ("rudo", Role.COORDINATOR), ("focal", Role.FOCAL_POINT))


@click.command()
@click.option("--fresh", is_flag=True, help="Begin anew: what an earlier demo left is removed.")
@click.option("--port", type=click.IntRange(1024, 65532), default=8000, show_default=True, help="And the three ports above it.")
def demo(fresh: bool, port: int) -> None:
    """Run everything on made-up people: the line, its pages, and a page with phones. Ctrl-C stops all of it.

    \b
    Example: ./izwi demo
    """
    _refuse_real_credentials(os.environ)
    folder = Path(os.environ.get("IZWI_STATE_DIR") or ROOT / "state" / "demo")
    if fresh:
        _clear(folder)
    try:
        (folder / "forwarded").mkdir(mode=0o700, parents=True, exist_ok=True)
        is_new = not (folder / _NOTE).exists()
        note = _new_note() if is_new else json.loads((folder / _NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise click.ClickException(f"{folder} cannot be written: set IZWI_STATE_DIR to a folder that can.") from None
    env = {**os.environ, **_environment(folder, port, note["credentials"])}
    settings = load_settings(env)
    _check_ports(settings, port)
    if is_new:
        _found(settings, note["passwords"])
        _keep(folder / _NOTE, note)
    else:
        prepare(settings)
        with wiring.open_house(settings) as house:
            refuse_other_secret(house)
    configure_logs("error")
    with ExitStack() as doors, ExitStack() as held:
        children = [*children_for(settings, env, doors=doors, held=held), _simulator(settings, env, port, is_new)]
        supervisor = Supervisor(children, doors=doors.pop_all(), held=held.pop_all())
    click.echo("Starting ...")
    raise click.exceptions.Exit(supervisor.run(lambda: click.echo(_welcome(settings, port, note["passwords"]))))


def _refuse_real_credentials(env: Mapping[str, str]) -> None:
    real = sorted(name for name, value in env.items() if name.startswith(_REAL) and value)
    if real:
        raise click.ClickException(f"the demo never runs with real credentials: unset {', '.join(real)}.")


def _clear(folder: Path) -> None:
    """Remove an earlier demo; a folder that is none is left alone."""
    if not folder.exists():
        return
    if not (folder / _NOTE).exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not an earlier demo: it is left as it is. Set IZWI_STATE_DIR to another folder.")
    shutil.rmtree(folder)


def _new_note() -> dict[str, dict[str, str]]:
    return {
        "passwords": {login: new_password() for login, _ in _PEOPLE},
        "credentials": {
            "IZWI_TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
            "IZWI_TWILIO_AUTH_TOKEN": secrets.token_hex(16),
            "IZWI_AFRICASTALKING_USERNAME": "izwi",
            "IZWI_AFRICASTALKING_API_KEY": secrets.token_hex(16),
            "IZWI_AFRICASTALKING_WEBHOOK_SECRET": secrets.token_urlsafe(24).replace("-", "x").replace("_", "y"),
            "IZWI_HANDSET_LOGIN": "izwi",
            "IZWI_HANDSET_PASSWORD": secrets.token_hex(16),
            "IZWI_HANDSET_SIGNING_KEY": secrets.token_hex(16),
        },
    }


def _environment(folder: Path, port: int, credentials: Mapping[str, str]) -> dict[str, str]:
    simulator = f"http://127.0.0.1:{port + 2}"
    return {
        **credentials,
        "IZWI_DEMO": "true",
        "IZWI_LOG_LEVEL": "error",
        "IZWI_STATE_DIR": str(folder),
        "IZWI_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "IZWI_BIND": f"127.0.0.1:{port}",
        "IZWI_OPS_BIND": f"127.0.0.1:{port + 1}",
        "IZWI_LINES": "twilio:+12065550100=text+voice,africastalking:33000=text,africastalking:+254711082000=voice,"
        "handset:+263770000099=text",
        "IZWI_TWILIO_API_BASE": simulator,
        "IZWI_AFRICASTALKING_API_BASE": simulator,
        "IZWI_AFRICASTALKING_VOICE_API_BASE": simulator,
        "IZWI_MEDIA_BASES": f"http://127.0.0.1:{port + 3}",
        "IZWI_HANDSET_API_BASE": simulator,
        "IZWI_CALL_BACK_DELAY_MINUTES": "0-0",
        "IZWI_REPLY_DELAY_MINUTES": "0-0",
        "IZWI_REPLY_QUIET_HOURS": "00:00-00:00",
        "IZWI_CALL_BACK_QUIET_HOURS": "00:00-00:00",  # whoever tries it at night flashes in vain otherwise
        "IZWI_FORWARD_FOLDER": str(folder / "forwarded"),
    }


def _check_ports(settings: Settings, port: int) -> None:
    """Say which port is in use before anything is made or started."""
    address = type(settings.bind)
    ours = [settings.bind, settings.ops_bind, address("127.0.0.1", port + 2), address("127.0.0.1", port + 3)]
    wanted = [("--port", one) for one in ours]
    try:
        for listener in open_listeners(wanted):
            listener.close()
    except CannotListen as error:
        raise click.ClickException(str(error)) from None


def _found(settings: Settings, passwords: Mapping[str, str]) -> None:
    prepare(settings)
    with wiring.open_house(settings) as house:
        held, _ = house.people.found()
        for login, role in _PEOPLE:
            house.people.add(login, role, passwords[login], held=held)


def _keep(path: Path, note: Mapping[str, object]) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(note, file)


def _simulator(settings: Settings, env: Mapping[str, str], port: int, is_new: bool) -> Child:
    command = [sys.executable, "-m", "gateway.providers.simulator", "--port", str(port + 2)]
    command += ["--media-port", str(port + 3), "--product", settings.public_url]
    return Child(name="simulator", command=[*command, *(["--sample"] if is_new else [])], env=child_env(env))


def _welcome(settings: Settings, port: int, passwords: Mapping[str, str]) -> str:
    people = "\n".join(f"    {login:8} {passwords[login]:44} {role.value.replace('_', ' ')}" for login, role in _PEOPLE)
    return f"""
Izwi runs, with made-up people only.

  Desk       {settings.public_url}/sign-in
  Phones     http://127.0.0.1:{port + 2}/

  Sign in as
{people}

  Text or call the line on the phones' page; the report is in the inbox a moment later.
  All of it is kept in {settings.state_dir}. Ctrl-C stops it.
"""
