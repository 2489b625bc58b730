"""Proposing: one person writes an entry for the case log from a report; a second one reads it, and may return it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.caselog.content import MOST_SOURCES_SAID, EntryContent
from handlers.caselog.grading import may_approve, may_be_logged
from handlers.caselog.packets import Concern
from handlers.desk.checking import Told, read_told, said
from handlers.desk.drafts import SOMEBODY, Draft, Verified, as_draft, as_entry, as_proposed, display_id
from handlers.desk.filling import filled
from handlers.desk.findings import newest, put_together
from handlers.desk.office import Office, Sealer, Unfinished, incident_name, new_id, open_value, required
from handlers.desk.opening import open_findings, open_note
from handlers.desk.people import SignedIn
from handlers.desk.showing import Piece
from handlers.desk.tellings import read_tellings
from handlers.desk.views import ShownNote
from handlers.errors import Conflict, KeyDestroyed, NotAllowed
from handlers.ports import UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.protection.sealing import Place
from handlers.records import Incident, Proposal, ProposalState, Report
from handlers.reports import ReportState

_UNCONFIRMED = "Read what is hidden in the texts as it is now, and confirm that it is all that could point to a person."
_PROPOSABLE = (ReportState.RECEIVED, ReportState.OPEN, ReportState.LOGGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """A proposal as its page shows it: the entry as it would stand, or why it cannot be shown or approved."""

    proposal: Proposal
    proposer: str
    approver: str | None
    entry: EntryContent | None = field(repr=False)
    concerns: tuple[Concern, ...] = field(repr=False)
    why_unreadable: str
    cannot_approve: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """A report's texts with what could point to a person taken out; `seal` is another one when that changes."""

    texts: tuple[tuple[Piece, ...], ...] = field(repr=False)
    seal: str

    @property
    def hidden(self) -> int:
        """Count what is taken out."""
        return sum(piece.is_hidden for text in self.texts for piece in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What the form of a proposal begins with. `grade` and `incident` are None where nobody has judged yet; `is_first`: nothing
    else is known of this source."""

    report: Report
    draft: Draft = field(repr=False)
    redaction: Redaction = field(repr=False)
    grade: ShownNote | None = field(repr=False)
    incident: Incident | None
    is_first: bool

    @property
    def may_be_logged(self) -> bool:
        """Say whether its incident is verified as far as the case log asks."""
        return self.incident is not None and may_be_logged(self.incident.standing)


class Proposing:
    """Proposes entries and returns them."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def begin(self, who: SignedIn, report_id: str) -> Begun:
        """Give what is known already for the form, and what the desk has judged so far."""
        keys = self._office.keys(who)
        with self._office.reading() as unit:
            report = unit.reports.get(report_id)
            told = read_told(unit, report_id)
            earlier = unit.proposals.all(report_id=report_id, state=ProposalState.RETURNED.value)
            grades = [open_note(note, keys, {}) for note in unit.notes.all(report_id=report_id, kind="grade")]
            incident = unit.incidents.get(report.incident_id) if report.incident_id else None
            is_first = unit.reports.count(source_id=report.source_id) == 1
        return Begun(
            report=report,
            draft=self._draft(keys, told, earlier),
            redaction=Redaction(told.redacted(keys), told.seal_of(keys)),
            grade=max(grades, key=lambda note: note.at, default=None),
            incident=incident,
            is_first=is_first,
        )

    def _draft(self, keys: DeskKeyring, told: Told, returned: Sequence[Proposal]) -> Draft:
        """Give the draft that was returned last, or one that is filled from what was found."""
        if returned:
            opened = _open(keys, max(returned, key=lambda proposal: proposal.hour))
            if opened is not None:
                return as_draft(opened)
        by_message, corrections, _ = open_findings(told.findings, keys)
        told_at = min((message.hour for message in told.messages), default=self._office.hour()) * 3600
        return filled(put_together(by_message, newest(corrections)), told.texts(keys), told_at, self._office.lookups)

    def propose(self, who: SignedIn, report_id: str, version: int, draft: Draft, *, confirmed: str) -> str:
        """Propose an entry; give the proposal's id. Raise `Unfinished` for what is missing, and unless the person has confirmed
        what is hidden as it is now."""
        self._office.keys(who)
        sealer = self._office.sealer()
        with self._office.writing() as unit:
            report = self._office.report_for_change(unit, report_id, version)
            proposal_id = self.put_forward(unit, who, sealer, report, draft, confirmed=confirmed)
            unit.commit()
        return proposal_id

    def put_forward(
        self, unit: UnitOfWork, who: SignedIn, sealer: Sealer, report: Report, draft: Draft, *, confirmed: str
    ) -> str:
        """Add a proposal of a report that is held; give its id. The caller commits."""
        required(draft.summary, "Write what happened, in your own words.")
        if report.state not in _PROPOSABLE:
            raise NotAllowed("This report is proposed already, or closed.")
        keys, proposal_id = self._office.keys(who), new_id()
        plain = as_proposed(draft, self._verified(unit, report, who, keys))
        entry = as_entry(plain, approver=SOMEBODY, logged_on=self._office.today())
        told = read_told(unit, report.id)
        if blocking := said(told.concerns(entry, keys, self._office.lookups.gazetteer)):
            raise Unfinished(blocking)
        if confirmed != told.seal_of(keys):
            raise Unfinished(_UNCONFIRMED)
        proposal = Proposal(
            id=proposal_id,
            report_id=report.id,
            proposer_id=who.person.id,
            approver_id=None,
            state=ProposalState.WAITING,
            hour=self._office.hour(),
            period=sealer.period.id,
            content=sealer.seal("proposals", "content", proposal_id, plain),
        )
        unit.proposals.add(proposal)
        unit.reports.change(report.id, version=report.version, state=ReportState.PROPOSED)
        self._office.audit(unit, who, "confirmed what is hidden", report.id)
        self._office.audit(unit, who, "proposed for the case log", proposal_id)
        return proposal_id

    def view(self, who: SignedIn, proposal_id: str) -> ProposalView:
        """Give a proposal."""
        keys = self._office.keys(who)
        with self._office.reading() as unit:
            proposal = unit.proposals.get(proposal_id)
            logins = {person.id: person.login for person in unit.people.all()}
            told = read_told(unit, proposal.report_id)
        plain = open_value(keys, proposal.content, _place(proposal))
        entry = None
        if plain.value is not None:
            approver = display_id(who.person.id)
            as_shown = approver if may_approve(plain.value["proposer"], approver) else SOMEBODY
            entry = as_entry(plain.value, approver=as_shown, logged_on=self._office.today())
        return ProposalView(
            proposal=proposal,
            proposer=logins.get(proposal.proposer_id, "somebody"),
            approver=logins.get(proposal.approver_id or ""),
            entry=entry,
            concerns=told.concerns(entry, keys, self._office.lookups.gazetteer) if entry else (),
            why_unreadable=plain.why,
            cannot_approve=_cannot_approve(proposal, who),
        )

    def send_back(self, who: SignedIn, proposal_id: str, version: int, *, reason: str) -> str:
        """Return a proposal with a reason; give its report's id."""
        why = required(reason, "Say what is to be changed, or why it is not to be logged.")
        self._office.keys(who)
        sealer = self._office.sealer()
        with self._office.writing() as unit:
            proposal = unit.proposals.get(proposal_id, lock=True)
            if proposal.state is not ProposalState.WAITING or proposal.version != version:
                raise Conflict("Somebody approved or returned this proposal meanwhile. Look at it again.")
            if proposal.approver_id is not None:
                raise NotAllowed("Its approval was begun, so it may stand in the log already: approve it again to complete it.")
            unit.proposals.change(proposal_id, version=version, state=ProposalState.RETURNED)
            logged = unit.proposals.count(report_id=proposal.report_id, state=ProposalState.APPROVED.value)
            state = ReportState.LOGGED if logged else ReportState.OPEN
            report = unit.reports.get(proposal.report_id, lock=True)
            unit.reports.change(report.id, version=report.version, state=state)
            self._office.note(unit, who, sealer, "return", {"text": why}, report_id=report.id)
            self._office.audit(unit, who, "returned the proposal", proposal_id)
            unit.commit()
        return proposal.report_id

    def _verified(self, unit: UnitOfWork, report: Report, who: SignedIn, keys: DeskKeyring) -> Verified:
        """Give what the desk judged; raise `Unfinished` with what is still to be done."""
        grades = [open_note(note, keys, {}) for note in unit.notes.all(report_id=report.id, kind="grade")]
        grade = max(grades, key=lambda note: note.at, default=None)
        if grade is None or not grade.information:
            raise Unfinished("Grade the report first: source and information.")
        if report.incident_id is None:
            raise Unfinished("Join the report to an incident first.")
        incident = unit.incidents.get(report.incident_id)
        if not may_be_logged(incident.standing):
            raise Unfinished(
                f"The standing of {incident_name(incident.id)} must be “reasonable grounds” or “corroborated” first."
            )
        counted = read_tellings(unit, unit.reports.all(incident_id=incident.id)).independence(keys, self._office.lookups).count
        return Verified(
            source_grade=grade.source,
            information_grade=int(grade.information),
            standing=incident.standing,
            independent_sources=min(counted, MOST_SOURCES_SAID),
            proposer=display_id(who.person.id),
        )


def open_proposal(keys: DeskKeyring, proposal: Proposal) -> dict[str, Any]:
    """Open what is proposed; raise `KeyDestroyed` once its period is over."""
    opened = _open(keys, proposal)
    if opened is None:
        raise KeyDestroyed("this proposal is no longer readable")
    return opened


def _open(keys: DeskKeyring, proposal: Proposal) -> dict[str, Any] | None:
    return open_value(keys, proposal.content, _place(proposal)).value


def _place(proposal: Proposal) -> Place:
    return Place("proposals", "content", proposal.id, proposal.period)


def _cannot_approve(proposal: Proposal, who: SignedIn) -> str:
    if proposal.state is ProposalState.APPROVED:
        return "It is approved and stands in the case log."
    if proposal.state is ProposalState.RETURNED:
        return "It was returned."
    if not may_approve(proposal.proposer_id, who.person.id):
        return "You proposed it, so another person must approve it."
    return ""
