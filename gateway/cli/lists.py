"""`./izwi lists show|check|try|save|history|restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from config.example_lines import LEARNED
from config.lists import ListProblem
from config.settings import load_settings
from gateway import wiring
from gateway.cli.passwords import ask_password, read_password
from gateway.lists.editing import SHIPPED, Editing, changes, tidy
from gateway.lists.inputs import is_behind
from gateway.lists.merging import compile_lists
from gateway.wiring import House
from handlers.desk.office import Unfinished
from handlers.desk.people import SignedIn
from handlers.desk.weighing import Moves, Weighed, Weighing
from handlers.errors import Conflict, NotFound

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def lists() -> None:
    """Show, try and mend the lists that reports are read with."""


@lists.command()
@click.argument("path", required=False)
@click.option("--by", metavar="LOGIN", help="A coordinator: the names that the desk hides are shown to nobody else.")
@click.option("--password-file", type=_FILE, help="A file with their password.")
def show(path: str | None, by: str | None, password_file: Path | None) -> None:
    """Show every list, or the newest version of one.

    \b
    Example: ./izwi lists show lexicons/signs.sn.txt > signs.txt
    """
    with _desk() as (house, editing):
        if path:
            who = _known(house, path, by, password_file)
            click.echo(editing.show(path, who).text, nl=False)
            return
        names = _authors(house)
        for each in editing.index():
            saved = f"version {each.number}, {names.get(each.author_id or '', _NOBODY)}, {_hour(each.hour)}" if each.hour else ""
            held = "  NOT IN FORCE: see ./izwi check" if each.is_held_back else ""
            click.echo(f"{each.name:32} {each.lines:>5} lines  {saved or 'as it ships'}{held}".rstrip())
            click.echo(f"    {each.meaning}")


@lists.command()
@click.argument("folder", required=False, type=_FOLDER)
def check(folder: Path | None) -> None:
    """Check the lists in force, or all those of a folder; say each fault with its line. Exit code 1 if there is one.

    \b
    Example: ./izwi lists check /etc/izwi/lists
    """
    faults: tuple[str, ...] = ()
    try:
        if folder:
            known = compile_lists(folder, {}).lists
        else:
            with _desk() as (_, editing):
                faults, known = editing.in_force().faults, editing.in_force().compiled.lists
        if is_behind(known):
            click.echo("Lists or examples have moved on since the weights were learned: ./izwi lists learn")
    except ListProblem as problem:
        faults = problem.problems
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(faults)} wrong." if faults else "Every line is right.")
    raise click.exceptions.Exit(1 if faults else 0)


@lists.command()
@click.argument("folder", required=False, type=_FOLDER)
def learn(folder: Path | None) -> None:
    """Learn from the example reports how much each piece of a text speaks for each kind of incident, and for urgency.

    What is learned becomes the next version of the list learned/weights.txt; with a folder, that file in it. Reports are read
    with it from then on. Takes some minutes and 1.2 GB of memory.

    \b
    Example: ./izwi lists learn
    """
    from gateway.lists.learning import learn as learned  # numpy, which no other command needs

    def say(sentence: str) -> None:
        click.echo(sentence, err=True)

    if folder:
        known = compile_lists(folder, {}).lists
        (folder / LEARNED).parent.mkdir(exist_ok=True)
        (folder / LEARNED).write_text(learned(known, known.examples, say), encoding="utf-8")
        click.echo(f"Written to {folder / LEARNED}.")
        return
    with _desk() as (_, editing):
        known = editing.in_force().compiled.lists
        seen = editing.show(LEARNED).listed.number
        text = learned(known, known.examples, say)
        editing.save(None, LEARNED, text, seen=seen, reason=f"learned from {len(known.examples)} examples")
    click.echo(f"Saved as version {seen + 1}. The next report is read with it.")


@lists.command("try")
@click.argument("path")
@click.argument("file", type=_FILE)
@click.option("--by", metavar="LOGIN", help="A coordinator: open reports can be weighed only with their keys.")
@click.option("--password-file", type=_FILE, help="A file with their password.")
def attempt(path: str, file: Path, by: str | None, password_file: Path | None) -> None:
    """Say what FILE would do in place of a list: what is wrong with it, or which open reports it would move. Saves nothing.

    \b
    Example: ./izwi lists try lexicons/signs.sn.txt signs.txt --by tariro
    """
    with _desk() as (house, editing):
        who = _known(house, path, by, password_file)
        text = _read(file)
        if who:
            _show_moves(house, editing, who, path, text)
            return
        editing.attempt(path, text)
        for line in changes(editing.show(path).text, text):
            click.echo(f"{line.line:>5} {'+' if line.is_new else '-'} {line.text}")
        click.echo("Every line is right. With --by LOGIN it is said which open reports would move.")


@lists.command()
@click.argument("path")
@click.argument("file", type=_FILE)
@click.option("--reason", required=True, help="Why. It is kept sealed; name nobody.")
@click.option("--by", required=True, metavar="LOGIN", help="The coordinator who saves it.")
@click.option("--password-file", type=_FILE, help="A file with their password.")
def save(path: str, file: Path, reason: str, by: str, password_file: Path | None) -> None:
    """Save FILE as the next version of a list, if every line is right.

    \b
    Example: ./izwi lists save lexicons/signs.sn.txt signs.txt --by tariro --reason "words heard in Bocha"
    """
    with _desk() as (house, editing):
        who = _sign_in(house, by, password_file)
        seen = editing.show(path).listed.number
        editing.save(who, path, _read(file), seen=seen, reason=reason)
    click.echo(f"Saved as version {seen + 1}. The next report is read with it.")


@lists.command()
@click.argument("path")
def history(path: str) -> None:
    """List the versions of a list, the newest first.

    \b
    Example: ./izwi lists history lexicons/signs.sn.txt
    """
    with _desk() as (house, editing):
        names = _authors(house)
        for version in editing.show(path).versions:
            why = version.reason if version.text is not None else "does not open with this boot secret"
            again = "" if version.restores is None else f"[{version.restores or 'as it ships'} again] "
            click.echo(f"{version.number:>5}  {_hour(version.hour)}  {names.get(version.author_id or '', _NOBODY)}  {again}{why}")
        click.echo(f"{SHIPPED:>5}  as it ships")


@lists.command()
@click.argument("path")
@click.argument("number", type=click.IntRange(0))
@click.option("--reason", default="restored on the command line", show_default=True, help="Why. It is kept sealed.")
@click.option(
    "--by", metavar="LOGIN", help="The coordinator who restores it: it is shown first which open reports it would move."
)
@click.option("--password-file", type=_FILE, help="A file with their password.")
@click.option("--yes", is_flag=True, help="Do not ask before it is restored.")
def restore(path: str, number: int, reason: str, by: str | None, password_file: Path | None, yes: bool) -> None:
    """Save an older version anew; 0 is the list as it ships. With --by it is shown first what that would move.

    \b
    Example: ./izwi lists restore lexicons/signs.sn.txt 2 --by tariro
    """
    with _desk() as (house, editing):
        who = _sign_in(house, by, password_file) if by else None
        seen = editing.show(path, who).listed.number
        if who:
            text = editing.version(path, number, who).text
            if text is not None:
                _show_moves(house, editing, who, path, text)
            if not yes:
                click.confirm("Restore it?", abort=True)
        editing.restore(who, path, number, seen=seen, reason=reason)
    click.echo(f"Saved as version {seen + 1}. The next report is read with it.")
    if not by:
        click.echo("With --by LOGIN it is shown first which open reports it would move.")


def _show_moves(house: House, editing: Editing, who: SignedIn, path: str, text: str) -> None:
    """Say which lines a text would change, and which open reports it would move."""
    compiled = editing.attempt(path, text)
    for line in changes(editing.show(path, who).text, text):
        click.echo(f"{line.line:>5} {'+' if line.is_new else '-'} {line.text}")
    _tell(Weighing(wiring.office(house)).moves(who, editing.in_force().compiled.lookups, compiled.lookups))


_NOBODY = "the command line"


@contextmanager
def _desk() -> Iterator[tuple[House, Editing]]:
    """Open the lists; turn what a person can mend into a sentence."""
    with wiring.open_house(load_settings()) as house:
        try:
            yield house, wiring.editing(house)
        except NotFound as missing:
            raise click.ClickException(f"there is no such thing as {missing}: see ./izwi lists show") from None
        except (Unfinished, Conflict) as refused:
            raise click.ClickException(str(refused)) from None


def _authors(house: House) -> dict[str, str]:
    return {person.id: person.login for person in house.people.list()}


def _sign_in(house: House, login: str, password_file: Path | None) -> SignedIn:
    who = house.people.sign_in(login, read_password(password_file) if password_file else ask_password(login))
    wiring.office(house).keys(who)
    return who


def _known(house: House, path: str, login: str | None, password_file: Path | None) -> SignedIn | None:
    """Sign in who asks; only a coordinator is shown the names that the desk hides."""
    if login:
        return _sign_in(house, login, password_file)
    if path.startswith("lexicons/names.operator"):
        raise click.UsageError(f"{path} holds names: say with --by LOGIN which coordinator asks")
    return None


def _read(file: Path) -> str:
    try:
        return tidy(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        raise click.ClickException(f"{file} cannot be read as text in UTF-8") from None


def _tell(moves: Moves) -> None:
    for move in moves.moves:
        click.echo(f"report {move.report.id}: {_line(move.old)}  ->  {_line(move.new)}")
    click.echo(f"{len(moves.moves)} of {moves.tried} open reports would move.")
    if moves.left_out or moves.unreadable:
        click.echo(f"Not weighed: {moves.left_out} older ones, {moves.unreadable} that can no longer be read.")


def _line(weighed: Weighed) -> str:
    found = [*weighed.categories, *weighed.places, *weighed.languages]
    return f"{weighed.priority} ({', '.join(found) or 'nothing found'}; {weighed.hidden} hidden)"


def _hour(hour: int | None) -> str:
    return datetime.fromtimestamp((hour or 0) * 3600, UTC).strftime("%Y-%m-%d %H h UTC")
