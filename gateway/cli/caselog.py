"""`./izwi log export|verify`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from config.settings import load_settings
from gateway import wiring
from gateway.cli.passwords import ask_password, read_password
from handlers.caselog import verify as verifying
from handlers.desk.entries import Entries


@click.group()
def log() -> None:
    """Write the case log out, and check what was written."""


@log.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--by", required=True, metavar="LOGIN", help="A person who may read the case log.")
@click.option("--password-file", type=click.Path(path_type=Path), help="A file with their password.")
def export(file: Path, by: str, password_file: Path | None) -> None:
    """Write the whole case log as one file that anybody can check.

    \b
    Example: ./izwi log export caselog.json --by focal-point
    """
    with wiring.open_house(load_settings()) as house:
        signed_in = house.people.sign_in(by, read_password(password_file) if password_file else ask_password(by))
        document = Entries(wiring.office(house), log_reading=house.log_units[1]).export(signed_in)
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(document, out, ensure_ascii=False, indent=1)
    except OSError:
        raise click.ClickException(f"{file} cannot be written") from None
    click.echo(f"{len(document['entries'])} entries written to {file}.")


@log.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, required=True, metavar="FILE [--key HEX] [--head SIZE:ROOT] [--all-signatures]")
def verify(arguments: tuple[str, ...]) -> None:
    """Check an exported case log: name every entry that was altered, removed, inserted or reordered.

    Outsiders run the same check without Izwi: python3 handlers/caselog/verify.py FILE

    \b
    Example: ./izwi log verify caselog.json
    """
    raise click.exceptions.Exit(verifying.main(arguments))
