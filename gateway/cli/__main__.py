"""`python -m gateway.cli`, which is what `./izwi` runs."""

from __future__ import annotations

import sys

import click
from sqlalchemy.exc import DatabaseError

from config.lists import ListProblem
from config.logs import configure_logs
from config.process import close_process
from config.settings import SettingsError
from gateway.cli import benching, caselog, demo, founding, languages, lists, monitors, people, prompts, running, standing
from handlers.errors import IzwiError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def izwi() -> None:
    """Izwi: a tip line that keeps no number. Begin with `./izwi demo`, or with `./izwi init` and `./izwi serve`."""


for command in (
    demo.demo,
    founding.init,
    founding.recover,
    running.serve,
    running.web,
    running.worker,
    running.clock,
    standing.check,
    standing.status,
    people.user,
    caselog.log,
    lists.lists,
    languages.languages,
    monitors.monitor,
    prompts.prompt,
    benching.bench,
):
    izwi.add_command(command)


def main() -> int:
    """Run a command; turn what is foreseen to go wrong into one sentence and exit code 2."""
    close_process()
    configure_logs("warning")
    try:
        return int(izwi(standalone_mode=False, prog_name="./izwi") or 0)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (SettingsError, ListProblem, IzwiError) as error:
        click.echo(f"izwi: {error}", err=True)
        return 2
    except DatabaseError as error:
        why = type(error.orig).__name__  # never its words
        click.echo(f"izwi: the database cannot be reached, read or written ({why}): see IZWI_DATABASE_URL.", err=True)
        return 2
    except OSError as error:
        click.echo(f"izwi: {error.filename or 'something'} cannot be used: {error.strerror}.", err=True)
        return 2


if __name__ == "__main__":
    sys.exit(main())
