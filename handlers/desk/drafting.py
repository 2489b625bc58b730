"""Drafts of what somebody is writing down of a recording: sealed, one for each person and recording, gone once it is kept.

A draft is nobody's word yet: it is not triaged, not searched, not compared with, and shown to nobody but its author.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from handlers.desk.office import LONGEST_TEXT, Office, Unfinished
from handlers.desk.people import SignedIn
from handlers.desk.voices import TRANSCRIPT, TRANSLATION, recording_of

DRAFT = "draft"


class Drafting:
    """Keeps drafts for people. Only their author changes them, so it asks for no version."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def keep(self, who: SignedIn, report_id: str, recording_id: str, texts: Mapping[str, str]) -> float:
        """Keep a draft in place of the one before; give the moment. An empty one is removed."""
        given = {kind: texts.get(kind, "").replace("\r\n", "\n") for kind in (TRANSCRIPT, TRANSLATION)}
        if any(len(text) > LONGEST_TEXT for text in given.values()):
            raise Unfinished(f"That is longer than {LONGEST_TEXT:,} characters. Please shorten it.")
        self._office.keys(who)
        sealer, now, note_id = self._office.sealer(), float(self._office.clock()), draft_id(recording_id, who.person.id)
        with self._office.writing() as unit:
            self._office.report_for_change(unit, report_id)
            recording_of(unit, report_id, recording_id)
            unit.notes.remove(id=note_id)
            if any(text.strip() for text in given.values()):
                content = {"recording": recording_id, "written": given}
                self._office.note(unit, who, sealer, DRAFT, content, report_id=report_id, note_id=note_id)
            unit.commit()
        return now

    def drop(self, who: SignedIn, recording_id: str) -> None:
        """Remove the draft of who has just kept what they wrote."""
        with self._office.writing() as unit:
            unit.notes.remove(id=draft_id(recording_id, who.person.id), kind=DRAFT)
            unit.commit()


def draft_id(recording_id: str, person_id: str) -> str:
    """Give the one id that a draft of this person of this recording has."""
    return sha256(f"draft\0{recording_id}\0{person_id}".encode()).hexdigest()[:24]
