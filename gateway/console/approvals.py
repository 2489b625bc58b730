"""An approver's desk: what waits for a second person, and the report that it is made from, to be read and nothing else."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.rooms import console
from handlers.records import Proposal, ProposalState

bp = Blueprint("approvals", __name__, url_prefix="/desk/proposals")

_SHOWN = 50


@bp.get("/")
def index() -> ResponseReturnValue:
    """List the proposals: those that wait, then the newest others."""
    with console().given.reading() as unit:
        waiting = unit.proposals.all(state=ProposalState.WAITING.value)
        others = unit.proposals.all(state=(ProposalState.APPROVED.value, ProposalState.RETURNED.value))
        logins = {person.id: person.login for person in unit.people.all()}
    newest = sorted(others, key=_age, reverse=True)[:_SHOWN]
    return render_template("approvals.html", waiting=sorted(waiting, key=_age), others=newest, logins=logins)


@bp.get("/<proposal_id>/report")
def report(proposal_id: str) -> ResponseReturnValue:
    """Show the report that a proposal is made from. That it was opened is noted."""
    here, who = console(), signed_in()
    with here.given.reading() as unit:
        proposal = unit.proposals.get(proposal_id)
    view = here.reading.concerned(who, proposal.report_id)
    return render_template("concerned.html", view=view, proposal=proposal)


def _age(proposal: Proposal) -> int:
    return proposal.hour
