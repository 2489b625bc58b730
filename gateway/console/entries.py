"""Entries: the case log, for the focal point and the coordinators."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.rooms import console
from handlers.desk.drafts import KP_HOOKS

bp = Blueprint("entries", __name__, url_prefix="/log")

PAGE_SIZE = 50


@bp.get("/")
def index() -> ResponseReturnValue:
    """List the entries."""
    page = max(1, min(request.args.get("page", 1, type=int), 100_000))
    entries, size = console().entries.list(signed_in(), limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    return render_template("entries.html", entries=entries, size=size, page=page, has_more=page * PAGE_SIZE < size)


@bp.get("/entries/<int(max=2147483647):index>")
def show(index: int) -> ResponseReturnValue:
    """Show one entry."""
    here = console()
    categories = {code: category.label for code, category in here.office.lookups.categories.items()}
    return render_template("entry.html", view=here.entries.entry(signed_in(), index), categories=categories, hooks=KP_HOOKS)


@bp.get("/export.json")
def export() -> ResponseReturnValue:
    """Give the log as a file that anybody can check."""
    document = json.dumps(console().entries.export(signed_in()), ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": 'attachment; filename="izwi-case-log.json"'}
    return Response(document, content_type="application/json", headers=headers)
