"""How a call moves from state to state. Pure: the same memory, keys and facts always give the same turn, and none raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal

from handlers.voice.menu.keypad import NOT_KNOWN, Keypad
from handlers.voice.menu.states import LANGUAGE_KEYS, QUESTIONS, STATES, Asks
from handlers.voice.tokens import Memory

MOST_STEPS = 60
LONGEST_SECONDS = 25 * 60
_ANEW = frozenset({"languages", "welcome", "main", "safety"})
_NOTHING_SAID_YET = frozenset({"answered", "languages"})


class Deed(Enum):
    """What is to be done beside speaking. Each may be done twice and counts once."""

    NOTHING = "nothing"
    SEND = "send"
    DELETE = "delete"
    HEARD = "heard"  # a reply was heard to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the caller did, and the facts that only others know: `check` of a code and PIN, the `report` of a receipt, the first
    of its replies that waits (but the one being heard), whether the caller can `listen` to the recording."""

    keys: str = field(default="", repr=False)
    is_recorded: bool = False
    now: float = 0.0
    check: Literal["", "right", "duress", "wrong", "locked", "suspended"] = ""
    monitor: str | None = None
    report: str | None = None
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One prompt by name, with what goes into its slots."""

    key: str
    slots: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What comes next: what is said, and where the call stands while it is."""

    says: tuple[Line, ...]
    memory: Memory
    deed: Deed = Deed.NOTHING


def begin(*, now: float, is_ours: bool) -> Turn:
    """Begin a call."""
    memory = Memory(state="answered" if is_ours else "languages", began=int(now))
    return Turn(says=_lines(STATES[memory.state].says), memory=memory)


def advance(memory: Memory, heard: Heard, keypad: Keypad) -> Turn:
    """Give the next turn of a call. A call that goes on for too long is sent off with all that was said."""
    state = STATES.get(memory.state)
    memory = replace(memory, steps=memory.steps + 1)
    if state is None or state.asks is Asks.END:
        return _enter(memory, "hung_up", keypad)
    if memory.steps >= MOST_STEPS or heard.now - memory.began > LONGEST_SECONDS:
        is_unsent = memory.state in ("spoken", "listen") or (state.asks is Asks.SPEECH and heard.is_recorded)
        return _enter(memory, "sent" if is_unsent else "bye", keypad)
    if state.asks is Asks.SPEECH:
        return _enter(memory, "spoken", keypad) if heard.is_recorded else _again(memory, heard, keypad, "nothing_heard")
    if state.asks is Asks.NOTHING:
        return _after_speaking(memory, heard, keypad)
    if heard.keys == "*":
        return _enter(memory, state.back, keypad)
    if heard.keys == "#":
        return _enter(memory, "hung_up" if memory.state == "answered" else "bye", keypad)
    if state.asks is Asks.KEY and heard.keys == "0" and memory.state != "answered":
        return Turn(says=_says(memory, keypad, again=True), memory=memory)
    return _MOVES.get(memory.state, _by_table)(memory, heard, keypad)


def _by_table(memory: Memory, heard: Heard, keypad: Keypad) -> Turn:
    """Go where the table says that a key leads."""
    led = STATES[memory.state].on.get(heard.keys)
    if led is None:
        return _again(memory, heard, keypad)
    if memory.state in QUESTIONS:
        memory = _answered(memory, memory.state, heard.keys)
    return _enter(memory, led, keypad)


def _after_speaking(memory: Memory, heard: Heard, keypad: Keypad) -> Turn:
    """Go on after a state that asks nothing. A reply that was heard is followed by the next one that waits."""
    if memory.state != "reply":
        return _enter(memory, STATES[memory.state].on[""], keypad)
    if heard.reply is not None and heard.reply != memory.reply:
        turn = _enter(replace(memory, reply=heard.reply), "reply", keypad)
    else:
        turn = _enter(memory, "heard", keypad)
    return replace(turn, deed=Deed.HEARD)


def _of_language(memory: Memory, heard: Heard, keypad: Keypad) -> Turn:
    language = LANGUAGE_KEYS.get(heard.keys)
    if language is None:
        return _again(memory, heard, keypad)
    return _enter(replace(memory, language=language), "welcome", keypad)


def _of_code(memory: Memory, heard: Heard, keypad: Keypad) -> Turn:
    if not heard.keys.isdecimal():
        return _again(memory, heard, keypad)
    return _enter(replace(memory, code=heard.keys), "pin", keypad)


def _of_pin(memory: Memory, heard: Heard, keypad: Keypad) -> Turn:
    """Believe who was checked. A duress PIN sounds like the right one."""
    if heard.check in ("right", "duress"):
        return _enter(replace(memory, code="", monitor=heard.monitor), "group", keypad)
    if heard.check in ("locked", "suspended"):
        return _enter(replace(memory, code=""), "speak", keypad, before=("monitor_refused",))
    return _again(memory, heard, keypad, "pin_wrong" if heard.check else "")


def _of_group(memory: Memory, heard: Heard, keypad: Keypad) -> Turn:
    codes = keypad.codes(heard.keys)
    if not codes:
        return _again(memory, heard, keypad)
    memory = _answered(memory, "group", heard.keys)
    if len(codes) == 1:
        return _enter(_answered(memory, "category", "1"), "place", keypad)
    return _enter(memory, "category", keypad)


def _of_category(memory: Memory, heard: Heard, keypad: Keypad) -> Turn:
    answered = _answered(memory, "category", heard.keys)
    if keypad.category(answered.answers) is None:
        return _again(memory, heard, keypad)
    return _enter(answered, "place", keypad)


def _of_place(memory: Memory, heard: Heard, keypad: Keypad) -> Turn:
    if heard.keys == NOT_KNOWN:
        return _enter(_answered(memory, "place", heard.keys), "when", keypad)
    named = keypad.places.get(heard.keys)
    if named is None:
        return _again(memory, heard, keypad, "place_unknown" if heard.keys else "")
    turn = _enter(_answered(memory, "place", heard.keys), "when", keypad)
    return replace(turn, says=(Line("@name", {"name": named[1]}), *turn.says))


def _of_number(memory: Memory, heard: Heard, keypad: Keypad) -> Turn:
    if not heard.keys.isdecimal():
        return _again(memory, heard, keypad)
    return _enter(_answered(memory, "how_many", heard.keys), "help", keypad)


def _of_receipt(memory: Memory, heard: Heard, keypad: Keypad) -> Turn:
    if heard.report is None:
        return _again(memory, heard, keypad, "receipt_wrong" if heard.keys else "")
    memory = replace(memory, report=heard.report, reply=heard.reply)
    return _enter(memory, "no_reply" if heard.reply is None else "reply", keypad)


_MOVES: Mapping[str, Callable[[Memory, Heard, Keypad], Turn]] = {
    "languages": _of_language,
    "code": _of_code,
    "pin": _of_pin,
    "group": _of_group,
    "category": _of_category,
    "place": _of_place,
    "how_many": _of_number,
    "receipt": _of_receipt,
}
_DEEDS: Mapping[str, Deed] = {"sent": Deed.SEND, "deleted": Deed.DELETE}


def _again(memory: Memory, heard: Heard, keypad: Keypad, why: str = "") -> Turn:
    """Ask once more; where that was done often enough, go on without an answer."""
    state = STATES[memory.state]
    if memory.tries + 1 >= state.tries:
        return _enter(memory, state.otherwise, keypad)
    memory = replace(memory, tries=memory.tries + 1)
    before = (why,) if why else ("not_understood",) if heard.keys else ()
    if memory.state in _NOTHING_SAID_YET:
        before = ()  # the language is not known yet
    return Turn(says=(*_lines(before), *_says(memory, keypad, again=True)), memory=memory)


def _enter(memory: Memory, name: str, keypad: Keypad, *, before: tuple[str, ...] = ()) -> Turn:
    memory = replace(memory, state=name, tries=0)
    if name in _ANEW:
        memory = replace(memory, report=None, reply=None)  # what is said from here on is no addition to it
    says = (*_lines(before), *_says(memory, keypad, again=False))
    return Turn(says=says, memory=memory, deed=_DEEDS.get(name, Deed.NOTHING))


def _answered(memory: Memory, question: str, keys: str) -> Memory:
    return replace(memory, answers={**memory.answers, question: keys})


def _says(memory: Memory, keypad: Keypad, *, again: bool) -> tuple[Line, ...]:
    """Name what a state says; the keys of kinds of incident are read out as the lists have them now."""
    state = STATES[memory.state]
    names = state.again if again and state.again is not None else state.says
    lines: list[Line] = []
    for name in names:
        if name == "@groups":
            lines += [line for key in keypad.groups for line in (Line(f"group_{key}"), Line("press", {"key": key}))]
        elif name == "@categories":
            codes = enumerate(keypad.codes(memory.answers.get("group", "")), 1)
            lines += [line for key, code in codes for line in (Line(f"category_{code}"), Line("press", {"key": str(key)}))]
        else:
            lines.append(Line(name))
    return tuple(lines)


def _lines(names: tuple[str, ...]) -> tuple[Line, ...]:
    return tuple(Line(name) for name in names)
