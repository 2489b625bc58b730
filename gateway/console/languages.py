"""Languages: which one a page is in, and how a word of a page is said in it. The one door to Flask-Babel.

English is the source: what has no translation is shown in English. A language is there once its folder is (docs/languages.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import flask_babel
from babel import Locale, negotiate_locale
from babel.dates import format_datetime
from flask import Blueprint, Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

bp = Blueprint("languages", __name__)

ENGLISH = "en"
FOLDER = Path(__file__).parent / "translations"
CATALOGUE = Path("LC_MESSAGES", "messages.po")
_CHOSEN = "language"
_Code = TypeVar("_Code")
_OWN_NAMES = {ENGLISH: "English", "sn": "chiShona", "ndc": "chiNdau", "nd": "isiNdebele", "pt": "português", "sw": "Kiswahili"}


def register(app: Flask) -> None:
    """Have the pages of an app in the language that their reader chose."""
    flask_babel.Babel(app, default_translation_directories=str(FOLDER), locale_selector=chosen)
    app.register_blueprint(bp)
    app.context_processor(_of_request)


def languages() -> dict[str, str]:
    """Give the languages of the pages, each by its own name."""
    translated = sorted(found.parents[1].name for found in FOLDER.glob("*/LC_MESSAGES/messages.mo"))
    return {code: _OWN_NAMES.get(code) or Locale.parse(code).get_display_name() or code for code in (ENGLISH, *translated)}


_languages = languages()


def chosen() -> str:
    """Give the language of this request: as chosen in this browser, else as the browser asks for, else English."""
    picked = session.get(_CHOSEN)
    if picked in _languages:
        return str(picked)
    asked = [code.replace("-", "_") for code in request.accept_languages.values()]  # sn-ZW is content with sn
    return negotiate_locale(asked, list(_languages)) or ENGLISH


@bp.post("/sign-in/language")
def choose() -> ResponseReturnValue:
    """Have the pages in another language, as long as this browser is open."""
    if request.form.get("language") in _languages:
        session[_CHOSEN] = request.form["language"]
    return redirect(url_for("account.show" if current_user.is_authenticated else "console.sign_in"), 303)


def forget_all_but_the_language() -> None:
    """Empty what this browser keeps of a session, so that the next page is still in the language that was chosen."""
    picked = session.get(_CHOSEN)
    session.clear()
    if picked is not None:
        session[_CHOSEN] = picked


def gettext(sentence: str, /, **values: Any) -> str:
    """Say a sentence in the language of the request. Every `%(name)s` in it is filled in; with none given, it stays as it is."""
    return str(flask_babel.gettext(sentence, **values))


def ngettext(one: str, many: str, count: int, /, **values: Any) -> str:
    """Say a sentence about so many things. `%(num)d` in it is the number."""
    return str(flask_babel.ngettext(one, many, count, **values))


def lazy_gettext(sentence: str) -> str:
    """Give a sentence that is put into the language of whoever reads it; for tables, which are made before anybody asks. It is
    as good as a `str` in a page; make it one with `str()` before it is kept anywhere."""
    return cast(str, flask_babel.lazy_gettext(sentence))


def marked(sentence: str) -> str:
    """Mark a sentence for the catalogues, and give it as it is: it is said later."""
    return sentence


def in_language(table: Mapping[_Code, str]) -> dict[_Code, str]:
    """Give a table of English words, made elsewhere, in the language of whoever reads it."""
    return {code: lazy_gettext(words) for code, words in table.items()}


def language_tag(code: str) -> str:
    """Give the tag by which browsers and screen readers know a language of ours."""
    return "ndc" if code == "ndau" else code


def date_words(moment: Any, pattern: str) -> str:
    """Write a moment as the language of the request does."""
    return str(format_datetime(moment, pattern, locale=flask_babel.get_locale() or ENGLISH))


def _of_request() -> dict[str, object]:
    code = chosen()
    return {
        "page_language": "en-GB" if code == ENGLISH else code.replace("_", "-"),
        "languages": _languages,
        "chosen_language": code,
    }
