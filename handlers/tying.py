"""Tie a telephone to the field monitor whose one-time word a text begins with."""

from __future__ import annotations

from dataclasses import replace

from handlers.arrival import Arrival
from handlers.events import InboundText
from handlers.ports import UnitOfWork
from handlers.protection.monitor_keys import MonitorKeys
from handlers.records import Source
from handlers.voice.monitors import tie


def tied(unit: UnitOfWork, arrival: Arrival, source: Source, keys: MonitorKeys) -> Source:
    """Give the source of a text, tied if the text says so; the word is taken off it. What is told with it is a report of its own:
    the telephone may have been somebody else's before."""
    event = arrival.event
    if not isinstance(event, InboundText) or arrival.command or not (found := tie(unit, event.text, keys)):
        return source
    arrival.take_word_off(found[1])
    unit.sources.change(source.id, monitor_id=found[0])
    return replace(source, monitor_id=found[0])
