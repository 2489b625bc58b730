"""The inbox and the index of prompts ask more than one repository can: each is asked on both engines."""

from __future__ import annotations

from handlers.records import Prompt, Report, Source
from handlers.reports import ReportState
from storage.queries import inbox, prompt_index
from tests.conftest import Rooms


def test_what_was_told_under_duress_stands_above_all_that_waits(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        unit.sources.add(Source(id="s", period=None, pseudonym=None, contact=None, contact_period=None))
        for name, priority, opened, flags in (("a", 100, 0, "tied"), ("b", 100, 100, "duress tied"), ("c", 90, 52, "")):
            report = Report(
                id=name,
                source_id="s",
                state=ReportState.OPEN,
                priority=priority,
                opened_hour=opened,
                updated_hour=opened,
                receipt_tag=None,
                flags=flags,
            )
            unit.reports.add(report)
        unit.commit()

    with rooms.reading() as unit:
        assert [row.id for row in inbox(unit, [ReportState.OPEN], hour=100, limit=9, offset=0)] == ["b", "a", "c"]


def test_the_index_of_prompts_holds_no_sound(rooms: Rooms) -> None:
    with rooms.writing() as unit:
        unit.prompts.add(Prompt(id="p", key="bye", language="sn", hour=1, author_id=None, seconds=2, audio=b"RIFF"))
        unit.commit()

    with rooms.reading() as unit:
        (row,) = prompt_index(unit)
    assert (row.key, row.language, row.seconds) == ("bye", "sn", 2)
    assert not hasattr(row, "audio")
