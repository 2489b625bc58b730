"""Passwords on the command line: from a file, asked for at a terminal, or made of random words. Never an argument: others can
see those."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import click
from mnemonic import Mnemonic

from handlers.desk.people import check_password

_WORDS = 5  # of 2048: 55 bits, and Argon2id makes each guess dear


def new_password() -> str:
    """Make a password of random words."""
    return "-".join(secrets.choice(Mnemonic("english").wordlist) for _ in range(_WORDS))


def read_password(file: Path) -> str:
    """Read a password from the first line of a file."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise click.ClickException(f"the password file {file} cannot be read") from None
    return lines[0] if lines else ""


def ask_new_password(login: str) -> str:
    """Ask for a new password, twice."""
    password = str(click.prompt(f"Password for {login} (12 characters or more)", hide_input=True, confirmation_prompt=True))
    check_password(password)
    return password


def ask_password(login: str) -> str:
    """Ask for somebody's password; without a terminal say how else to give it."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"there is no terminal to ask {login}'s password on: give it with --password-file")
    return str(click.prompt(f"Password of {login}", hide_input=True))
