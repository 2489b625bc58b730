"""Learning from the examples: what is committed is what it makes, and an operator can do it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from scipy.sparse import csr_array

from config.example_lines import LEARNED, Learned, learned
from config.lists import Lists, read_lists
from gateway.lists.inputs import inputs_digest, is_behind
from gateway.lists.learning import learn, learn_across
from gateway.lists.merging import compile_lists
from gateway.lists.solving import Texts, eases, fit
from tests.gateway.lists.test_command import run  # noqa: F401  # a fixture
from tests.shipped import shipped_lists

Run = Callable[..., Result]

LINES = [
    ("BEAT", "urgent", "they zumbed us with sticks today"),
    ("BEAT", "urgent", "guards zumbed my brother, he bleeds now"),
    ("BEAT", "ordinary", "last month he was zumbed by the guards"),
    ("POLL", "ordinary", "the river went grobbly since the mine came"),
    ("POLL", "ordinary", "grobbly water, our cattle do not drink"),
    ("POLL", "ordinary", "all wells are grobbly and smell of oil"),
    ("", "ordinary", "good morning to you all"),
    ("", "ordinary", "thank you for this number"),
]


def examples(folder: Path, *more: str) -> Path:
    (folder / "examples").mkdir(exist_ok=True)
    told = [f"{hand} | {code} | {urgent} | {text} {hand}" for hand in "abc" for code, urgent, text in LINES]
    (folder / "examples/reports.en.txt").write_text("\n".join(["# Examples.", *told, *more]) + "\n", encoding="utf-8")
    return folder


def learned_here(folder: Path) -> Lists:
    lists = read_lists(folder)
    (folder / LEARNED).parent.mkdir(exist_ok=True)
    (folder / LEARNED).write_text(learn(lists, lists.examples, lambda _: None), encoding="utf-8")
    return read_lists(folder)


def test_what_ships_was_learned_from_what_ships() -> None:
    """When this fails: `./izwi lists learn config`, and look at the figures that it says."""
    lists = shipped_lists()

    assert lists.learned.inputs == inputs_digest(lists, lists.examples)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_learning_twice_from_the_same_examples_gives_the_same(tmp_path: Path) -> None:
    lists = shipped_lists()
    some = lists.examples[::150]  # of every hand a few: from all of them it takes minutes

    once, again = (learn(lists, some, lambda _: None) for _ in range(2))

    assert once == again
    (tmp_path / "learned").mkdir()
    (tmp_path / LEARNED).write_text(once, encoding="utf-8")
    assert learned(tmp_path, [category.code for category in lists.categories], []).weights


def test_a_word_is_learned_from_examples_and_used(folder: Path) -> None:
    lists = learned_here(examples(folder))

    weights = {piece: dict(said) for piece, said in lists.learned.weights.items()}
    assert weights["=zumbed"]["BEAT"] > 0 > weights["=zumbed"].get("POLL", -1.0)
    assert weights["=grobbly"]["POLL"] > 0
    assert compile_lists(folder, {}).lookups.voices is not None


def test_learning_twice_gives_the_same(folder: Path) -> None:
    lists = read_lists(examples(folder))

    assert learn(lists, lists.examples, lambda _: None) == learn(lists, lists.examples, lambda _: None)


def test_it_shows_when_lists_or_examples_have_moved_on(folder: Path) -> None:
    lists = learned_here(examples(folder))
    assert not is_behind(lists)

    with (folder / "lexicons/signs.en.txt").open("a", encoding="utf-8") as file:
        file.write("NOW: zumbungu\n")
    assert is_behind(read_lists(folder))
    assert not is_behind(replace(lists, learned=Learned()))  # nothing was learned, nothing is behind


def test_a_malformed_example_is_refused_with_its_line(folder: Path) -> None:
    examples(folder, "a | BEET | urgent | text", "a | BEAT | soon | text", "a b | BEAT | urgent | text", "only words")
    with pytest.raises(
        ValueError, match=r"examples/reports\.en\.txt:26: expected kinds of incident, or nothing, came 'BEET'"
    ) as no:
        read_lists(folder)

    assert [line.split(": ")[0] for line in str(no.value).splitlines()] == [
        f"examples/reports.en.txt:{number}" for number in (26, 27, 28, 29)
    ]


def test_a_text_may_hold_the_marks_of_the_format(folder: Path) -> None:
    examples(folder, "a | BEAT | urgent | room #4 | he bleeds")

    assert read_lists(folder).examples[-1].text == "room #4 | he bleeds"


def test_weights_of_a_kind_that_is_gone_are_left_out(folder: Path) -> None:
    learned_here(examples(folder))

    assert all(code != "BEAT" for said in learned(folder, ["POLL"], []).weights.values() for code, _ in said)


def test_a_malformed_weight_is_refused(folder: Path) -> None:
    problems: list[str] = []
    (folder / "learned").mkdir()
    (folder / LEARNED).write_text("# Weights\n=zumbed\tBEAT+much\n", encoding="utf-8")
    learned(folder, ["BEAT"], problems)

    assert problems == [f"{LEARNED}:2: expected 'piece <tab> CODE:+1.8 CODE:-0.4', came '=zumbed\tBEAT+much'"]


def test_an_operator_learns_on_the_command_line(run: Run, folder: Path) -> None:  # noqa: F811
    examples(folder)
    said = run("learn")
    assert said.exit_code == 0, said.output
    assert "Saved as version 1" in said.output

    assert "have moved on" not in run("check").output
    assert f"{LEARNED} " in run("show").output
    examples(folder, "d | BEAT | urgent | zumbed again")
    assert "have moved on since the weights were learned: ./izwi lists learn" in run("check").output


def some_texts() -> tuple[Texts, Any]:
    """Forty texts of ninety pieces, some of them in few and some in nearly all, and which of three things each of them tells."""
    rng = np.random.default_rng(1)
    dense = (rng.random((40, 90)) < np.linspace(0.02, 0.95, 90)) * rng.random((40, 90))
    return Texts(csr_array(dense.astype(np.float32)), [str(at) for at in range(90)]), rng.random((40, 3)) < 0.4


def test_the_weights_that_are_found_are_the_best() -> None:
    texts, told = some_texts()
    ease = eases(texts, told, least=0.2, power=0.8)

    weights = fit(texts, told, ease=ease, strictness=1.0, care=3.0, most=500)

    dense = texts.table.toarray()
    assert np.allclose(texts.sums(weights), dense @ weights[:-1] + weights[-1], atol=1e-4)
    signs, counts = np.where(told, 1.0, -1.0), np.where(told, 3.0, 1.0)
    pull = -counts * signs / (1.0 + np.exp(signs * texts.sums(weights)))
    assert np.abs((dense.T @ pull) * ease + weights[:-1] / ease).max() < 0.05  # where the slope is flat


def test_a_piece_without_ease_gets_no_weight() -> None:
    texts, told = some_texts()
    ease = np.ones((90, 3))
    ease[7, 1] = 0.0

    weights = fit(texts, told, ease=ease, strictness=1.0, care=1.0, most=50)

    assert weights[7, 1] == 0.0
    assert weights[7, 0] != 0.0


def test_what_stands_with_a_code_alone_is_given_weight_more_easily_than_what_is_everywhere() -> None:
    table = csr_array(np.array([[1, 1], [1, 1], [0, 1], [0, 1], [0, 1], [0, 1]], dtype=np.float32))
    told = np.array([[True], [True], [False], [False], [False], [False]])

    telling, everywhere = eases(Texts(table, ["telling", "everywhere"]), told, least=0.1, power=1.0)[:, 0]

    assert telling > 5 * everywhere


def test_some_texts_are_what_is_left() -> None:
    texts = Texts(csr_array(np.array([[0.0, 1.0, 2.0], [0.0, 0.0, 0.0], [3.0, 0.0, 0.0]])), ["a", "b", "c"])
    weights = np.array([[1.0], [10.0], [100.0], [0.5]])

    assert texts.sums(weights).ravel().tolist() == [210.5, 0.5, 3.5]
    assert texts.some(np.array([False, True, True])).sums(weights).ravel().tolist() == [0.5, 3.5]
    assert texts.most().tolist() == [3.0, 1.0, 2.0]


def test_a_hand_is_never_weighed_by_its_own_texts(folder: Path) -> None:
    told = [f"c | POLL | ordinary | the grobbly zumbezi {at}" for at in range(6)]
    lists = read_lists(examples(folder, *told, *(f"d | BEAT | ordinary | only flurbles {at}" for at in range(6))))

    by_hand = dict(learn_across(lists, lists.examples, lambda _: None))

    assert "=flurbles" not in _pieces_of(by_hand["d"])
    assert "=flurbles" in _pieces_of(by_hand["a"])
    assert by_hand.keys() == {"a", "b", "c", "d"}


def _pieces_of(text: str) -> set[str]:
    return {line.partition("\t")[0] for line in text.splitlines() if "\t" in line}


def test_it_is_learned_what_is_of_years_ago_denied_or_over(folder: Path) -> None:
    marks = [
        line
        for at, hand in enumerate("abcabc")
        for line in (
            f"{hand} | BEAT | past | we were zumbed in grandfathers snorfle {at}",
            f"{hand} |  | denied | flooble that we were zumbed {at}",
            f"{hand} | BEAT | over | zumbed but now treezed {at}",
        )
    ]
    lists = learned_here(examples(folder, *marks))

    weights = {piece: dict(said) for piece, said in lists.learned.weights.items()}
    for word, mark in (("snorfle", "PAST"), ("flooble", "DENIED"), ("treezed", "OVER")):
        assert weights[f"={word}"][mark] > 0.2


def test_urgent_examples_that_no_weight_could_raise_do_not_make_everything_urgent(folder: Path) -> None:
    old = [f"{hand} | BEAT | urgent | in 2008 they zumbed us {hand}{at}" for hand in "abc" for at in range(9)]
    lists = learned_here(examples(folder, *old))

    assert abs(dict(lists.learned.weights["bias"])["URGENT"]) < 20


def test_the_names_of_places_speak_for_nothing(folder: Path) -> None:
    lists = learned_here(examples(folder, *(f"a | BEAT | urgent | zumbed at Chirasika {at}" for at in range(9))))

    assert not any("chirasika" in piece for piece in lists.learned.weights)
