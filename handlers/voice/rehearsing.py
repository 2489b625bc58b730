"""Rehearsing a call: the menu as a caller walks through it, with nobody calling and nothing kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from handlers.voice.composing import Composer, Made
from handlers.voice.menu import STATES, Asks, Heard, Keypad, Turn, advance, begin
from handlers.voice.prompts import Prompts
from handlers.voice.speech import Ask, Speak, Take
from handlers.voice.tokens import Tokens

SPOKE = "spoke"  # stands in the path where a caller spoke after the tone
SILENT = "-"  # where they pressed no key, and said nothing
MOST_STEPS = 40
_RECEIPT = "4821553907"  # such as one that is read out; it belongs to no report
_NOBODY = "rehearsal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Where a rehearsed call stands: what is heard, what is awaited, and the keys that lead on from here."""

    state: str
    language: str
    said: tuple[Speak, ...] = field(repr=False)
    asks: Asks
    keys: tuple[str, ...]


class Rehearsing:
    """Walks through the menu."""

    def __init__(self, prompts: Prompts, keypad: Keypad, *, language: str) -> None:
        self._keypad = keypad
        self._language = language
        self._composer = Composer(prompts, Tokens(bytes(32)), language=language)

    def at(self, pressed: Sequence[str]) -> Rehearsal:
        """Give where the call stands after these keys. Any code and PIN are right, and no receipt is known."""
        turn, is_recorded = begin(now=0, is_ours=False), False
        for keys in pressed[:MOST_STEPS]:
            heard = Heard(keys="" if keys in (SPOKE, SILENT) else keys[:10], is_recorded=keys == SPOKE)
            if turn.memory.state == "pin" and heard.keys.isdecimal():
                heard = replace(heard, check="right", monitor=_NOBODY)
            is_recorded = is_recorded or heard.is_recorded
            turn = advance(turn.memory, heard, self._keypad)
        return self._at(turn, is_recorded=is_recorded)

    def _at(self, turn: Turn, *, is_recorded: bool) -> Rehearsal:
        made = Made(receipt=_RECEIPT, recording=_NOBODY if is_recorded else None)
        said: list[Speak] = []
        for verb in self._composer.compose(turn, made, call_id=_NOBODY, provider=_NOBODY, now=0):
            heard = verb.speak if isinstance(verb, Ask | Take) else (verb,)
            said += [each for each in heard if isinstance(each, Speak)]
        state = STATES[turn.memory.state]
        return Rehearsal(
            state=turn.memory.state,
            language=turn.memory.language or self._language,
            said=tuple(said),
            asks=state.asks,
            keys=self._keys(turn),
        )

    def _keys(self, turn: Turn) -> tuple[str, ...]:
        """Give the single keys that lead on."""
        memory = turn.memory
        if memory.state == "group":
            return (*self._keypad.groups, "0", "*", "#")
        if memory.state == "category":
            count = len(self._keypad.codes(memory.answers.get("group", "")))
            return (*(str(place) for place in range(1, count + 1)), "0", "*", "#")
        if STATES[memory.state].asks is Asks.KEY:
            return (*STATES[memory.state].on, "0", "*", "#")
        return ("*", "#") if STATES[memory.state].asks is Asks.NUMBER else ()
