"""Bringing a report forward in one go: graded, joined to its incident, the incident's standing set, and proposed. All or nothing.

Each of the four is written down as if it had been done by itself, and every rule of each holds: the standing rises step by step
with a reason, what is hidden is confirmed as it is now, and a second person still decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.caselog.grading import change_standing, may_be_logged
from handlers.desk.drafts import Draft
from handlers.desk.incidents import STANDINGS, begin_incident
from handlers.desk.judging import Grade, keep_grade
from handlers.desk.office import Office, Sealer, Unfinished, incident_name
from handlers.desk.people import SignedIn
from handlers.desk.proposing import Proposing
from handlers.ports import UnitOfWork
from handlers.records import Incident, Report, Standing

_LADDER = (Standing.LEAD, Standing.REASONABLE_SUSPICION, Standing.REASONABLE_GROUNDS)
# What a judgement can rest on, to be ticked; what else it rests on is written.
GROUNDS: Mapping[str, str] = {
    "detailed": "The telling is detailed and hangs together.",
    "fits": "It fits what is known of the place and the time.",
    "others": "Others tell of the same.",
    "record": "A document, photograph or medical record says the same.",
    "seen": "It was looked into on the spot.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a person judges on the way. `grade` None: it was graded before. `has_grounds`: they find reasonable grounds."""

    grade: Grade | None = None
    incident_id: str | None = None
    has_grounds: bool = False
    why: str = field(default="", repr=False)


def reason_of(ticked: list[str], written: str) -> str:
    """Give what a judgement rests on, in sentences: what was ticked, then what was written."""
    if any(name not in GROUNDS for name in ticked):
        raise Unfinished("Choose what it rests on from the list.")
    return " ".join([*(GROUNDS[name] for name in GROUNDS if name in ticked), written.strip()]).strip()


class Bringing:
    """Brings reports forward for people."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._proposing = Proposing(office)

    def bring(self, who: SignedIn, report_id: str, version: int, judged: Judged, draft: Draft, *, confirmed: str) -> str:
        """Do what is missing and propose the entry; give the proposal's id. Nothing is kept if anything is refused."""
        self._office.keys(who)
        sealer = self._office.sealer()
        with self._office.writing() as unit:
            report = self._office.report_for_change(unit, report_id, version)
            if judged.grade is not None:
                keep_grade(self._office, unit, who, sealer, report_id, judged.grade)
                self._office.audit(unit, who, "graded", report_id)
            incident = self._joined(unit, who, report, judged)
            self._raise(unit, who, sealer, incident, judged)
            proposal_id = self._proposing.put_forward(unit, who, sealer, unit.reports.get(report_id), draft, confirmed=confirmed)
            unit.commit()
        return proposal_id

    def _joined(self, unit: UnitOfWork, who: SignedIn, report: Report, judged: Judged) -> Incident:
        """Give the incident of the report, held; the one that was chosen, or a new one, where it stands in none."""
        if report.incident_id is not None:
            return unit.incidents.get(report.incident_id, lock=True)
        incident_id = judged.incident_id or begin_incident(self._office, unit)
        incident = unit.incidents.get(incident_id, lock=True)
        unit.reports.change(report.id, incident_id=incident_id)
        self._office.audit(unit, who, f"joined to {incident_name(incident_id)}", report.id)
        return incident

    def _raise(self, unit: UnitOfWork, who: SignedIn, sealer: Sealer, incident: Incident, judged: Judged) -> None:
        """Raise the standing to reasonable grounds, one step after the other, where a person says that there are."""
        if may_be_logged(incident.standing) or not judged.has_grounds:
            return
        if incident.standing not in _LADDER:
            raise Unfinished(f"{incident_name(incident.id).capitalize()} was closed. Open it again on its own page first.")
        why = judged.why or (judged.grade.text if judged.grade else "")
        if not why.strip():
            raise Unfinished("Say what the standing rests on: each change of it has a reason.")
        standing = incident.standing
        for after in _LADDER[_LADDER.index(standing) + 1 :]:
            change_standing(standing, after, person_id=who.person.id, reason=why)
            content = {"text": f"{STANDINGS[after].capitalize()}: {why}", "standing": after.value}
            self._office.note(unit, who, sealer, "standing", content, incident_id=incident.id)
            self._office.audit(unit, who, "set the standing", incident.id)
            standing = after
        unit.incidents.change(incident.id, version=incident.version, standing=standing)
