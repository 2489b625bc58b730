"""Invitations, from the newcomer's side: a code, and a password of their own."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.languages import gettext
from gateway.console.rooms import console
from gateway.console.said_words import said
from handlers.errors import Conflict, NotAllowed

bp = Blueprint("invitations", __name__)


@bp.route("/invitation", methods=["GET", "POST"])
def accept() -> ResponseReturnValue:
    """Take a code and a password; make the person. The link carries the code behind a `#`, where no server sees it."""
    if request.method == "GET":
        return render_template("invitation.html", code="", problem="")
    form = request.form
    code = form.get("code", "")
    if form.get("password", "") != form.get("again", ""):
        return render_template("invitation.html", code=code, problem=gettext("The two passwords are not the same.")), 400
    try:
        person = console().inviting.accept(code, form.get("password", ""))
    except (NotAllowed, Conflict) as error:
        return render_template("invitation.html", code=code, problem=said(str(error))), 403
    flash(gettext("Welcome. Your name here is %(login)s. Sign in with the password that you just chose.", login=person.login))
    return redirect(url_for("console.sign_in"), 303)
