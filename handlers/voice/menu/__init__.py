"""The call as steps: a table of states, and a pure function from where a call stands and what was pressed to what is heard next.

No provider, no database, no words: what is said is named by prompts, what is to be done by deeds. May import the plain nouns.
"""

from __future__ import annotations

from handlers.voice.menu.keypad import Keypad, KeypadLists, build_keypad
from handlers.voice.menu.moving import Deed, Heard, Line, Turn, advance, begin
from handlers.voice.menu.states import STATES, Asks, State

__all__ = [
    "STATES",
    "Asks",
    "Deed",
    "Heard",
    "Keypad",
    "KeypadLists",
    "Line",
    "State",
    "Turn",
    "advance",
    "begin",
    "build_keypad",
]
