"""`./izwi user add|invite|list|password|sessions|unlock|reset|disable`."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import click
from redis.exceptions import RedisError

from config.settings import load_settings
from gateway import wiring
from gateway.cli.passwords import ask_new_password, ask_password, new_password, read_password
from gateway.wiring import House
from handlers.desk.passwords import Passwords
from handlers.desk.people import HOLDS
from handlers.errors import NotFound
from handlers.records import Person, Role


@click.group()
def user() -> None:
    """Look after those who sign in."""


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


@user.command()
@click.argument("login")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
def invite(login: str, role: str) -> None:
    """Make an invitation: a code that makes one person within three days, who chooses a password themselves.

    It carries no key: a coordinator gives the newcomer theirs on the page of people.

    \b
    Example: ./izwi user invite chipo --role coordinator
    """
    settings = load_settings()
    with wiring.open_house(settings) as house:
        code = wiring.inviting(house).invite(None, login, Role(role))
    click.echo(f"{settings.public_url}/invitation#{code}")
    click.echo("It is shown once and holds for three days: whoever has it becomes this person.")


@user.command()
@click.argument("login")
@click.option("--password-file", type=click.Path(path_type=Path), help="A file with the present password.")
@click.option("--new-password-file", type=click.Path(path_type=Path), help="A file with the new one.")
def password(login: str, password_file: Path | None, new_password_file: Path | None) -> None:
    """Change a password: the person's keys are put under the new one, and their sessions end.

    \b
    Example: ./izwi user password chipo
    """
    with wiring.open_house(load_settings()) as house:
        person_id = _person(house, login).id
        current = read_password(password_file) if password_file else ask_password(login)
        new = read_password(new_password_file) if new_password_file else ask_new_password(login)
        Passwords(writing=house.units[0], reading=house.units[1], clock=house.clock).change(person_id, current, new)
        _end_sessions(house, person_id)
    click.echo(f"The password of {login} is changed.")


@user.command()
@click.argument("login")
@click.option("--end", is_flag=True, help="End them.")
def sessions(login: str, end: bool) -> None:
    """List the open sessions of a person, or end them.

    \b
    Example: ./izwi user sessions chipo --end
    """
    with wiring.open_house(load_settings()) as house:
        person_id = _person(house, login).id
        if end:
            _end_sessions(house, person_id)
            click.echo(f"The sessions of {login} have ended.")
            return
        found = wiring.sessions(house).of(person_id)
        for each in found:
            click.echo(f"{each.browser:32} last used {int(house.clock() - each.seen) // 60} minutes ago")
    click.echo(f"{len(found)} open.")


@user.command()
@click.argument("login")
def unlock(login: str) -> None:
    """Let a person try to sign in again, from anywhere, for an hour.

    \b
    Example: ./izwi user unlock chipo
    """
    with wiring.open_house(load_settings()) as house:
        wiring.throttle(house).lift(_person(house, login).login, everywhere=True)
    click.echo(f"{login} can try again.")


@user.command()
@click.argument("login")
def reset(login: str) -> None:
    """Remove the second steps of a person who lost them: make sure that it is them.

    \b
    Example: ./izwi user reset chipo
    """
    with wiring.open_house(load_settings()) as house:
        wiring.second_steps(house).reset(_person(house, login).id, by=None)
    click.echo(f"The password of {login} alone lets them in now.")


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


def _person(house: House, login: str) -> Person:
    found = next((person for person in house.people.list() if person.login == login), None)
    if found is None:
        raise NotFound(f"nobody is called {login}")
    return found


def _end_sessions(house: House, person_id: str) -> None:
    """End a person's sessions; where no Redis runs there are none."""
    with suppress(RedisError):
        wiring.sessions(house).end_all(person_id)
