"""Pieces of a text: what examples are learned by and new texts are weighed by. Letters within words, words, pairs of words,
words that are denied, groups of the lists, and two groups in one sentence. A piece is named so that a person can read it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import combinations

from handlers.triage.bearing import Bearing
from handlers.triage.cues import Hit
from handlers.triage.words import Token

_LETTERS = (3, 4, 5)
_MOST_GROUPS = 12  # of one sentence that are paired: what lists every group is no sentence
_LONGEST_WORD = 30
_SHORT_TEXT, _USUAL_TEXT = 4, 10
BIAS = "bias"
ALL_PAST, SOME_PAST, DENIES = "PAST/all", "PAST/some", "DENIES/something"

Spot = tuple[int, ...]  # the words that a piece stands on


def letters(word: str) -> list[str]:
    """Give the groups of letters of a word, `_` for its ends: `_ku`, `rohw`, `wa_`."""
    padded = f"_{word[:_LONGEST_WORD]}_"
    return list(dict.fromkeys([padded[at : at + size] for size in _LETTERS for at in range(len(padded) - size + 1)]))


def word_pieces(word: str) -> list[str]:
    """Give the pieces of one word by itself."""
    return [f"={word}", *letters(word)]


def plain_words(found: Sequence[Token], placed: Container[int]) -> list[str]:
    """Give each word as it is learned by; nothing for a number, which says nothing by its digits, and for the name of a place
    (`placed`): what happened there before says nothing of what happens now."""
    return [
        "" if at in placed or token.digits is not None or token.folded.isdecimal() else token.folded
        for at, token in enumerate(found)
    ]


def joined_pieces(words: Sequence[str], bearing: Bearing) -> Iterator[tuple[str, Spot]]:
    """Give the pairs of words that follow each other, and the words that are denied."""
    for at, word in enumerate(words):
        if word and at and words[at - 1]:
            yield f"{words[at - 1]} {word}", (at - 1, at)
        if word and at in bearing.denied:
            yield f"!{word}", (at,)


def group_pieces(found: Sequence[Token], hits: Iterable[Hit], denied: frozenset[int]) -> Iterator[tuple[str, Spot]]:
    """Give the groups and signs of the lists that are found, and each two of one sentence."""
    by_sentence: dict[int, dict[str, int]] = {}
    for hit in hits:
        if hit.cue.kind in ("group", "sign"):
            no = "-" if hit.says_no or (hit.first in denied and not hit.cue.stands_fast) else ""
            yield f"{hit.cue.value}{no}{'~' if hit.to_come else ''}", (hit.first,)
            by_sentence.setdefault(found[hit.first].sentence, {}).setdefault(f"{hit.cue.value}{no}", hit.first)
    for groups in by_sentence.values():
        for (one, at), (other, there) in combinations(sorted(groups.items())[:_MOST_GROUPS], 2):
            yield f"{one}+{other}", (at, there)


def bearing_pieces(found: Sequence[Token], bearing: Bearing) -> Iterator[tuple[str, Spot]]:
    """Give what the text as a whole says of time and denial."""
    if bearing.past_sentences:
        yield ALL_PAST if bearing.past_sentences >= {token.sentence for token in found} else SOME_PAST, ()
    if bearing.denials:
        yield DENIES, ()


def length_share(words: int) -> float:
    """Say how much one word of a text counts: in a long one each a little less."""
    return float((max(_SHORT_TEXT, words) / _USUAL_TEXT) ** -0.25)


def worth(piece: str) -> float:
    """Say how readily a piece is learned from: a whole word more readily than a few of its letters."""
    if piece.startswith("="):
        return 1.0
    if " " in piece:
        return 0.7
    return 0.4 if "+" in piece else 0.5
