"""`./izwi monitor add|list|suspend|resume|card`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from jinja2 import Environment, FileSystemLoader

from config.settings import ROOT, load_settings
from gateway import spoken, wiring
from gateway.cli.passwords import ask_password, read_password
from gateway.wiring import House
from handlers.caselog.grading import SOURCE_GRADES
from handlers.commands import LANGUAGES, Language
from handlers.desk.enrolling import Enrolling, ShownMonitor
from handlers.desk.office import Unfinished
from handlers.errors import NotFound
from handlers.records import MonitorState
from handlers.voice.card import build_card
from handlers.voice.monitors import needs_a_look

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_CONSOLE = ROOT / "gateway" / "console"


@click.group()
def monitor() -> None:
    """Add, list and suspend field monitors, and print their card."""


@monitor.command()
@click.argument("name")
@click.option("--language", type=click.Choice(LANGUAGES), required=True, help="The language of their card.")
@click.option("--grade", type=click.Choice(tuple(SOURCE_GRADES)), help="The grade as a source that their reports begin with.")
def add(name: str, language: str, grade: str | None) -> None:
    """Add a monitor under a code name, which is sealed to the desk at once. What they must learn by heart is shown once.

    \b
    Example: ./izwi monitor add Shumba --language sn --grade B
    """
    with _enrolling() as (_, enrolling):
        made = enrolling.add(None, name=name, language=language, grade=grade or "")
    click.echo(f"Monitor {made.monitor_id[:8]}. Shown once: have it learnt by heart, then clear the screen.")
    click.echo(f"  code            {made.code}")
    click.echo(f"  PIN             {made.pin}")
    click.echo(f"  PIN for duress  {made.duress_pin}   in place of the other when somebody makes them call")


@monitor.command("list")
@click.option("--by", metavar="LOGIN", help="A coordinator: code names are shown to nobody else.")
@click.option("--password-file", type=_FILE, help="A file with their password.")
def show(by: str | None, password_file: Path | None) -> None:
    """List every monitor; by name for a coordinator.

    \b
    Example: ./izwi monitor list --by tariro
    """
    with _enrolling() as (house, enrolling):
        names = {}
        if by:
            who = house.people.sign_in(by, read_password(password_file) if password_file else ask_password(by))
            names = {each.row.id: each for each in enrolling.list(who)}
        for row in enrolling.rows():
            name = _named(names.get(row.id))
            tried = f"  {row.failures} wrong PINs" if needs_a_look(row) else ""
            since = datetime.fromtimestamp(row.created_hour * 3600, UTC).strftime("%Y-%m-%d")
            click.echo(f"{row.id[:8]}  {name}{row.state.value:10} since {since}{tried}")


@monitor.command()
@click.argument("monitor_id", metavar="ID")
def suspend(monitor_id: str) -> None:
    """Let a monitor's code, word and telephones count no more. ID is what `list` shows; what they told stays.

    \b
    Example: ./izwi monitor suspend 5f2c90aa
    """
    with _enrolling() as (_, enrolling):
        found = enrolling.find(monitor_id)
        enrolling.suspend(None, found.id)
    was = found.state is MonitorState.SUSPENDED
    click.echo(f"{found.id[:8]} {'was suspended already' if was else 'is suspended'}.")


@monitor.command()
@click.argument("monitor_id", metavar="ID")
def resume(monitor_id: str) -> None:
    """Let a suspended monitor report again, with the code and the PINs they had.

    \b
    Example: ./izwi monitor resume 5f2c90aa
    """
    with _enrolling() as (_, enrolling):
        found = enrolling.find(monitor_id)
        enrolling.resume(None, found.id)
    click.echo(f"{found.id[:8]} may report.")


@monitor.command()
@click.option("--language", type=click.Choice(LANGUAGES), required=True)
@click.option("--line", metavar="NUMBER", help="One of our numbers, to stand on the card; without it none does.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write; without it, the terminal.")
def card(language: Language, line: str | None, out: Path | None) -> None:
    """Write the card of a language as one page for a browser to print. Nobody's name stands on it.

    \b
    Example: ./izwi monitor card --language sn --out card.html
    """
    with wiring.open_house(load_settings()) as house:
        lines = spoken.voice_lines(house)
        if line and line not in lines:
            ours = ", ".join(lines) or "there is none"
            raise click.UsageError(f"expected one of our numbers that carry voice ({ours}): see IZWI_LINES")
        compiled = house.live.now().compiled
        made = build_card(language, compiled.card, compiled.prompts, compiled.keypad)
    folder = FileSystemLoader(_CONSOLE / "templates")
    templates = Environment(loader=folder, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    style = (_CONSOLE / "static" / "card.css").read_text(encoding="utf-8")
    page = templates.get_template("card.html").render(card=made, line=line or "", style=style)
    if out is None:
        click.echo(page)
        return
    out.write_text(page, encoding="utf-8")
    click.echo(f"Open {out} in a browser and print it: it is one sheet.")


def _named(known: ShownMonitor | None) -> str:
    if known is None:
        return ""
    language, grade = (known.profile.language, known.profile.grade) if known.profile else ("?", "")
    return f"{known.name:24} {language:5} {grade or '-':2} "


@contextmanager
def _enrolling() -> Iterator[tuple[House, Enrolling]]:
    """Open what monitors are kept with; turn what a person can mend into a sentence."""
    with wiring.open_house(load_settings()) as house:
        try:
            yield house, spoken.enrolling(house)
        except NotFound as missing:
            raise click.ClickException(f"there is no such thing as {missing}: see ./izwi monitor list") from None
        except Unfinished as refused:
            raise click.ClickException(str(refused)) from None
