"""The way to the case log: each step, whether it is done, what is missing, and who may do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.caselog.grading import may_approve, may_be_logged
from handlers.desk.office import report_name
from handlers.desk.people import SignedIn
from handlers.records import Incident, Person, Proposal, ProposalState, Report, Role
from handlers.reports import ReportState

_PROPOSABLE = (ReportState.RECEIVED, ReportState.OPEN, ReportState.LOGGED)
_MAY_APPROVE = (Role.COORDINATOR, Role.APPROVER)


class Progress(StrEnum):
    """How far a step is."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Link:
    """Where a step is done: on a report's page at a place of it, in its form for proposing, at a proposal, an entry, or here."""

    kind: str
    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step."""

    title: str
    progress: Progress
    says: str
    who: str = ""
    links: tuple[Link, ...] = ()


def steps(
    incident: Incident,
    reports: Sequence[Report],
    graded: Mapping[str, bool],
    proposals: Sequence[Proposal],
    *,
    who: SignedIn,
    people: Sequence[Person],
) -> tuple[Step, ...]:
    """Give the steps in order. The first that is not done is the next one."""
    approved = [proposal for proposal in proposals if proposal.state is ProposalState.APPROVED]
    waiting = [proposal for proposal in proposals if proposal.state is ProposalState.WAITING]
    began = bool(approved or waiting)
    raw = (
        _grade(reports, graded),
        _raise(incident),
        _propose(reports, graded, waiting, is_done=began),
        _approve(waiting, approved, who, people),
    )
    shown: list[Step] = []
    has_next = False
    for step, is_done in raw:
        progress = Progress.DONE if is_done else Progress.LATER if has_next else Progress.NEXT
        has_next = has_next or not is_done
        links = step.links if progress is not Progress.LATER else ()
        shown.append(Step(step.title, progress, step.says, step.who, links))
    return tuple(shown)


def _grade(reports: Sequence[Report], graded: Mapping[str, bool]) -> tuple[Step, bool]:
    missing = [report for report in reports if not graded[report.id] and report.state is not ReportState.DELETED]
    says = "Every report has a grade: its source and its information, apart from each other."
    if not reports:
        says = "No report stands in this incident. Join one from its page."
    elif missing:
        says = "Without a grade a report does not count, and cannot be proposed. At least one is needed."
    links = tuple(Link("grade", report.id, f"Grade {report_name(report.id)}") for report in missing)
    return Step("Grade the reports", Progress.NEXT, says, "Any coordinator.", links), any(graded.values())


def _raise(incident: Incident) -> tuple[Step, bool]:
    is_done = may_be_logged(incident.standing)
    says = (
        "It has reached “reasonable grounds”, so it may be logged."
        if is_done
        else "It must be at “reasonable grounds” or “corroborated”. It rises one step at a time, each with a reason."
    )
    links = () if is_done else (Link("standing", incident.id, "Change its standing"),)
    return Step("Raise its standing", Progress.NEXT, says, "Any coordinator, by name and with a reason.", links), is_done


def _propose(
    reports: Sequence[Report], graded: Mapping[str, bool], waiting: Sequence[Proposal], *, is_done: bool
) -> tuple[Step, bool]:
    ready = [report for report in reports if graded[report.id] and report.state in _PROPOSABLE]
    says = "Write what happened in your own words, and confirm what is hidden. One report is enough to propose the incident."
    if waiting:
        says = "An entry is proposed."
    elif is_done:
        says = "An entry was proposed."
    links = () if is_done else tuple(Link("propose", report.id, f"Propose from {report_name(report.id)}") for report in ready)
    return Step(
        "Propose an entry", Progress.NEXT, says, "Any coordinator. They will not be the one who approves it.", links
    ), is_done


def _approve(
    waiting: Sequence[Proposal], approved: Sequence[Proposal], who: SignedIn, people: Sequence[Person]
) -> tuple[Step, bool]:
    logins = {person.id: person.login for person in people}
    if approved and not waiting:
        entries = tuple(
            Link("entry", str(each.entry_index), f"Entry {each.entry_index}") for each in approved if each.entry_index is not None
        )
        return Step("A second person approves", Progress.DONE, "It stands in the case log.", "", entries), True
    if not waiting:
        says = "Four eyes: whoever proposes an entry does not approve it. A second person reads it, and approves or returns it."
        return Step("A second person approves", Progress.LATER, says, _approvers(people, "")), False
    proposer = waiting[0].proposer_id
    is_own = not may_approve(proposer, who.person.id)
    by = logins.get(proposer, "somebody")
    says = (
        "You proposed it, so another person must approve it." if is_own else f"{by} proposed it, so you may approve or return it."
    )
    words = "Look at the proposal" if is_own else "Read it, and approve or return it"
    links = tuple(Link("proposal", proposal.id, words) for proposal in waiting)
    return Step("A second person approves", Progress.NEXT, says, _approvers(people, proposer), links), False


def _approvers(people: Sequence[Person], proposer_id: str) -> str:
    """Name who may approve."""
    names = sorted(
        person.login for person in people if person.role in _MAY_APPROVE and not person.disabled and person.id != proposer_id
    )
    if not names:
        return "Nobody else may approve yet: invite a second coordinator, or an approver."
    return f"May approve: {', '.join(names)}." if proposer_id else f"Whoever of these does not propose it: {', '.join(names)}."
