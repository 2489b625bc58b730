"""`./izwi init` founds the desk; `./izwi recover` opens it again with the two sheets."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from config.settings import Settings, load_settings
from gateway import wiring
from gateway.boot_secret import make_boot_secret
from gateway.cli.passwords import ask_new_password, new_password, read_password
from gateway.wiring import House
from handlers.desk.people import People
from handlers.protection.recovery import Sheet, read_sheets
from handlers.records import Role
from storage.migrating import upgrade

_FIRST_PEOPLE = (("coordinator", Role.COORDINATOR), ("second", Role.COORDINATOR), ("focal-point", Role.FOCAL_POINT))


@click.command()
@click.option("--yes", is_flag=True, help="Ask nothing: take the defaults and make passwords.")
@click.option(
    "--coordinator", "coordinators", multiple=True, metavar="LOGIN[:FILE]", help="A coordinator; FILE has the password."
)
@click.option("--focal-point", "readers", multiple=True, metavar="LOGIN[:FILE]", help="A reader of the case log.")
@click.option("--administrator", "administrators", multiple=True, metavar="LOGIN[:FILE]", help="One who reads nothing.")
@click.option("--recovery-dir", type=click.Path(path_type=Path), help="Write the recovery sheets there, do not show them.")
@click.option("--new-boot-secret", is_flag=True, help="The one before is lost: close what it opened, and go on with this one.")
def init(
    yes: bool,
    coordinators: tuple[str, ...],
    readers: tuple[str, ...],
    administrators: tuple[str, ...],
    recovery_dir: Path | None,
    new_boot_secret: bool,
) -> None:
    """Found the desk: database, boot secret, keys, the first people, and the recovery sheets.

    Run again it only brings the database up to date.

    \b
    Example: ./izwi init
             ./izwi init --yes --coordinator tariro:tariro.pw --coordinator rudo --focal-point nango
    """
    settings = load_settings()
    asked = [
        *((name, Role.COORDINATOR) for name in coordinators),
        *((name, Role.FOCAL_POINT) for name in readers),
        *((name, Role.ADMINISTRATOR) for name in administrators),
    ]
    prepare(settings)
    with wiring.open_house(settings) as house:
        if house.people.is_founded():
            if new_boot_secret:
                house.keyring.begin_anew()
            refuse_other_secret(house)
            click.echo("The desk is founded already; its database is up to date.")
            return
        if not yes and not sys.stdin.isatty():
            raise click.UsageError("there is no terminal to ask on: add --yes")
        people = asked or (list(_FIRST_PEOPLE) if yes else _ask_people())
        passwords = [(*_split(name), role) for name, role in people]
        chosen = [(login, password if password or yes else ask_new_password(login), role) for login, password, role in passwords]
        _found(house.people, chosen, recovery_dir, waits=not yes)
    click.echo(f"The desk is founded. Its boot secret is {settings.boot_secret_file}: keep a copy away from this machine.")
    click.echo("Next: ./izwi check, then ./izwi serve.")


@click.command()
@click.argument("login")
@click.option("--sheets", "file", type=click.Path(path_type=Path), help="A file with the words of one sheet a line.")
@click.option("--password-file", type=click.Path(path_type=Path), help="A file with the new password.")
def recover(login: str, file: Path | None, password_file: Path | None) -> None:
    """Add a coordinator with the two recovery sheets, when nobody's password is known any more.

    \b
    Example: ./izwi recover chipo
    """
    settings = load_settings()
    lines = _sheets_of(file)
    with wiring.open_house(settings) as house:
        held = house.people.recovered(read_sheets(*lines))
        password = read_password(password_file) if password_file else ask_new_password(login)
        house.people.add(login, Role.COORDINATOR, password, held=held)
    click.echo(f"{login} can sign in now and opens all that is left.")


def prepare(settings: Settings) -> None:
    """Make the state folder, the boot secret and the schema; what is there stays."""
    try:
        settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_boot_secret(settings.boot_secret_file)
    except OSError:
        raise click.ClickException(
            f"{settings.state_dir} or {settings.boot_secret_file} cannot be written: set IZWI_STATE_DIR to a folder that can."
        ) from None
    desk, log = wiring.databases(settings)
    for database in {id(desk): desk, id(log): log}.values():
        upgrade(database)
        database.close()


def refuse_other_secret(house: House) -> None:
    """Stop if the boot secret is not the one that this database was used with: no text could be sealed."""
    if not house.keyring.fits():
        raise click.ClickException(
            f"{house.settings.boot_secret_file} is not the boot secret that this database was used with: put that one back. "
            "Only if it is lost: ./izwi init --new-boot-secret (see docs/keys.md for what is lost with it)."
        )


def _found(people: People, chosen: list[tuple[str, str | None, Role]], recovery_dir: Path | None, *, waits: bool) -> None:
    """Hold the ceremony. The passwords were checked before: what is founded must be left with people who can open it."""
    held, sheets = people.found()
    _hand_out(sheets, recovery_dir, waits=waits)
    for login, password, role in chosen:
        made = password or new_password()
        people.add(login, role, made, held=held)
        if password is None:
            click.echo(f"  {role.value:13} {login:16} password: {made}")


def _hand_out(sheets: tuple[Sheet, Sheet], folder: Path | None, *, waits: bool) -> None:
    for number, sheet in enumerate(sheets, start=1):
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / f"recovery-sheet-{number}.txt"
            path.touch(mode=0o600)
            path.write_text(f"{sheet.words}\n\n{sheet.qr_for_terminal()}\n", encoding="utf-8")
            click.echo(f"Recovery sheet {number} is in {path}: print it, then destroy the file.")
            continue
        click.echo(f"\nRECOVERY SHEET {number} of 2. Print it; it is shown once. Each sheet goes to another person.\n")
        click.echo(f"  {sheet.words}\n\n{sheet.qr_for_terminal()}")
        if waits:
            click.pause("Press a key when it is on paper ...")
            click.clear()


def _ask_people() -> list[tuple[str, Role]]:
    click.echo("An entry of the case log needs two people: name two coordinators, and one who reads the case log.")
    asked = [
        (click.prompt("Login of the first coordinator"), Role.COORDINATOR),
        (click.prompt("Login of the second coordinator"), Role.COORDINATOR),
        (click.prompt("Login of the focal point's reader (empty: none)", default="", show_default=False), Role.FOCAL_POINT),
    ]
    return [(login, role) for login, role in asked if login]


def _split(name: str) -> tuple[str, str | None]:
    login, _, file = name.partition(":")
    return login, read_password(Path(file)) if file else None


def _sheets_of(file: Path | None) -> tuple[str, str]:
    if file is None:
        first = str(click.prompt("Words of the first sheet", hide_input=True))
        return first, str(click.prompt("Words of the second sheet", hide_input=True))
    try:
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except OSError:
        raise click.ClickException(f"{file} cannot be read") from None
    if len(lines) != 2:
        raise click.ClickException(f"{file}: expected two lines, the words of one sheet each; there are {len(lines)}")
    return lines[0], lines[1]
