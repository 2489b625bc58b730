"""What is spoken, put together: who checks monitors, which prompts were recorded, who reads replies."""

from __future__ import annotations

from dataclasses import replace

from gateway import speech
from gateway.console.services import SpokenServices
from gateway.house import House
from gateway.voice.sandbox import normalise_prompt_apart
from handlers.desk.enrolling import Enrolling
from handlers.desk.prompting import Prompting
from handlers.protection.monitor_keys import MonitorKeys
from handlers.voice.monitors import Monitors
from handlers.voice.prompts import Prompts
from handlers.voice.recorded_prompts import RecordedPrompts
from handlers.voice.spoken_replies import SpokenReplies
from storage.queries import prompt_index


def monitor_keys(house: House) -> MonitorKeys:
    """Give what makes and checks what monitors are known by."""
    return MonitorKeys(house.boot.derive("monitors"))


def monitors(house: House) -> Monitors:
    """Give what knows the field monitors."""
    writing, reading = house.units
    return Monitors(writing=writing, reading=reading, keys=monitor_keys(house), clock=house.clock)


def enrolling(house: House) -> Enrolling:
    """Give what adds monitors and looks after them."""
    writing, reading = house.units
    return Enrolling(writing=writing, reading=reading, keys=monitor_keys(house), clock=house.clock)


def prompting(house: House) -> Prompting:
    """Give what keeps recorded prompts."""
    writing, reading = house.units
    return Prompting(writing=writing, reading=reading, index=prompt_index, normalise=normalise_prompt_apart, clock=house.clock)


def recorded_prompts(house: House) -> RecordedPrompts:
    """Give where providers fetch prompts that were recorded."""
    reading = house.units[1]

    def index() -> dict[tuple[str, str], str]:
        with reading() as unit:
            return {(row.key, row.language): row.id for row in prompt_index(unit)}

    return RecordedPrompts(index, base=f"{house.settings.public_url}{speech.PREFIX}", clock=house.clock)


def prompts(house: House) -> Prompts:
    """Give the prompts in force: recorded where somebody did, as texts where nobody has yet."""
    return replace(house.live.now().compiled.prompts, recorded=recorded_prompts(house))


def replies(house: House) -> SpokenReplies:
    """Give what reads replies to callers."""
    return SpokenReplies(
        house.keyring,
        writing=house.units[0],
        blobs=house.blobs,
        key=house.boot.derive("speech token"),
        base=f"{house.settings.public_url}{speech.PREFIX}",
        clock=house.clock,
    )


def voice_lines(house: House) -> tuple[str, ...]:
    """Give our numbers that carry voice."""
    return tuple(sorted({line.number for line in house.settings.lines if "voice" in line.does}))


def services(house: House) -> SpokenServices:
    """Give what the console's pages of it stand on."""
    return SpokenServices(monitor_keys=monitor_keys(house), lines=voice_lines(house), normalise=normalise_prompt_apart)
