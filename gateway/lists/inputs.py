"""Inputs: what the weights were learned from, so that it shows when lists or examples have moved on since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from config.example_lines import Example
from config.lists import Lists
from handlers.triage.voices import cue_mark


def cue_lines(lists: Lists) -> Iterator[str]:
    """Write the marks of all entries that can speak of something, so that one added later is known as new."""
    entries = (*lists.category_words, *lists.signs, *lists.groups, *lists.together)
    marks = sorted({cue_mark(entry.key, entry.entry) for entry in entries})
    for at in range(0, len(marks), 16):
        yield f"cues\t{' '.join(marks[at : at + 16])}"


def inputs_digest(lists: Lists, examples: Sequence[Example]) -> str:
    """Give the digest of all that is learned from: when it is another, it is time to learn anew."""
    digest = hashlib.sha256()
    for said in _inputs(lists, examples):
        digest.update(said.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def _inputs(lists: Lists, examples: Sequence[Example]) -> Iterator[str]:
    for kind in (
        lists.category_words, lists.signs, lists.numbers, lists.language_words, lists.affixes, lists.groups,
        lists.together, lists.short, lists.place_kinds,
    ):  # fmt: skip
        yield from (f"{entry.key}:{entry.entry}:{entry.language}" for entry in kind)
        yield "next list"
    yield from (f"{place.name}|{'|'.join(place.variants)}" for place in lists.places)
    yield from (f"{kind.code}|{kind.severity}|{kind.is_urgent}" for kind in lists.categories)
    yield from (f"{each.hand}|{','.join(each.codes)}|{each.mark}|{each.text}" for each in examples)


def is_behind(lists: Lists) -> bool:
    """Say whether lists or examples have moved on since the weights were learned."""
    return bool(lists.learned.inputs) and lists.learned.inputs != inputs_digest(lists, lists.examples)
