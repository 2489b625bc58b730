"""`./izwi check` says what is wrong or weak; `./izwi status` counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import redis

from config.settings import Settings, load_settings
from gateway import spoken, wiring
from gateway.call_backs import rules_of, voice_lines
from gateway.carriage import CarriageError, check_policy, connect
from gateway.wiring import House
from handlers.records import Role
from handlers.voice.monitors import needs_a_look
from storage.counts import counts
from storage.migrating import is_current

_WRONG, _WEAK = "WRONG", "weak "
_DAY_MINUTES, _NIGHT_MINUTES = 24 * 60, 6 * 60
_NO_PROXIES = (
    "IZWI_PROXIES is 0, but a web server that speaks TLS stands before this one: all callers look like one. Anybody's wrong "
    "passwords shut everybody out, and IZWI_AFRICASTALKING_SOURCES refuses every text. Set it to 1."
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def status(as_json: bool) -> None:
    """Count what was taken in, where reports and work stand, what waits. Counts only.

    \b
    Example: ./izwi status --json
    """
    with wiring.open_house(load_settings()) as house:
        found = counts(house.database, house.log_database, house.spool)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, count in found.items():
        click.echo(f"{name:24} {count:>8}")


@click.command()
def check() -> None:
    """Say all that is wrong (exit code 1) or weak, each with its mend.

    \b
    Example: ./izwi check
    """
    settings = load_settings()
    with wiring.open_house(settings) as house:
        findings = [
            *_database(house),
            *_keys(settings),
            *_people(house),
            *_doors(settings),
            *_calls(house),
            *_call_backs(settings),
            *_spoken(house),
            *_carriage(house),
        ]
    for grade, sentence in findings:
        click.echo(f"{grade}  {sentence}")
    wrong = sum(grade == _WRONG for grade, _ in findings)
    click.echo(f"{wrong} wrong, {len(findings) - wrong} weak." if findings else "All is well.")
    raise click.exceptions.Exit(1 if wrong else 0)


def _database(house: House) -> Iterator[tuple[str, str]]:
    if not is_current(house.database) or not is_current(house.log_database):
        yield _WRONG, "The database is not at this version: run ./izwi init."
        return
    if not house.keyring.fits():
        yield _WRONG, "The boot secret is not the one that this database was used with: put that one back (docs/keys.md)."
    found = counts(house.database, house.log_database, house.spool)
    if found["work.failed"]:
        yield _WEAK, f"{found['work.failed']} pieces of work failed for good: the report page of each says why."
    if found["spool.waiting"]:
        yield _WEAK, f"{found['spool.waiting']} events wait in the spool: ./izwi clock takes them in when the database is back."
    for fault in house.live.now().faults:
        yield _WRONG, f"{fault} The version before it is in force: open its page at the desk, or ./izwi lists restore."


def _keys(settings: Settings) -> Iterator[tuple[str, str]]:
    if settings.state_dir in settings.boot_secret_file.parents:
        yield (
            _WEAK,
            (
                f"The boot secret lies in the state folder: whoever takes the disk can open the days that are not closed yet. "
                f"Put {settings.boot_secret_file.name} elsewhere (a systemd credential, a tmpfs) and set IZWI_BOOT_SECRET_FILE."
            ),
        )
    for path in (settings.boot_secret_file, settings.state_dir, settings.blob_url):
        if path.exists() and path.stat().st_mode & 0o077:
            yield _WRONG, f"Others on this machine can read {path}: chmod go-rwx {path}."
    if Path("/proc/swaps").exists() and len(Path("/proc/swaps").read_text(encoding="ascii").splitlines()) > 1:
        yield _WEAK, "This machine swaps memory to disk, keys included: swapoff -a, or encrypt the swap."


def _people(house: House) -> Iterator[tuple[str, str]]:
    if not is_current(house.database):
        return
    if not house.people.is_founded():
        yield _WRONG, "The desk is not founded: run ./izwi init."
        return
    coordinators = [person for person in house.people.list() if person.role is Role.COORDINATOR and not person.disabled]
    if len(coordinators) < 2:
        yield _WRONG, "There are fewer than two coordinators, and nobody approves their own proposal: ./izwi user add."


def _doors(settings: Settings) -> Iterator[tuple[str, str]]:
    local = settings.public_url.startswith(("http://127.0.0.1", "http://localhost"))
    if not settings.public_url.startswith("https://") and not local:
        yield _WRONG, "IZWI_PUBLIC_URL is not https: texts and passwords could be read on the way."
    if settings.public_url.startswith("https://") and not settings.proxies:
        yield _WRONG if settings.africastalking_sources else _WEAK, _NO_PROXIES
    if local and not settings.demo:
        yield _WEAK, "IZWI_PUBLIC_URL is this machine: no provider can reach it. Set it to the address that they call."
    if not (settings.twilio_account_sid or settings.africastalking_username or settings.handset_login):
        yield _WEAK, "No provider is configured: no text can come in. See docs/settings.md."
    if settings.africastalking_username and not settings.africastalking_sources:
        yield _WEAK, "Africa's Talking signs nothing: set IZWI_AFRICASTALKING_SOURCES to the addresses that you see it call from."
    if settings.demo:
        yield _WEAK, "IZWI_DEMO is set: never with real people's reports."


def _calls(house: House) -> Iterator[tuple[str, str]]:
    """Say what the lines that carry voice want for."""
    settings = house.settings
    voice = [line for line in settings.lines if "voice" in line.does]
    set_up = {"twilio": settings.twilio_account_sid, "africastalking": settings.africastalking_username}
    for provider in sorted({line.provider for line in voice}):
        if provider not in set_up:
            yield _WRONG, f"IZWI_LINES has a line of {provider} that carries voice: only twilio and africastalking bring calls."
        elif not set_up[provider]:
            yield _WRONG, f"IZWI_LINES has a line of {provider} that carries voice, but {provider} is not set up."
    if not voice:
        yield _WEAK, "No line carries voice: calls are kept as missed ones and not answered. Say text+voice in IZWI_LINES."
        return
    for language, keys in house.live.now().compiled.prompts.missing().items():
        if keys:
            shown = ", ".join(keys[:5]) + (", ..." if len(keys) > 5 else "")
            yield _WEAK, f"{len(keys)} prompts have no words in prompts/voice.{language}.txt and are spoken in English: {shown}."


def _spoken(house: House) -> Iterator[tuple[str, str]]:
    """Say what the desk has to do for those who call."""
    if not is_current(house.database) or not spoken.voice_lines(house):
        return
    tallies = spoken.prompting(house).tallies(house.live.now().compiled.prompts)
    lacking = ", ".join(
        f"{tally.whole - tally.recorded} in {tally.language}" for tally in tallies if tally.recorded < tally.whole
    )
    if lacking:
        yield _WEAK, f"Prompts that nobody recorded, so that an English voice reads them: {lacking}. See ./izwi prompt list."
    tried = sum(needs_a_look(row) for row in spoken.enrolling(house).rows())
    if tried:
        yield _WEAK, f"Codes of monitors that were locked after wrong PINs: {tried}. Their pages say which."


def _call_backs(settings: Settings) -> Iterator[tuple[str, str]]:
    """Say what calls of ours want for."""
    if not settings.call_back or not voice_lines(settings):
        return
    if not rules_of(settings).spares((), 24):
        yield _WEAK, "IZWI_CALL_BACK_PER_HOUR or _PER_DAY leaves no room for one call: raise them, or set IZWI_CALL_BACK=false."
    quiet = settings.call_back_quiet_hours
    if (quiet.ends - quiet.begins) % _DAY_MINUTES < _NIGHT_MINUTES and not settings.demo:
        yield _WEAK, "IZWI_CALL_BACK_QUIET_HOURS is shorter than a night: a telephone that rings at night is heard by others."


def _carriage(house: House) -> Iterator[tuple[str, str]]:
    connection = connect(house.redis_url)
    try:
        connection.ping()
        if house.settings.redis_url:
            check_policy(connection)
    except redis.RedisError:
        yield _WEAK, "Redis does not answer: fine while ./izwi serve does not run; otherwise work waits and nobody can sign in."
    except CarriageError as error:
        yield _WRONG, str(error)
