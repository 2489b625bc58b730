"""Settings in, finished objects out: the only place where the rooms meet."""

from __future__ import annotations

from collections.abc import Callable

import redis

from config.field_map import read_field_map
from config.settings import Settings
from gateway import spoken
from gateway.accounts import provider_configs, recipients
from gateway.carriage import connect
from gateway.console.services import ConsoleServices
from gateway.console.sessions import Sessions
from gateway.console.throttling import Throttle
from gateway.house import House, databases, enter_house, open_house
from gateway.lists.editing import Editing
from gateway.lists.live import Renewed
from gateway.providers import registry as providers_registry
from gateway.providers.contract import Provider
from gateway.telephone import telephone, ussd_desk
from gateway.voice.sandbox import render_apart
from handlers.desk.inviting import Inviting
from handlers.desk.office import Office
from handlers.desk.second_steps import SecondSteps
from handlers.events import CallStep, Event, InboundCall, UssdStep
from handlers.intake import Intake, Taken
from handlers.outgoing import Client, Telephony
from handlers.pacing import Pace
from handlers.ports import T
from handlers.voice.speech import Dialog
from handlers.voice.terms import Limits, Rendered, Strength
from storage.group_commit import GroupCommit

__all__ = ["House", "databases", "enter_house", "open_house"]


def providers(house: House) -> dict[str, Provider]:
    """Give the providers that are configured."""
    return providers_registry.build(provider_configs(house.settings))


def clients(house: House) -> dict[str, Callable[[], Client]]:
    """Give the clients of the providers, each made when it is first needed and kept for this process."""
    return {name: _once(provider.client) for name, provider in providers(house).items()}


def telephonies(house: House) -> dict[str, Callable[[], Telephony | None]]:
    """Give what asks each provider for calls and recordings, made when first needed and kept for this process."""
    return {name: _once(provider.telephony) for name, provider in providers(house).items()}


def render_recording(data: bytes, *, strength: Strength, tone: float) -> Rendered:
    """Disguise a recording in a process apart."""
    return render_apart(data, limits=Limits(), strength=strength, tone=tone)


def intake(house: House) -> Intake:
    """Give what takes in events."""
    return Intake(
        writing=house.units[0],
        keyring=house.keyring,
        boot=house.boot,
        words=house.words,
        clock=house.clock,
        join_hours=house.settings.join_hours,
        ids_differ_on_list=frozenset(name for name, each in providers(house).items() if each.ids_differ_on_list),
        transact=GroupCommit(house.units[0]) if house.database.is_sqlite else None,
        ussd=ussd_desk(house),
        telephone=telephone(house, frozenset(providers(house))),
    )


def office(house: House) -> Office:
    """Give what people work with at the desk."""
    writing, reading = house.units
    return Office(writing, reading, house.keyring, house.lookups, house.clock)


def editing(house: House) -> Editing:
    """Give what people edit the lists with."""
    return Editing(house.live, house.versions, writing=house.units[0], clock=house.clock)


class RenewedIntake:
    """Takes in events by the words that are in force."""

    def __init__(self, house: House) -> None:
        self._intake = Renewed(house.live, lambda: intake(house))
        self._intake()

    def take_in(self, event: Event, *, from_list: bool = False) -> Taken:
        """Take in an event, as `Intake` does."""
        return self._intake().take_in(event, from_list=from_list)

    def converse(self, event: InboundCall | CallStep | UssdStep) -> Dialog:
        """Go on with a call, as `Intake` does."""
        return self._intake().converse(event)

    def for_spool(self, event: Event) -> Event:
        """Give an event as it may wait, as `Intake` does."""
        return self._intake().for_spool(event)


def inviting(house: House) -> Inviting:
    """Give what invites people."""
    return Inviting(house.people, writing=house.units[0], reading=house.units[1], clock=house.clock)


def second_steps(house: House) -> SecondSteps:
    """Give what keeps second steps."""
    key = house.boot.derive("second step")
    return SecondSteps(writing=house.units[0], reading=house.units[1], clock=house.clock, key=key)


def sessions(house: House) -> Sessions:
    """Give the sessions that are open."""
    return Sessions(
        connect(house.redis_url),
        reading=house.units[1],
        clock=house.clock,
        idle_seconds=60 * house.settings.session_idle_minutes,
        max_seconds=3600 * house.settings.session_hours,
    )


def throttle(house: House) -> Throttle:
    """Give what slows down those who guess passwords."""
    return Throttle(connect(house.redis_url), house.boot.derive("limits"))


def reply_pace(settings: Settings) -> Pace:
    """Give when what a coordinator writes may go out."""
    delay, quiet = settings.reply_delay_minutes, settings.reply_quiet_hours
    return Pace(delay_minutes=(delay.least, delay.most), quiet=(quiet.begins, quiet.ends))


def console_services(house: House, connection: redis.Redis) -> ConsoleServices:
    """Give what the console stands on."""
    settings = house.settings
    return ConsoleServices(
        redis=connection,
        redis_url=house.redis_url,
        writing=house.units[0],
        reading=house.units[1],
        log_writing=house.log_units[0],
        log_reading=house.log_units[1],
        keyring=house.keyring,
        people=house.people,
        editing=editing(house),
        blobs=house.blobs,
        renders=render_recording,
        cookie_key=house.boot.derive("cookie"),
        limits_key=house.boot.derive("limits"),
        steps_key=house.boot.derive("second step"),
        public_url=settings.public_url,
        leave_url=settings.leave_url,
        field_map=read_field_map(settings.lists_dir),
        connector_names=tuple(recipients(settings)),
        spoken=spoken.services(house),
        pace=reply_pace(settings),
        our_names=settings.organisation_names,
        covered=settings.covered,
        clock=house.clock,
        session_idle_seconds=60 * settings.session_idle_minutes,
        session_max_seconds=3600 * settings.session_hours,
        secure_cookies=settings.public_url.startswith("https://"),
    )


def _once(make: Callable[[], T]) -> Callable[[], T]:
    made: list[T] = []

    def give() -> T:
        if not made:
            made.append(make())
        return made[0]

    return give
