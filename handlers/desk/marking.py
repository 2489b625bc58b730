"""Marks: a second of a recording, and what a person says of it in a few words; sealed as notes are."""

from __future__ import annotations

import re

from handlers.desk.office import Office, Unfinished, required
from handlers.desk.people import SignedIn
from handlers.desk.voices import recording_of
from handlers.errors import NotFound

MARK = "mark"
LONGEST_MARK = 200
_MOMENT = re.compile(r"(?:(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,4})(?:[.,]\d+)?")


class Marking:
    """Marks recordings for people. Nothing is overwritten by it, so it asks for no version."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def mark(self, who: SignedIn, report_id: str, recording_id: str, *, at: str, text: str) -> None:
        """Mark a second, given as `1:20` or as `80`."""
        seconds = seconds_of(at)
        words = required(text, "Say in a few words what is there.")[:LONGEST_MARK]
        self._office.keys(who)
        sealer = self._office.sealer()
        with self._office.writing() as unit:
            self._office.report_for_change(unit, report_id)
            recording_of(unit, report_id, recording_id)
            content = {"recording": recording_id, "seconds": seconds, "text": words}
            self._office.note(unit, who, sealer, MARK, content, report_id=report_id)
            self._office.audit(unit, who, "marked a recording", report_id)
            unit.commit()

    def unmark(self, who: SignedIn, report_id: str, mark_id: str) -> None:
        """Take a mark away."""
        self._office.keys(who)
        with self._office.writing() as unit:
            self._office.report_for_change(unit, report_id)
            if not unit.notes.remove(id=mark_id, report_id=report_id, kind=MARK):
                raise NotFound("a mark")
            self._office.audit(unit, who, "took a mark away", report_id)
            unit.commit()


def seconds_of(written: str) -> int:
    """Read a moment of a recording; raise `Unfinished` for what is none."""
    match = _MOMENT.fullmatch(written.strip())
    if match is None:
        raise Unfinished("Say at which moment: minutes and seconds, such as 1:20.")
    return 60 * int(match["minutes"] or 0) + int(match["seconds"])
