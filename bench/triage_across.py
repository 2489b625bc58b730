"""Score triage across hands: the examples of each author with what the other authors taught, as a new author's would be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.triage_eval import BELIEVED, Count
from config.example_lines import LEARNED, URGENT, Example, Learned, learned
from config.lists import Lists, read_lists
from gateway.lists.learning import learn_across
from handlers.triage.lookups import Lookups, build_lookups
from handlers.triage.pipeline import Telling, triage

_FEWEST = 100  # texts of a hand, below which its own figures say nothing


@dataclass(slots=True)
class Across:
    """The figures of one hand: by the lists alone, and with what the other hands taught."""

    hand: str
    texts: int
    kinds_by_lists: Count = field(default_factory=Count)
    urgent_by_lists: Count = field(default_factory=Count)
    kinds: Count = field(default_factory=Count)
    urgent: Count = field(default_factory=Count)


def across_hands(config: Path, say: Callable[[str], None], keep: Path | None = None) -> Iterator[Across]:
    """Give the figures hand by hand. `keep` is a folder for what each hand was weighed with."""
    lists = read_lists(config)
    codes = [category.code for category in lists.categories]
    alone = build_lookups(replace(lists, learned=Learned()))
    for hand, text in learn_across(lists, lists.examples, say):
        examples = [example for example in lists.examples if example.hand == hand]
        if keep:
            (keep / f"{hand}.txt").write_text(text, encoding="utf-8")
        if len(examples) >= _FEWEST:
            yield _scored(hand, examples, alone, _with(lists, text, codes))


def _with(lists: Lists, text: str, codes: Sequence[str]) -> Lookups:
    with TemporaryDirectory() as folder:
        path = Path(folder, LEARNED)
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        return build_lookups(replace(lists, learned=learned(Path(folder), codes, [])))


def _scored(hand: str, examples: Sequence[Example], alone: Lookups, taught: Lookups) -> Across:
    figures = Across(hand, len(examples))
    now = datetime.now(UTC)
    for example in examples:
        telling = Telling(id=hand, report_id=hand, source_id=None, text=example.text, channel="sms", received_at=now)
        for lookups, kinds, urgent in (
            (alone, figures.kinds_by_lists, figures.urgent_by_lists),
            (taught, figures.kinds, figures.urgent),
        ):
            findings = triage(telling, lookups, ()).findings
            found = {each.value for each in findings if each.stage == "category" and each.weight >= BELIEVED}
            kinds.add(example.codes, found)
            is_urgent = any(each.stage == "urgency" and each.value == "urgent" for each in findings)
            urgent.add({True} if example.mark == URGENT else (), {True} if is_urgent else ())
    return figures
