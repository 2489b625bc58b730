"""What is spoken, put together: who checks monitors, which prompts were recorded, who reads replies."""

from __future__ import annotations

from gateway.console.services import SpokenServices
from gateway.house import House
from handlers.desk.enrolling import Enrolling
from handlers.protection.monitor_keys import MonitorKeys
from handlers.voice.monitors import Monitors


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


def voice_lines(house: House) -> tuple[str, ...]:
    """Give our numbers that carry voice."""
    return tuple(sorted({line.number for line in house.settings.lines if "voice" in line.does}))


def services(house: House) -> SpokenServices:
    """Give what the console's pages of it stand on."""
    return SpokenServices(monitor_keys=monitor_keys(house), lines=voice_lines(house))
