"""Approving: the second person's word, which appends a proposal to the case log.

The desk and the log may be two databases, so it goes in three steps: the approval is begun (from then on nobody can return the
proposal), the entry is appended (its origin is the proposal, so it is appended once), the proposal is marked approved. A crash
on the way is completed by approving again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nacl.signing import SigningKey
from nacl.utils import random as random_bytes

from handlers.caselog.content import EntryContent
from handlers.caselog.grading import may_approve, may_be_logged
from handlers.caselog.ledger import SALT_BYTES, Appended, Entry, append, commitment, open_entry, seal_entry
from handlers.caselog.packets import make_packet
from handlers.caselog.tree import Frontier, inclusion_proof, leaf_hash
from handlers.desk.checking import read_told, said
from handlers.desk.drafts import SOMEBODY, as_entry, display_id, person_of
from handlers.desk.office import Office, Sealer, incident_name, new_id
from handlers.desk.people import SignedIn
from handlers.desk.proposing import open_proposal
from handlers.errors import Conflict, NotAllowed
from handlers.ports import OpenUnit, UnitOfWork
from handlers.protection.keyring import DeskKeyring
from handlers.protection.people import LOG, open_with
from handlers.records import LogEntry, Proposal, ProposalState, Work, WorkKind
from handlers.reports import ReportState


@dataclass(frozen=True, slots=True)
class _Logged:
    """An entry as it stands in the log."""

    appended: Appended
    content: EntryContent = field(repr=False)
    salt: bytes = field(repr=False)
    public_key: bytes

    @property
    def index(self) -> int:
        """Its place in the log."""
        return self.appended.entry.index


class Approving:
    """Approves proposals."""

    def __init__(self, office: Office, *, log_writing: OpenUnit, log_reading: OpenUnit, connectors: Sequence[str]) -> None:
        self._office = office
        self._log_writing = log_writing
        self._log_reading = log_reading
        self._connectors = tuple(connectors)

    def approve(self, who: SignedIn, proposal_id: str, version: int) -> int:
        """Append a proposal to the case log; give the entry's index. Approving again changes nothing."""
        keys = self._office.keys(who)
        if LOG not in who.keys:
            raise NotAllowed("Only somebody who holds the case log's key may approve.")
        proposal = self._begin(who, proposal_id, version, keys)
        if proposal.state is ProposalState.APPROVED and proposal.entry_index is not None:
            return proposal.entry_index
        proposed = open_proposal(keys, proposal)
        content = as_entry(proposed, approver=display_id(who.person.id), logged_on=self._office.today())
        logged = self._append(who, proposal, content)
        self._finish(who, proposal, logged)
        return logged.index

    def _begin(self, who: SignedIn, proposal_id: str, version: int, keys: DeskKeyring) -> Proposal:
        """Hold the proposal for approval: from now on nobody can return it."""
        with self._office.writing() as unit:
            proposal = unit.proposals.get(proposal_id, lock=True)
            if proposal.state is ProposalState.APPROVED:
                return proposal
            if proposal.state is ProposalState.RETURNED or proposal.version != version:
                raise Conflict("Somebody returned or changed this proposal meanwhile. Look at it again.")
            if not may_approve(proposal.proposer_id, who.person.id):
                raise NotAllowed("Whoever proposes an entry does not approve it: ask another person.")
            self._check_standing(unit, proposal)
            proposed = as_entry(open_proposal(keys, proposal), approver=SOMEBODY, logged_on=self._office.today())
            blocking = said(read_told(unit, proposal.report_id).concerns(proposed, keys, self._office.lookups.gazetteer))
            if blocking:
                raise NotAllowed(f"What came since keeps this back. Return it with a reason. {blocking}")
            unit.proposals.change(proposal_id, version=version, approver_id=who.person.id)
            unit.commit()
        return proposal

    def _check_standing(self, unit: UnitOfWork, proposal: Proposal) -> None:
        report = unit.reports.get(proposal.report_id)
        incident = unit.incidents.get(report.incident_id) if report.incident_id else None
        if incident is None or not may_be_logged(incident.standing):
            name = incident_name(incident.id) if incident else "its incident"
            raise NotAllowed(f"The standing of {name} no longer allows this. Return the proposal, or set the standing again.")

    def _append(self, who: SignedIn, proposal: Proposal, content: EntryContent) -> _Logged:
        """Append the entry, or find it if it was appended before."""
        with self._office.reading() as unit:
            log = unit.compartments.get(LOG)
        with self._log_writing() as unit:
            log_key = unit.log_keys.get("log", lock=True)  # one appends at a time
            leaves = tuple(leaf_hash(entry.leaf) for entry in unit.log_entries.all())
            known = unit.log_entries.first(origin=proposal.id)
            if known is not None:
                return _found(unit, who, known, leaves, log_key.public_key)
            signing = SigningKey(open_with(who.keys[LOG], log_key.sealed))
            salt = random_bytes(SALT_BYTES)
            appended = append(Frontier.from_leaves(leaves), content, salt=salt, signing_key=signing)
            entry = LogEntry(
                index=appended.entry.index,
                leaf=appended.entry.leaf,
                sealed=seal_entry(log.public_key, salt, content, appended.entry.index),
                origin=proposal.id,
                hour=self._office.hour(),
            )
            unit.log_entries.add(entry)
            unit.log_heads.add(appended.head)
            unit.commit()
        return _Logged(appended, content, salt, log_key.public_key)

    def _finish(self, who: SignedIn, proposal: Proposal, logged: _Logged) -> None:
        """Mark the proposal approved and have the entry forwarded."""
        sealer = self._office.sealer()
        with self._office.writing() as unit:
            held = unit.proposals.first(id=proposal.id, lock=True)
            if held is None or held.state is ProposalState.APPROVED:
                return  # deleted by its source meanwhile, or completed by another click
            approver = person_of(logged.content.approver, [person.id for person in unit.people.all()]) or who.person.id
            unit.proposals.change(
                held.id,
                version=held.version,
                state=ProposalState.APPROVED,
                approver_id=approver,
                entry_index=logged.index,
            )
            report = unit.reports.get(held.report_id, lock=True)
            unit.reports.change(report.id, version=report.version, state=ReportState.LOGGED)
            for connector in self._connectors:
                unit.work.add(self._forward(connector, held, logged, sealer))
            self._office.audit(unit, who, "approved for the case log", held.id)
            unit.commit()

    def _forward(self, connector: str, proposal: Proposal, logged: _Logged, sealer: Sealer) -> Work:
        work_id = new_id()
        packet = make_packet(logged.appended, logged.content, salt=logged.salt, public_key=logged.public_key)
        payload = {"connector": connector, "packet": packet.as_fields()}
        return Work(
            id=work_id,
            kind=WorkKind.FORWARD,
            subject_id=proposal.id,
            payload=sealer.seal("work", "payload", work_id, payload),
            payload_period=sealer.period.id,
        )


def _found(unit: UnitOfWork, who: SignedIn, entry: LogEntry, leaves: Sequence[bytes], public_key: bytes) -> _Logged:
    """Give an entry that was appended before a crash, as it stands: it names who approved it then."""
    if entry.sealed is None:
        raise NotAllowed("Its entry stands in the case log, but its content was destroyed since.")
    opened = open_entry(who.keys[LOG], entry.sealed, entry.index)
    upto = leaves[: entry.index + 1]
    appended = Appended(
        entry=Entry(entry.index, entry.leaf, commitment(opened.salt, opened.fields)),
        head=unit.log_heads.get(entry.index + 1),
        frontier=Frontier.from_leaves(upto),
        proof=inclusion_proof(upto, entry.index),
    )
    return _Logged(appended, opened.content, opened.salt, public_key)
