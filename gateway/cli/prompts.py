"""`./izwi prompt list|add|remove|play`."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from config.settings import load_settings
from gateway import spoken, wiring
from gateway.wiring import House
from handlers.commands import LANGUAGES
from handlers.desk.office import Unfinished
from handlers.desk.prompting import Prompting
from handlers.errors import NotFound

_LANGUAGE = click.Choice(LANGUAGES)
_PLAYERS = (("paplay",), ("aplay", "-q"), ("ffplay", "-autoexit", "-nodisp", "-loglevel", "quiet"))
_LARGEST = 12 * 1024 * 1024


@click.group()
def prompt() -> None:
    """List, record and play what callers hear."""


@prompt.command("list")
@click.option("--language", type=_LANGUAGE, help="This language alone.")
@click.option("--missing", is_flag=True, help="Only what is not recorded.")
def show(language: str | None, missing: bool) -> None:
    """List every prompt with its seconds in each language, and what is missing.

    \b
    Example: ./izwi prompt list --language sn --missing
    """
    with _prompting() as (house, prompting):
        prompts, index = house.live.now().compiled.prompts, prompting.index()
        tallies = prompting.tallies(prompts)
    languages = (language,) if language else LANGUAGES
    click.echo(f"{'':20}" + "".join(f"{each:>9}" for each in languages))
    for key in prompts.keys:
        found = [index.get((key, each)) for each in languages]
        if not (missing and all(found)):
            click.echo(f"{key:20}" + "".join(f"{row.seconds:>7} s" if row else f"{'missing':>9}" for row in found))
    for tally in tallies:
        if tally.language in languages:
            texts = f", {len(tally.without_text)} have no text of their own" if tally.without_text else ""
            click.echo(f"{tally.language}: {tally.recorded} of {tally.whole} recorded, {tally.seconds} s in all{texts}.")


@prompt.command()
@click.argument("key")
@click.argument("language", type=_LANGUAGE)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def add(key: str, language: str, file: Path) -> None:
    """Keep FILE as the recording of a prompt, if its length, level and format will do. It is made as loud as all others.

    \b
    Example: ./izwi prompt add record sn record-sn.wav
    """
    if file.stat().st_size > _LARGEST:
        raise click.ClickException("The file is too large: 12 MB are the most.")
    with _prompting() as (house, prompting):
        made = prompting.add(None, house.live.now().compiled.prompts, key, language, file.read_bytes())
    click.echo(f"{key} in {language}: {made.seconds} s. The next caller hears it.")


@prompt.command()
@click.argument("key")
@click.argument("language", type=_LANGUAGE)
def remove(key: str, language: str) -> None:
    """Remove a recording: the provider's voice reads the text again.

    \b
    Example: ./izwi prompt remove record sn
    """
    with _prompting() as (_, prompting):
        prompting.remove(None, key, language)
    click.echo(f"{key} in {language} is removed.")


@prompt.command()
@click.argument("key")
@click.argument("language", type=_LANGUAGE)
@click.option("--out", type=click.Path(path_type=Path), help="A WAV file to write in place of playing.")
def play(key: str, language: str, out: Path | None) -> None:
    """Play a recording as callers hear it, or write it to a file.

    \b
    Example: ./izwi prompt play record sn --out record.wav
    """
    with _prompting() as (_, prompting):
        found = prompting.audio(key, language)
    if out is not None:
        out.write_bytes(found.audio)
        click.echo(f"{out}: {found.seconds} s.")
        return
    player = next((words for words in _PLAYERS if shutil.which(words[0])), None)
    if player is None:
        names = ", ".join(words[0] for words in _PLAYERS)
        raise click.ClickException(f"there is nothing to play it with ({names}): write it to a file with --out")
    source = "-" if player[0] == "ffplay" else "/dev/stdin"
    played = subprocess.run([*player, source], input=found.audio, stderr=subprocess.DEVNULL, check=False)
    if played.returncode != 0:
        raise click.ClickException(f"{player[0]} could not play it: write it to a file with --out")


@contextmanager
def _prompting() -> Iterator[tuple[House, Prompting]]:
    """Open what prompts are kept with; turn what a person can mend into a sentence."""
    with wiring.open_house(load_settings()) as house:
        try:
            yield house, spoken.prompting(house)
        except NotFound as missing:
            raise click.ClickException(f"there is no such thing as {missing}: see ./izwi prompt list") from None
        except Unfinished as refused:
            raise click.ClickException(str(refused)) from None
