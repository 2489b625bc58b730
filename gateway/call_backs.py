"""Calls of ours, as the settings have them: from which lines, when, how many, and the addresses that a provider asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from config.settings import Settings
from gateway.house import House
from handlers.events import CallEnded
from handlers.voice.calling import CallBacks
from handlers.voice.ringing import Cap, Rules, VoiceLine
from handlers.work.calling_back import CallingBack, Telephonies

ANSWERED = "answered"  # the step that a call of ours begins with
CALLING = ("twilio", "africastalking")  # the providers that can ring somebody


def rules_of(settings: Settings) -> Rules:
    """Give the rules of call backs. Switched off, there is no line that rings."""
    delay, quiet = settings.call_back_delay_minutes, settings.call_back_quiet_hours
    return Rules(
        lines=voice_lines(settings) if settings.call_back else (),
        delay_minutes=(delay.least, delay.most),
        quiet=(quiet.begins, quiet.ends),
        longest_minutes=settings.call_back_longest_minutes,
        per_hour=Cap(settings.call_back_per_hour.calls, settings.call_back_per_hour.minutes),
        per_day=Cap(settings.call_back_per_day.calls, settings.call_back_per_day.minutes),
        join_hours=settings.call_back_join_hours,
    )


def call_backs(house: House) -> CallBacks:
    """Give what plans calls of ours."""
    return CallBacks(keyring=house.keyring, rules=rules_of(house.settings), clock=house.clock)


def calling_back(house: House, telephonies: Telephonies, take_in: Callable[[CallEnded], object]) -> CallingBack:
    """Give what places calls of ours."""
    return CallingBack(
        writing=house.units[0],
        keyring=house.keyring,
        clock=house.clock,
        tag_key=house.boot.derive("delivery tag"),
        rules=rules_of(house.settings),
        telephonies=telephonies,
        take_in=take_in,
        addresses=addresses_of(house.settings),
    )


def voice_lines(settings: Settings) -> tuple[VoiceLine, ...]:
    """Give the lines that carry voice, whose provider is set up and can ring somebody; in the order of the setting."""
    set_up = {"twilio": settings.twilio_account_sid, "africastalking": settings.africastalking_username}
    return tuple(
        VoiceLine(line.provider, line.number)
        for line in settings.lines
        if "voice" in line.does and line.provider in CALLING and set_up[line.provider]
    )


def addresses_of(settings: Settings) -> Callable[[str], tuple[str, str]]:
    """Give what gives the addresses of a call of ours: to ask when somebody answers, and to tell in the end. Africa's Talking
    takes none with a call: it asks those of the line's own settings, and needs no secret of ours here."""
    return partial(_addresses, settings.public_url)


def _addresses(public_url: str, provider: str) -> tuple[str, str]:
    base = f"{public_url}/webhooks/{provider}"
    return f"{base}/voice/{ANSWERED}", f"{base}/call"
