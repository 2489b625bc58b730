"""Voices: what the example reports say of a new text. Each word speaks for and against each kind of incident, by weights that
`./izwi lists learn` found; their sum is added to what the lists say. Looked up, never computed with anything but plain sums."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp, log
from typing import Protocol

from handlers.triage.bearing import Bearing
from handlers.triage.cues import Hit
from handlers.triage.pieces import (
    BIAS,
    Spot,
    bearing_pieces,
    group_pieces,
    joined_pieces,
    length_share,
    plain_words,
    word_pieces,
)
from handlers.triage.words import Met, Token

URGENT, PAST, DENIED, OVER = "URGENT", "PAST", "DENIED", "OVER"  # marks of a text, weighed like kinds of incident
_LEAST_VOICE = 0.25  # a word that says less is not named as a reason


class LearnedWeights(Protocol):
    """What was learned, as plain data."""

    def __hash__(self) -> int: ...
    @property
    def inputs(self) -> str: ...
    @property
    def cues(self) -> frozenset[str]: ...
    @property
    def weights(self) -> Mapping[str, tuple[tuple[str, float], ...]]: ...


# The weights of a piece for all codes stand side by side in one integer, in hundredths, so that adding two pieces is one sum
# and not one for each code: there are dozens of pieces in a word.
Packed = int
_BITS, _HUNDREDTHS = 24, 100
_HALF, _MASK = 1 << (_BITS - 1), (1 << _BITS) - 1
_PARTS = 64  # shares are counted in such parts: packed weights can be multiplied by whole numbers alone


class _Packing(dict[tuple[str, float], Packed]):
    """Single weights (of a code, so much), packed as they are met: far fewer than there are pieces."""

    def __init__(self, codes: Mapping[str, int]) -> None:
        super().__init__()
        self._codes = codes

    def __missing__(self, weight: tuple[str, float]) -> Packed:
        code, much = weight
        self[weight] = round(much * _HUNDREDTHS) << (_BITS * self._codes[code]) if code in self._codes else 0
        return self[weight]


@dataclass(frozen=True, slots=True)
class Voices:
    """The weights, ready to be looked up. Built by `build_voices`; only the sums of words are kept as they are met."""

    codes: Mapping[str, int]
    weights: Mapping[str, Packed] = field(repr=False)
    lift: Packed = field(repr=False)  # added before sums are taken apart, so that none of them is below nothing
    sums: Met[Packed] = field(default_factory=Met, repr=False)

    def of_word(self, word: str) -> Packed:
        """Give what one word says for all codes, by itself and by its letters."""
        known = self.sums.get(word)
        if known is None:
            known = self.sums.keep(word, sum(filter(None, map(self.weights.get, word_pieces(word)))))
        return known

    def for_each(self, sums: Packed) -> list[float]:
        """Take sums apart again, code by code."""
        lifted = sums + self.lift
        return [(((lifted >> (_BITS * index)) & _MASK) - _HALF) / _HUNDREDTHS for index in range(len(self.codes))]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the examples say of one text: `logits` for each code, and `by_word` what each word (by its place, where it first
    stands) and its share of the pieces that it is part of say for all codes, `_PARTS` times over."""

    voices: Voices = field(repr=False)
    logits: tuple[float, ...]
    by_word: Mapping[int, Packed] = field(repr=False)

    def of(self, code: str) -> float:
        """Give the sum of all that speaks for a code, against it where below nothing."""
        index = self.voices.codes.get(code)
        return 0.0 if index is None else self.logits[index]

    def speakers(self, code: str, most: int, *, against: bool = False) -> list[int]:
        """Give the words (by their place) that speak for a code most, or against it; each word once."""
        index = self.voices.codes.get(code)
        if index is None:
            return []
        lift, shift, sign = self.voices.lift, _BITS * index, -1 if against else 1
        said = {at: sign * (((weights + lift) >> shift & _MASK) - _HALF) for at, weights in self.by_word.items()}
        ranked = sorted(said, key=said.__getitem__, reverse=True)[:most]
        return sorted(at for at in ranked if said[at] >= _LEAST_VOICE * _HUNDREDTHS * _PARTS)


@lru_cache(maxsize=2)
def build_voices(learned: LearnedWeights) -> Voices | None:
    """Make the weights ready, once however many lists are read beside them; nothing where nothing was learned."""
    if not learned.inputs:
        return None
    codes = {code: index for index, (code, _) in enumerate(learned.weights.get(BIAS, ()))}
    packed = _Packing(codes)
    voices = Voices(
        codes=codes,
        lift=sum(_HALF << (_BITS * index) for index in range(len(codes))),
        weights={piece: sum(map(packed.__getitem__, said)) for piece, said in learned.weights.items()},
    )
    for piece in learned.weights:
        if piece.startswith("="):
            voices.of_word(piece[1:])  # once here, not in the middle of the first texts
    return voices


def hear(found: Sequence[Token], hits: Iterable[Hit], bearing: Bearing, voices: Voices, *, placed: Container[int]) -> Heard:
    """Add up what the examples say of a text; `placed` are the words that name places."""
    words = tuple(plain_words(found, placed))
    share = length_share(len(words))
    parts = round(share * _PARTS)
    by_words, by_all = 0, voices.weights.get(BIAS, 0)
    first: dict[str, int] = {}
    by_word: dict[int, Packed] = {}
    for at, word in enumerate(words):
        if word and word not in first:
            first[word] = at
            weights = voices.of_word(word)
            by_words += weights
            by_word[at] = weights * parts
    for piece, (part, spot) in known_pieces(found, words, hits, bearing, share).items():
        if known := voices.weights.get(piece):
            if part == share:
                by_words += known
                times = parts
            else:
                by_all += known
                times = _PARTS
            for at in spot:
                place = first.get(words[at], at)
                by_word[place] = by_word.get(place, 0) + known * (times // len(spot))
    sums = zip(voices.for_each(by_words), voices.for_each(by_all), strict=True)
    return Heard(voices, tuple([one * share + other for one, other in sums]), by_word)


def known_pieces(
    found: Sequence[Token], words: Sequence[str], hits: Iterable[Hit], bearing: Bearing, share: float
) -> dict[str, tuple[float, Spot]]:
    """Give every piece that is more than one word by itself, with the share that it has in a text of this length and the words
    that it first stands on."""
    known: dict[str, tuple[float, Spot]] = {}
    for pieces, part in (
        (joined_pieces(words, bearing), share),
        (group_pieces(found, hits, bearing.denied), 1.0),
        (bearing_pieces(found, bearing), 1.0),
    ):
        for piece, spot in pieces:
            if piece not in known:
                known[piece] = part, spot
    return known


def likely(logit: float) -> float:
    """Turn a sum into a chance from 0 to 1."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, logit))))


def logit(chance: float) -> float:
    """Turn a chance into a sum."""
    return log(chance / (1 - chance))


def cue_mark(value: str, entry: str) -> str:
    """Give the mark by which an entry of a list is known again: a line that was added later has another."""
    return hashlib.sha256(f"{value}\0{entry}".encode()).hexdigest()[:8]
