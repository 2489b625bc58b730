"""A worker of its own process that does all that is due, as if the leases of the dead were over: `python -m
tests.journeys.finishing SECONDS`, with a line's environment."""

from __future__ import annotations

import os
import sys

from config.settings import load_settings
from gateway import wiring
from gateway.house import House
from gateway.workbenches import workbench
from handlers.records import WorkKind

KINDS = (WorkKind.TRIAGE, WorkKind.FETCH, WorkKind.DISGUISE, WorkKind.ERASE)


def finish(house: House, *, seconds: int) -> None:
    """Do what waits, so many seconds later."""
    now = house.clock
    house.clock = lambda: now() + seconds
    bench = workbench(house)
    for kind in KINDS:
        with house.units[1]() as unit:
            waiting = unit.work.all(kind=kind)
        for work in waiting:
            bench.do(work.id)
    house.clock = now


if __name__ == "__main__":
    with wiring.open_house(load_settings(os.environ)) as opened:
        print("ready", flush=True)  # noqa: T201
        finish(opened, seconds=int(sys.argv[1]))
