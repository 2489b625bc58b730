"""Acts on many reports at once, each for itself, and their taking back: where nothing changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from handlers.desk.changing import changing
from handlers.desk.choices import choices
from handlers.desk.correcting import Correcting
from handlers.desk.findings import newest
from handlers.desk.incidents import Incidents
from handlers.desk.judging import Judging
from handlers.desk.meanwhile import deeds_since
from handlers.desk.office import Office, Unfinished, required
from handlers.desk.opening import open_rows
from handlers.desk.people import SignedIn
from handlers.desk.views import Deed
from handlers.errors import Conflict, NotAllowed, NotFound
from handlers.records import Report
from handlers.reports import ReportState

CLAIM, RELEASE, CLOSE, SPAM, JOIN = "claim", "release", "close", "spam", "join"
ACTS = (CLAIM, RELEASE, CLOSE, SPAM, JOIN)
MOST = 100
_WHY_SPAM, _WHY_NOT = "Marked in the inbox.", "Taken back in the inbox."


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How a report stood before an act, in the clear; `version` is the one that the act left it at."""

    id: str
    version: int
    state: str
    claimed_by: str | None
    claimed_until: int | None
    incident_id: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, and to what: enough to take it back, and without a word of any report. `began` is the incident that it
    made."""

    kind: str
    reports: tuple[Before, ...]
    began: str | None = None

    def as_plain(self) -> dict[str, Any]:
        """Give it as plain values."""
        return {"kind": self.kind, "reports": [asdict(each) for each in self.reports], "began": self.began}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Act:
        """Read it from plain values."""
        return cls(plain["kind"], tuple(Before(**each) for each in plain["reports"]), plain["began"])


@dataclass(frozen=True, slots=True)
class Left:
    """A report that an act left as it was: why, and what others did to it meanwhile."""

    report_id: str
    why: str
    deeds: tuple[Deed, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act."""

    act: Act
    left: tuple[Left, ...]


class Bulk:
    """Acts on many reports for people."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._judging = Judging(office)
        self._correcting = Correcting(office)
        self._incidents = Incidents(office)

    def act(
        self, who: SignedIn, kind: str, chosen: Sequence[tuple[str, int]], *, reason: str = "", incident_id: str | None = None
    ) -> Outcome:
        """Do something to each of these reports, as they stood at a version; raise `Unfinished` where it cannot be begun."""
        if kind not in ACTS or not chosen:
            raise Unfinished("Choose some reports, and what to do with them.")
        if len(chosen) > MOST:
            raise Unfinished(f"Choose at most {MOST} reports at once.")
        if kind == CLOSE:
            required(reason, "Say why they are closed.")
        done: list[Before] = []
        left: list[Left] = []
        joined = incident_id
        for report_id, version in dict(chosen).items():
            try:
                report = self._as_seen(report_id, version)
                joined = self._do(who, kind, report, reason, joined)
                done.append(_before(report))
            except (Conflict, NotAllowed, NotFound, Unfinished) as problem:
                left.append(self._left(report_id, version, problem))
        return Outcome(Act(kind, tuple(done), began=joined if joined != incident_id else None), tuple(left))

    def take_back(self, who: SignedIn, act: Act) -> Outcome:
        """Put each report back as it stood before an act, unless it was changed since."""
        done: list[Before] = []
        left: list[Left] = []
        for each in act.reports:
            try:
                self._put_back(who, act.kind, each)
                done.append(each)
            except (Conflict, NotAllowed, NotFound, Unfinished) as problem:
                left.append(self._left(each.id, each.version, problem))
        if act.began:
            self._remove_if_empty(act.began)
        return Outcome(Act(act.kind, tuple(done)), tuple(left))

    def _as_seen(self, report_id: str, version: int) -> Report:
        with self._office.reading() as unit:
            report = unit.reports.get(report_id)
        if report.version != version:
            raise Conflict("It was changed meanwhile.")
        return report

    def _do(self, who: SignedIn, kind: str, report: Report, reason: str, incident_id: str | None) -> str | None:
        """Do it to one report, as it stood when it was read: each act fails by itself if it was changed since."""
        if kind == CLAIM:
            self._judging.claim(who, report.id, report.version)
        elif kind == RELEASE:
            self._judging.release(who, report.id, report.version)
        elif kind == CLOSE:
            self._judging.reject(who, report.id, report.version, reason=reason)
        elif kind == SPAM:
            self._correcting.correct(who, report.id, report.version, stage="spam", values=["spam"], reason=_WHY_SPAM)
        else:
            if report.incident_id not in (None, incident_id):
                raise NotAllowed("It stands in another incident already. Take it out there first.")
            return self._incidents.join(who, report.id, report.version, incident_id=incident_id)
        return incident_id

    def _put_back(self, who: SignedIn, kind: str, before: Before) -> None:
        if kind == SPAM:
            values = self._said_before(who, before.id)
            self._correcting.correct(who, before.id, before.version, stage="spam", values=values, reason=_WHY_NOT)
            return
        with changing(self._office, who, before.id, before.version, f"took back: {kind}") as change:
            change.values.update(
                state=ReportState(before.state),
                claimed_by=before.claimed_by,
                claimed_until=before.claimed_until,
                incident_id=before.incident_id,
            )

    def _said_before(self, who: SignedIn, report_id: str) -> list[str]:
        """Give what stood in place of the newest word on spam: the one before it, or what the program found."""
        keys = self._office.keys(who)
        with self._office.reading() as unit:
            opened = open_rows(unit.findings.all(report_id=report_id), keys)
        said = sorted((each for each in opened.corrections if each.stage == "spam"), key=lambda each: each.at)
        if len(said) > 1:
            return list(newest(said[:-1])["spam"].values)
        known = choices("spam", self._office.lookups)
        values = {found.value for _, findings in opened.first for found in findings if found.stage == "spam"}
        return sorted(values & set(known))[:1]

    def _remove_if_empty(self, incident_id: str) -> None:
        """Let go of an incident that an act began, if nothing stands in it any more."""
        of = {"incident_id": incident_id}
        with self._office.writing() as unit:
            if not unit.reports.count(**of) and not unit.notes.count(**of):
                unit.incidents.remove(id=incident_id)
                unit.commit()

    def _left(self, report_id: str, version: int, problem: Exception) -> Left:
        if isinstance(problem, NotFound):
            return Left(report_id, "It is not there any more.")
        with self._office.reading() as unit:
            return Left(report_id, str(problem), deeds_since(unit, report_id, version))


def _before(report: Report) -> Before:
    return Before(
        id=report.id,
        version=report.version + 1,
        state=report.state.value,
        claimed_by=report.claimed_by,
        claimed_until=report.claimed_until,
        incident_id=report.incident_id,
    )
