"""`./izwi user add|list|disable`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from config.settings import load_settings
from gateway import wiring
from gateway.cli.passwords import ask_new_password, ask_password, new_password, read_password
from handlers.desk.people import HOLDS
from handlers.records import Role


@click.group()
def user() -> None:
    """Add, list and disable those who sign in."""


@user.command()
@click.argument("login")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--by", metavar="LOGIN", help="Who gives the newcomer their keys: a person who holds what the role needs.")
@click.option("--by-password-file", type=click.Path(path_type=Path), help="A file with that person's password.")
@click.option("--password-file", type=click.Path(path_type=Path), help="A file with the newcomer's password.")
def add(login: str, role: str, by: str | None, by_password_file: Path | None, password_file: Path | None) -> None:
    """Add a person. Whoever adds them passes their own keys on, so nobody can add themselves.

    \b
    Example: ./izwi user add chipo --role coordinator --by tariro
    """
    with wiring.open_house(load_settings()) as house:
        held = {}
        if HOLDS[Role(role)]:
            if by is None:
                raise click.UsageError(f"a {role} is given keys by somebody who holds them: add --by LOGIN")
            held = dict(house.people.sign_in(by, read_password(by_password_file) if by_password_file else ask_password(by)).keys)
        made = None
        if password_file:
            password = read_password(password_file)
        elif sys.stdin.isatty():
            password = ask_new_password(login)
        else:
            password = made = new_password()
        house.people.add(login, Role(role), password, held=held)
    click.echo(f"{login} can sign in now as {role}." + (f" Password: {made}" if made else ""))


@user.command("list")
def show() -> None:
    """List everybody.

    \b
    Example: ./izwi user list
    """
    with wiring.open_house(load_settings()) as house:
        for person in house.people.list():
            click.echo(f"{person.login:24} {person.role.value:14} {'disabled' if person.disabled else 'active'}")


@user.command()
@click.argument("login")
def disable(login: str) -> None:
    """Shut a person out at once: their sessions end, their keys are removed.

    \b
    Example: ./izwi user disable chipo
    """
    with wiring.open_house(load_settings()) as house:
        house.people.disable(login)
    click.echo(f"{login} is shut out.")
