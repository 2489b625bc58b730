"""Incidents: what happened. Reports are joined to them and split off again; how far one is verified is a person's decision."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.caselog.grading import Independence, change_standing, independence, standings_after
from handlers.desk.office import Office, Unfinished, incident_name, new_id, required
from handlers.desk.opening import open_note
from handlers.desk.people import SignedIn
from handlers.desk.tellings import read_tellings
from handlers.desk.views import ShownNote
from handlers.errors import Conflict, NotAllowed
from handlers.ports import UnitOfWork
from handlers.records import Incident, Report, Standing

STANDINGS = {
    Standing.LEAD: "lead",
    Standing.REASONABLE_SUSPICION: "reasonable suspicion (watch)",
    Standing.REASONABLE_GROUNDS: "reasonable grounds (may be forwarded)",
    Standing.CORROBORATED: "corroborated",
    Standing.UNFOUNDED: "unfounded",
    Standing.CANNOT_BE_VERIFIED: "cannot be verified",
    Standing.TEST_OR_ABUSE: "test or abuse",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An incident as a page shows it."""

    incident: Incident
    name: str
    reports: tuple[Report, ...]
    independence: Independence
    next_standings: tuple[Standing, ...]
    notes: tuple[ShownNote, ...] = field(default=(), repr=False)


class Incidents:
    """Keeps incidents for people."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def list(self, who: SignedIn) -> list[IncidentView]:
        """Give every incident, the newest first."""
        self._office.keys(who)
        with self._office.reading() as unit:
            incidents = unit.incidents.all()
            reports = unit.reports.all(incident_id=tuple(incident.id for incident in incidents))
        views = [_view(incident, [report for report in reports if report.incident_id == incident.id]) for incident in incidents]
        return sorted(views, key=lambda view: view.incident.opened_hour, reverse=True)

    def view(self, who: SignedIn, incident_id: str) -> IncidentView:
        """Give one incident with its reports and what was decided about it."""
        keys = self._office.keys(who)
        with self._office.reading() as unit:
            incident = unit.incidents.get(incident_id)
            reports = unit.reports.all(incident_id=incident_id)
            rows = unit.notes.all(incident_id=incident_id)
            authors = {person.id: person.login for person in unit.people.all()}
            tellings = read_tellings(unit, reports)
        notes = sorted((open_note(row, keys, authors) for row in rows), key=lambda note: note.at)
        return _view(incident, reports, tuple(notes), tellings.independence(keys, self._office.lookups))

    def join(self, who: SignedIn, report_id: str, version: int, *, incident_id: str | None) -> str:
        """Join a report to an incident, a new one if None; give the incident's id."""
        self._office.keys(who)
        with self._office.writing() as unit:
            report = self._office.report_for_change(unit, report_id, version)
            if incident_id is None:
                incident_id = begin_incident(self._office, unit)
            else:
                unit.incidents.get(incident_id, lock=True)
            unit.reports.change(report.id, version=version, incident_id=incident_id)
            self._office.audit(unit, who, f"joined to {incident_name(incident_id)}", report_id)
            unit.commit()
        return incident_id

    def join_with(self, who: SignedIn, report_id: str, version: int, *, other_id: str) -> str:
        """Join two reports in one incident: that of either, or a new one; give its id. Raise `NotAllowed` if each has its own."""
        self._office.keys(who)
        with self._office.writing() as unit:
            for name in sorted((report_id, other_id)):  # always in this order: two people may join the same two at once
                unit.reports.get(name, lock=True)
            report = self._office.report_for_change(unit, report_id, version)
            other = self._office.report_for_change(unit, other_id)
            if report.incident_id and other.incident_id and report.incident_id != other.incident_id:
                raise NotAllowed("Each of the two stands in an incident of its own. Take one of them out first.")
            incident_id = report.incident_id or other.incident_id or begin_incident(self._office, unit)
            for each in (report, other):
                if each.incident_id != incident_id:
                    unit.reports.change(each.id, version=each.version, incident_id=incident_id)
                    self._office.audit(unit, who, f"joined to {incident_name(incident_id)}", each.id)
            unit.commit()
        return incident_id

    def split(self, who: SignedIn, report_id: str, version: int) -> None:
        """Take a report out of its incident."""
        self._office.keys(who)
        with self._office.writing() as unit:
            report = self._office.report_for_change(unit, report_id, version)
            if report.incident_id is None:
                raise NotAllowed("This report is joined to no incident.")
            unit.reports.change(report.id, version=version, incident_id=None)
            self._office.audit(unit, who, f"split from {incident_name(report.incident_id)}", report_id)
            unit.commit()

    def set_standing(self, who: SignedIn, incident_id: str, version: int, *, standing: str, reason: str) -> None:
        """Say how far an incident is verified, with a reason."""
        if standing not in list(Standing):
            raise Unfinished("Choose a standing from the list.")
        why = required(reason, "Say why: each change of standing has a reason.")
        self._office.keys(who)
        sealer = self._office.sealer()
        chosen = Standing(standing)
        with self._office.writing() as unit:
            incident = unit.incidents.get(incident_id, lock=True)
            if incident.version != version:
                raise Conflict("Somebody changed this incident meanwhile. Look at it again, then repeat what you wanted.")
            change_standing(incident.standing, chosen, person_id=who.person.id, reason=why)
            unit.incidents.change(incident_id, version=version, standing=chosen)
            content = {"text": f"{STANDINGS[chosen].capitalize()}: {why}", "standing": chosen.value}
            self._office.note(unit, who, sealer, "standing", content, incident_id=incident_id)
            self._office.audit(unit, who, "set the standing", incident_id)
            unit.commit()


def begin_incident(office: Office, unit: UnitOfWork) -> str:
    """Begin an incident, as a lead; give its id."""
    incident_id = new_id()
    unit.incidents.add(Incident(id=incident_id, standing=Standing.LEAD, opened_hour=office.hour()))
    return incident_id


def _view(
    incident: Incident,
    reports: list[Report],
    notes: tuple[ShownNote, ...] = (),
    counted: Independence | None = None,
) -> IncidentView:
    return IncidentView(
        incident=incident,
        name=incident_name(incident.id),
        reports=tuple(sorted(reports, key=lambda report: report.opened_hour)),
        independence=counted or independence(()),
        next_standings=standings_after(incident.standing),
        notes=notes,
    )
