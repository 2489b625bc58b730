"""Filters that a person keeps under a name: for themselves, and sealed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.access import signed_in
from gateway.console.inbox import inbox_page
from gateway.console.languages import gettext
from gateway.console.listing import inbox_address
from gateway.console.rooms import console
from gateway.console.said_words import said
from handlers.desk.inbox.filters import read_filter
from handlers.desk.office import Unfinished

bp = Blueprint("filters", __name__, url_prefix="/desk/filters")


@bp.app_template_global()
def without(query: Mapping[str, str], name: str) -> dict[str, str]:
    """Give what is asked of an address without one part of it."""
    return {each: value for each, value in query.items() if each != name}


@bp.post("/")
def save() -> ResponseReturnValue:
    """Keep the filter of the address under a name."""
    here = console()
    chosen = read_filter(request.args, here.office.lookups)
    try:
        here.saved_filters.save(signed_in(), request.form.get("name", ""), chosen)
    except Unfinished as problem:
        return inbox_page(chosen, page=1, problem=said(str(problem))), 400
    flash(gettext("Saved. It stands under the states, for you alone."))
    return redirect(inbox_address(chosen), 303)


@bp.post("/<filter_id>/remove")
def remove(filter_id: str) -> ResponseReturnValue:
    """Remove a saved filter."""
    console().saved_filters.remove(signed_in(), filter_id)
    flash(gettext("Removed. The reports that it showed are as they were."))
    return redirect(url_for("inbox.show"), 303)
