"""`./izwi serve`, or `web`, `worker` and `clock` apart."""

from __future__ import annotations

import os
import sys

import click

from config.logs import configure_logs
from config.settings import Settings, load_settings
from gateway import wiring
from gateway.children import child_env, web_command
from gateway.cli.founding import refuse_other_secret
from gateway.supervisor import Supervisor
from storage.migrating import is_current


@click.command()
def serve() -> None:
    """Run everything: web, workers, clock and, unless IZWI_REDIS_URL is set, a private Redis. Ctrl-C stops all of it.

    \b
    Example: ./izwi serve
    """
    settings = ready_settings()
    configure_logs(settings.log_level)
    raise click.exceptions.Exit(Supervisor.for_settings(settings).run())


@click.command()
def web() -> None:
    """Run the web process alone.

    \b
    Example: IZWI_DOORS=webhooks ./izwi web
    """
    ready_settings()
    command = web_command()
    os.execve(command[0], command, child_env(os.environ))  # noqa: S606 - no shell is wanted


@click.command()
@click.option("--voice", is_flag=True, help="The worker that fetches recordings and disguises them. One is needed.")
def worker(voice: bool) -> None:
    """Run one worker alone.

    \b
    Example: ./izwi worker
    """
    ready_settings()
    _become("gateway.worker", *(["voice"] if voice else []))


@click.command()
def clock() -> None:
    """Run the clock alone. One is needed; two do no harm.

    \b
    Example: ./izwi clock
    """
    ready_settings()
    _become("gateway.clock")


def ready_settings() -> Settings:
    """Load the settings, and stop with a sentence if the desk is not founded, or the database or the boot secret is
    another."""
    settings = load_settings()
    with wiring.open_house(settings) as house:
        if not is_current(house.database) or not is_current(house.log_database):
            raise click.ClickException("the database is not at this version: run ./izwi init, which keeps what is there")
        if not house.people.is_founded():
            raise click.ClickException("the desk is not founded: run ./izwi init")
        refuse_other_secret(house)
        house.lists  # noqa: B018 - a malformed list must stop us here, not in a worker
    return settings


def _become(module: str, *arguments: str) -> None:
    os.execve(sys.executable, [sys.executable, "-m", module, *arguments], child_env(os.environ))  # noqa: S606 - no shell is wanted
