"""The menu as a table, and as a machine that no caller can break: nothing raises, nothing goes on for ever, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from handlers.commands import LANGUAGES
from handlers.voice.menu import STATES, Asks, Deed, Heard, Line, Turn, advance, begin, build_keypad
from handlers.voice.menu.moving import MOST_STEPS
from handlers.voice.menu.states import QUESTIONS
from handlers.voice.prompts import CATEGORY, FIXED, build_prompts
from handlers.voice.tokens import Memory
from tests.shipped import shipped_lists

LISTS = shipped_lists()
KEYPAD = build_keypad(LISTS)
PROMPTS = build_prompts(LISTS.prompts, LISTS.categories)
NOW = 1_790_000_000
LAST = {"bye", "hung_up", "deleted"}


def at(state: str, **more: Any) -> Memory:
    return Memory(**{"state": state, "began": NOW, "language": "en", **more})


def go(memory: Memory, keys: str = "", **more: Any) -> Turn:
    return advance(memory, Heard(keys=keys, now=NOW + 60, **more), KEYPAD)


def names(turn: Turn) -> list[str]:
    return [line.key for line in turn.says]


@pytest.mark.parametrize(
    ("state", "keys", "follows"),
    [
        ("languages", "1", "welcome"),
        ("languages", "4", "welcome"),
        ("languages", "*", "languages"),
        ("welcome", "1", "speak"),
        ("welcome", "2", "code"),
        ("main", "3", "receipt"),
        ("main", "4", "safety"),
        ("main", "*", "languages"),
        ("main", "#", "bye"),
        ("safety", "1", "speak"),
        ("safety", "*", "main"),
        ("spoken", "1", "sent"),
        ("spoken", "2", "speak"),
        ("spoken", "3", "deleted"),
        ("spoken", "4", "listen"),
        ("spoken", "#", "bye"),
        ("sent", "", "bye"),
        ("sent", "*", "main"),
        ("code", "4711", "pin"),
        ("pin", "*", "code"),
        ("group", "1", "category"),
        ("group", "7", "place"),  # one kind of incident alone: it need not be asked for
        ("category", "*", "group"),
        ("place", "0", "when"),
        ("when", "1", "how_many"),
        ("how_many", "12", "help"),
        ("help", "4", "speak"),
        ("help", "*", "how_many"),
        ("answered", "1", "languages"),
        *(("answered", keys, "hung_up") for keys in ("", "0", "2", "9", "*", "#")),
        ("heard", "2", "speak"),
        ("no_reply", "#", "bye"),
        ("bye", "1", "hung_up"),
        ("no such state", "1", "hung_up"),
    ],
)
def test_a_key_leads_where_the_table_says(state: str, keys: str, follows: str) -> None:
    memory = at(state, answers={"group": "1"} if state == "category" else {})

    assert go(memory, keys).memory.state == follows


def test_languages_stand_in_the_order_of_the_line() -> None:
    chosen = [go(at("languages", language=None), str(key)).memory.language for key in range(1, 5)]

    assert chosen == list(LANGUAGES)


@pytest.mark.parametrize("state", ["languages", "welcome", "main", "safety"])
def test_a_telephone_that_sends_no_keys_records_after_three_tries(state: str) -> None:
    turn = Turn(says=(), memory=at(state))
    for _ in range(2):
        turn = go(turn.memory)
        assert turn.memory.state == state

    assert go(turn.memory).memory.state == "speak"


def test_what_it_records_is_sent_without_a_key() -> None:
    turn = go(at("speak"), is_recorded=True)
    for _ in range(3):
        turn = go(turn.memory)

    assert (turn.memory.state, turn.deed) == ("sent", Deed.SEND)


def test_who_says_nothing_three_times_is_let_go() -> None:
    turn = go(go(at("speak")).memory)
    assert names(turn) == ["nothing_heard", "record"]

    assert go(turn.memory).memory.state == "bye"


def test_nought_says_it_again_and_counts_as_no_try() -> None:
    turn = go(at("main", tries=2), "0")

    assert (turn.memory.state, turn.memory.tries, names(turn)) == ("main", 2, ["main"])


def test_the_honest_words_are_said_once() -> None:
    assert names(go(at("languages"), "3")) == ["honest", "main"]
    assert names(go(at("welcome"), "9")) == ["not_understood", "main"]


def test_a_call_of_ours_says_nothing_before_it_is_safe() -> None:
    assert names(begin(now=NOW, is_ours=True)) == ["answered", "safe_to_talk"]
    assert names(go(at("answered", language=None))) == []


@pytest.mark.parametrize("check", ["right", "duress"])
def test_a_monitor_is_believed_and_duress_sounds_the_same(check: Any) -> None:
    turn = go(at("pin", code="4711"), "80513", check=check, monitor="m1")

    assert (turn.memory.state, turn.memory.monitor, turn.memory.code) == ("group", "m1", "")
    assert names(turn)[0] == "what" and turn.deed is Deed.NOTHING


def test_a_wrong_pin_may_be_pressed_three_times_and_then_it_records() -> None:
    turn = Turn(says=(), memory=at("pin", code="4711"))
    for _ in range(2):
        turn = go(turn.memory, "1", check="wrong")
        assert names(turn) == ["pin_wrong", "pin"]

    assert go(turn.memory, "1", check="wrong").memory.state == "speak"


@pytest.mark.parametrize("check", ["locked", "suspended"])
def test_who_is_locked_out_can_speak_all_the_same(check: Any) -> None:
    turn = go(at("pin"), "80513", check=check)

    assert (turn.memory.state, turn.memory.monitor, names(turn)) == ("speak", None, ["monitor_refused", "record"])


def test_a_monitor_presses_through_all_questions() -> None:
    turn = Turn(says=(), memory=at("group"))
    for keys in ("1", "2", "11", "2", "15", "1"):
        turn = go(turn.memory, keys)

    assert turn.memory.state == "speak"
    answers = turn.memory.answers
    assert answers == {"group": "1", "category": "2", "place": "11", "when": "2", "how_many": "15", "help": "1"}
    assert [KEYPAD.meaning(question, answers) for question in QUESTIONS[1:]] == [
        "BEAT",
        "mutare-district-district",
        "today",
        "15",
        "hurt",
    ]


def test_a_place_is_said_back_and_an_unknown_code_is_asked_again() -> None:
    known, unknown = go(at("place"), "11"), go(at("place"), "999")

    assert known.says[0] == Line("@name", {"name": "Mutare District"})
    assert names(unknown) == ["place_unknown", "place"]


def test_an_answer_that_is_corrected_is_the_one_that_counts() -> None:
    turn = go(go(go(at("when"), "1").memory, "*").memory, "5")

    assert KEYPAD.meaning("when", turn.memory.answers) == "earlier"


def test_replies_are_heard_one_after_the_other() -> None:
    first = go(at("receipt"), "4821553907", report="r1", reply="w1")
    assert (first.memory.state, first.memory.reply) == ("reply", "w1")

    second = go(first.memory, reply="w2")
    assert (second.memory.state, second.memory.reply, second.deed) == ("reply", "w2", Deed.HEARD)

    last = go(second.memory)
    assert (last.memory.state, last.deed, last.memory.report) == ("heard", Deed.HEARD, "r1")
    assert go(last.memory, "1").memory.state == "reply"


def test_what_is_told_after_going_back_is_no_addition_to_the_report_of_the_receipt() -> None:
    assert go(at("heard", report="r1"), "2").memory.report == "r1"
    assert go(go(at("heard", report="r1"), "*").memory, "1").memory.report is None


def test_a_call_that_goes_on_too_long_is_sent_off_with_what_was_said() -> None:
    late = Heard(keys="2", now=NOW + 3600)

    assert advance(at("main"), late, KEYPAD).memory.state == "bye"
    assert advance(at("spoken"), late, KEYPAD).memory.state == "sent"
    assert advance(at("speak"), replace(late, keys="", is_recorded=True), KEYPAD).memory.state == "sent"


def test_every_state_can_be_reached_and_leads_on() -> None:
    led = {target for state in STATES.values() for target in (*state.on.values(), state.back, state.otherwise)}

    assert led <= STATES.keys()
    made_up = {"answered", "pin", "group", "category", "place", "help", "spoken", "reply", "heard", "no_reply"}
    assert STATES.keys() - led <= made_up


def test_every_prompt_that_is_said_has_a_text() -> None:
    said = {name for state in STATES.values() for name in (*state.says, *(state.again or ())) if not name.startswith("@")}
    besides = {"nothing_heard", "not_understood", "pin_wrong", "monitor_refused", "place_unknown", "receipt_wrong"}

    assert said | besides <= set(FIXED)
    assert {f"{CATEGORY}{code}" for codes in KEYPAD.groups.values() for code in codes} <= set(PROMPTS.keys)


KEYS = st.sampled_from(["", *"0123456789*#", "4711", "80513", "4821553907", "12#", "abc", "٣", "²", "\ud800", "9" * 400])
FACTS = st.fixed_dictionaries(
    {
        "check": st.sampled_from(["", "right", "duress", "wrong", "locked", "suspended"]),
        "monitor": st.sampled_from([None, "m1"]),
        "report": st.sampled_from([None, "r1"]),
        "reply": st.sampled_from([None, "w1", "w2"]),
        "is_recorded": st.booleans(),
    }
)


@given(
    state=st.sampled_from([*STATES, "nonsense"]),
    keys=KEYS,
    facts=FACTS,
    answers=st.dictionaries(st.sampled_from(QUESTIONS), KEYS),
    steps=st.integers(0, MOST_STEPS),
    after=st.integers(-10, 4000),
)
def test_no_step_raises_and_the_same_step_is_the_same_turn(
    state: str, keys: str, facts: dict[str, Any], answers: dict[str, str], steps: int, after: int
) -> None:
    memory, heard = at(state, answers=answers, steps=steps), Heard(keys=keys, now=NOW + after, **facts)

    turn = advance(memory, heard, KEYPAD)

    assert turn == advance(memory, heard, KEYPAD)
    assert turn.memory.state in STATES
    assert turn.memory.steps == steps + 1


class Caller(RuleBasedStateMachine):
    """Somebody who presses whatever they like, speaks or is silent, and never hangs up."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = begin(now=NOW, is_ours=False)
        self.now = NOW
        self.unsent = False
        self.steps = 0

    @property
    def asks(self) -> Asks:
        return STATES[self.turn.memory.state].asks

    @precondition(lambda self: self.asks is not Asks.END)
    @rule(keys=KEYS, facts=FACTS, seconds=st.integers(0, 60))
    def step(self, keys: str, facts: dict[str, Any], seconds: int) -> None:
        speaks = self.asks is Asks.SPEECH and facts["is_recorded"]
        self.now += seconds
        self.steps += 1
        self.unsent = self.unsent or speaks
        self.turn = advance(self.turn.memory, Heard(keys=keys, now=self.now, **facts), KEYPAD)
        if self.turn.deed is Deed.SEND:
            self.unsent = False
        if self.turn.deed is Deed.DELETE:
            assert keys == "3", "nothing but an explicit 3 deletes"
            self.unsent = False

    @precondition(lambda self: self.asks is Asks.END)
    @rule()
    def dial_again(self) -> None:
        self.turn, self.steps, self.unsent = begin(now=self.now, is_ours=False), 0, False

    @invariant()
    def it_ends(self) -> None:
        assert self.steps <= MOST_STEPS + 2

    @invariant()
    def what_is_said_can_be_spoken(self) -> None:
        for line in self.turn.says:
            assert line.key.startswith("@") or PROMPTS.speak(line.key, "sn", **line.slots)


TestCaller = Caller.TestCase
TestCaller.settings = settings(max_examples=60, stateful_step_count=MOST_STEPS + 5, deadline=None)


@given(moves=st.lists(st.tuples(KEYS, FACTS), min_size=MOST_STEPS + 2, max_size=MOST_STEPS + 2))
@settings(max_examples=40, deadline=None)
def test_whatever_is_pressed_a_call_ends(moves: list[tuple[str, dict[str, Any]]]) -> None:
    turn = begin(now=NOW, is_ours=False)
    for keys, facts in moves:
        if STATES[turn.memory.state].asks is Asks.END:
            break
        turn = advance(turn.memory, Heard(keys=keys, now=NOW, **facts), KEYPAD)

    assert turn.memory.state in LAST
