"""The words of the trail, in the language of whoever reads it. In the trail itself they stand in English, once and for all."""

from __future__ import annotations

import re

from gateway.console.languages import gettext, marked
from gateway.console.wording import KEYS, ROLES
from handlers.records import Role

_DONE = (
    marked("added a monitor"),
    marked("added a passkey"),
    marked("approved for the case log"),
    marked("changed a password"),
    marked("confirmed what is hidden"),
    marked("desk founded"),
    marked("disabled"),
    marked("ended the sessions"),
    marked("exported the case log"),
    marked("gave the right password"),
    marked("grade"),
    marked("lifted the sign-in lock"),
    marked("made new recovery codes"),
    marked("note"),
    marked("opened an original"),
    marked("proposed for the case log"),
    marked("read as written"),
    marked("read for a proposal"),
    marked("removed a second step"),
    marked("removed all second steps"),
    marked("returned the proposal"),
    marked("saw an alert"),
    marked("searched the reports"),
    marked("set the standing"),
    marked("set up an authenticator app"),
    marked("signed in"),
    marked("signed in with the duress password"),
    marked("suspended a monitor"),
    marked("took a reply back"),
    marked("took back an invitation"),
    marked("weighed anew"),
    marked("wrote down a recording"),
    marked("claimed"),
    marked("released"),
    marked("graded"),
    marked("wrote a note"),
    marked("rejected"),
    marked("reopened"),
    marked("hid words"),
    marked("had hidden words shown again"),
    marked("gave a monitor new PINs"),
    marked("gave a monitor a word"),
    marked("unlocked a monitor"),
    marked("let a monitor report again"),
)
_DONE_TO = (
    marked("added %(what)s"),
    marked("invited %(what)s"),
    marked("gave the %(what)s key"),
    marked("withdrew the %(what)s key"),
    marked("joined to %(what)s"),
    marked("split from %(what)s"),
    marked("recorded a prompt: %(what)s"),
    marked("removed a prompt: %(what)s"),
    marked("wrote to the source: %(what)s"),
    marked("disguised a recording again: %(what)s"),
    marked("corrected %(what)s"),
    marked("saved version %(what)s of a list"),
    marked("not the same as %(what)s"),
    marked("suggested again beside %(what)s"),
)
_SHAPES = tuple((re.compile(re.escape(sentence).replace(re.escape("%(what)s"), "(.+)")), sentence) for sentence in _DONE_TO)
_NAMED = {**{role.value: ROLES[role] for role in Role}, **KEYS}


def action_words(action: str) -> str:
    """Say in the language of the request what was done. What is not known here stays as it was kept."""
    if action in _DONE:
        return gettext(action)
    for shape, sentence in _SHAPES:
        if match := shape.fullmatch(action):
            return gettext(sentence, what=_NAMED.get(match.group(1), match.group(1)))
    return action
