"""The trail: who did what, in pages. And what a coordinator is quietly told, until they say that they saw it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.languages import gettext
from gateway.console.rooms import console
from gateway.console.trail_words import action_words
from handlers.errors import NotFound
from handlers.records import Notice, Role
from storage.trail import trail

bp = Blueprint("trail", __name__)

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trail. `link` leads to what it concerns, for who may see that."""

    hour: int
    who: str
    action: str
    about: str
    link: str = ""


@bp.get("/trail/")
def index() -> ResponseReturnValue:
    """Show a page of the trail."""
    page = max(1, min(request.args.get("page", 1, type=int), 100_000))
    with console().given.reading() as unit:
        rows = trail(unit, limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE)
        logins = {person.id: person.login for person in unit.people.all()}
        subjects = tuple({row.subject_id for row in rows})
        reports = {report.id for report in unit.reports.all(id=subjects)}
    may_open = signed_in().person.role is Role.COORDINATOR
    lines = []
    for row in rows[:PAGE_SIZE]:
        is_report = row.subject_id in reports
        about = logins.get(row.subject_id) or (gettext("report %(name)s", name=row.subject_id[:4].upper()) if is_report else "")
        link = url_for("reports.show", report_id=row.subject_id) if is_report and may_open else ""
        who = logins.get(row.person_id, gettext("somebody")) if row.person_id else gettext("the operator or Izwi")
        lines.append(Line(row.hour, who, action_words(row.action), "" if about == who else about, link))
    return render_template("trail.html", lines=lines, page=page, has_more=len(rows) > PAGE_SIZE)


@bp.post("/desk/notices/<notice_id>/seen")
def seen(notice_id: str) -> ResponseReturnValue:
    """Take a notice away that one has seen."""
    here, who = console(), signed_in()
    with here.given.writing() as unit:
        if not unit.notices.remove(id=notice_id, person_id=who.person.id):
            raise NotFound("notices")
        here.office.audit(unit, who, "saw an alert", who.person.id)
        unit.commit()
    return redirect(url_for("inbox.show"), 303)


@bp.app_context_processor
def _notices() -> dict[str, object]:
    return {"notices": notices}


def notices() -> list[tuple[Notice, str]]:
    """Give what the person of this request is told, and about whom."""
    person = g.get("person")
    if person is None:
        return []
    with console().given.reading() as unit:
        found = unit.notices.all(person_id=person.id)
        about = unit.people.all(id=tuple({notice.about_id for notice in found})) if found else []
    logins = {each.id: each.login for each in about}
    return [(notice, logins.get(notice.about_id, gettext("somebody"))) for notice in sorted(found, key=lambda each: each.hour)]
