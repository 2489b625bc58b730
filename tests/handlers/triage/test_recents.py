"""The index over recent texts: it is quick because it leaves out what cannot be alike, and nothing else."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.pipeline import Telling, triage, with_gist
from handlers.triage.recents import Recents
from handlers.triage.wordings import Wordings, alike, core

Tell = Callable[..., Telling]
PARTS = st.sampled_from(
    ["masoja", "arova", "vanhu", "vatatu", "paChirasika", "nhasi", "😀", "Soldiers beat three people", "a" * 140, " "]
)
TEXTS = st.one_of(st.lists(PARTS, max_size=14).map(" ".join), st.text(max_size=60), st.text("ab ", min_size=30, max_size=80))


def compared(telling: Telling, lookups: Lookups, recent: object) -> list[Finding]:
    found = triage(telling, lookups, recent).findings  # type: ignore[arg-type]
    return [finding for finding in found if finding.stage in ("duplicates", "incidents", "forwarded")]


def test_the_index_finds_all_that_comparing_one_by_one_finds_in_the_labelled_reports(lookups: Lookups, tell: Tell) -> None:
    texts = [json.loads(line)["text"] for line in Path("bench/triage/develop.jsonl").read_text("utf-8").splitlines()]
    chance = random.Random(7)
    told = [tell(text, report=f"t{at}", source=f"s{at % 50}") for at, text in enumerate(texts)]
    recent = [with_gist(_retold(telling, step, chance), lookups) for step in range(3) for telling in told]
    index = Recents(recent)

    pairs = [(compared(telling, lookups, index), compared(telling, lookups, recent)) for telling in told]

    assert sum(len(found) for found, _ in pairs) > len(told)
    assert all(found == one_by_one for found, one_by_one in pairs)


def _retold(telling: Telling, step: int, chance: random.Random) -> Telling:
    """Give a text as another sends it: passed on, with letters lost, or in other letters."""
    text = telling.text
    if step == 1:
        text = "".join(letter for letter in text if chance.random() > 0.08)
    told = ("Fwd: " + text, text, text.upper())[step]
    at = telling.received_at - timedelta(minutes=chance.randrange(6000))
    return Telling(
        id=f"{telling.id}-{step}", report_id=f"r{step}-{telling.id}", source_id=None, text=told, channel="sms", received_at=at
    )


@settings(max_examples=200, deadline=None)
@given(words=TEXTS, others=st.lists(TEXTS, max_size=12), gone=st.sets(st.integers(0, 11)))
def test_no_wording_that_is_alike_is_left_out_whatever_was_added_and_removed(
    words: str, others: list[str], gone: set[int]
) -> None:
    wordings = Wordings()
    kept = {}
    for slot, other in enumerate(others):
        wordings.add(slot, core(other))
        kept[slot] = core(other)
    for slot in sorted(gone & kept.keys()):
        wordings.remove(slot)
        del kept[slot]
        wordings.add(slot, core(words))
        kept[slot] = core(words)

    assert sorted(wordings.alike(core(words))) == sorted(alike(core(words), kept))


def test_what_is_let_go_leaves_no_word_behind(lookups: Lookups, tell: Tell) -> None:
    recents = Recents([with_gist(tell("Masoja arova vanhu vatatu paChirasika nhasi mangwanani", report="r1"), lookups)])

    recents.remove("m-r1")

    assert len(recents) == 0
    assert "chirasika" not in repr([vars(recents), vars(recents._wordings)]).casefold()


def test_one_of_the_same_id_gives_way(tell: Tell) -> None:
    recents = Recents([tell("first words", report="r1"), tell("other words", report="r1")])

    assert [telling.text for telling in recents] == ["other words"]
