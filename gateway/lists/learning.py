"""Learning: weights for the pieces of a text, from the example reports; what `./izwi lists learn` does.

What is found is judged across hands only: a text is never weighed by what its own author's texts taught.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from config.example_lines import Example, Learned
from config.lists import Lists
from gateway.lists.inputs import cue_lines, inputs_digest
from gateway.lists.solving import Flags, Numbers, Texts, fit
from handlers.reports import Finding
from handlers.triage.balance import BELIEVED, rule_worth, urgent_worth
from handlers.triage.lookups import build_lookups
from handlers.triage.pieces import BIAS, length_share, plain_words, word_pieces, worth
from handlers.triage.pipeline import triage
from handlers.triage.reading import Reading, read
from handlers.triage.telling import Telling
from handlers.triage.urgency import URGENT as URGENT_FROM
from handlers.triage.urgency import may_raise
from handlers.triage.voices import URGENT, known_pieces, logit

Say = Callable[[str], None]
_STRICTNESS, _CARE = 1.0, 3.0
_TRUST, _TRUST_URGENT = 0.84, 0.72  # what is left of a weight on texts by other hands
_LEAST_TEXTS = 2
_MOST_PIECES = 12_000
_LEAST_WEIGHT = 0.05
_MOST_PARTS = 5  # in which hands are held out
_MOST_STEPS_AGAIN = 60
_RECALL = 0.96  # of urgent reports of other hands, so that 0.95 remain on the next ones
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)  # years ago are counted from here, always the same


@dataclass(frozen=True)
class Material:
    """The examples, read: their pieces, what is told of each, and what the lists say of each."""

    texts: Texts = field(repr=False)
    codes: tuple[str, ...]
    told: Flags = field(repr=False)
    rules: Numbers = field(repr=False)
    may_raise: Flags = field(repr=False)
    hands: Sequence[str]

    def only(self, kept: Flags) -> Material:
        """Give what is told of some of the texts; their pieces are left out."""
        hands = [hand for hand, keep in zip(self.hands, kept, strict=True) if keep]
        return replace(self, told=self.told[kept], rules=self.rules[kept], may_raise=self.may_raise[kept], hands=hands)


def material(lists: Lists, examples: Sequence[Example]) -> Material:
    """Read the examples with the lists alone."""
    lookups = build_lookups(replace(lists, learned=Learned()))
    codes = (*(category.code for category in lists.categories), URGENT)
    rows: list[dict[str, float]] = []
    rules = np.zeros((len(examples), len(codes)))
    free = np.zeros(len(examples), dtype=np.bool_)
    for at, example in enumerate(examples):
        telling = Telling(id=str(at), report_id=str(at), source_id=None, text=example.text, channel="sms", received_at=_WHEN)
        findings = triage(telling, lookups, ()).findings
        reading = read(telling, lookups)
        rows.append(dict(_pieces(reading)))
        rules[at] = _ruled(findings, codes, len(reading.words))
        free[at] = may_raise(findings)
    told = np.array([[code in example.codes for code in codes[:-1]] + [example.is_urgent] for example in examples])
    return Material(_texts(rows), codes, told, rules, free, [example.hand for example in examples])


def _pieces(reading: Reading) -> Iterator[tuple[str, float]]:
    words = plain_words(reading.tokens)
    share = length_share(len(words))
    counted = Counter(piece for word in dict.fromkeys(words) if word for piece in word_pieces(word))
    for piece, times in counted.items():
        yield piece, times * share * worth(piece)
    for piece, part, _ in known_pieces(reading.tokens, words, reading.hits, reading.bearing, share):
        yield piece, part * worth(piece)


def _ruled(findings: Sequence[Finding], codes: Sequence[str], words: int) -> list[float]:
    """Give how far the lists move each balance."""
    weights = {finding.value: finding.weight for finding in findings if finding.stage == "category"}
    urgency = next(finding.weight for finding in findings if finding.stage == "urgency")
    return [rule_worth(weights[code], words) if code in weights else 0.0 for code in codes[:-1]] + [urgent_worth(urgency)]


def _texts(rows: Sequence[Mapping[str, float]]) -> Texts:
    counted = Counter(piece for row in rows for piece in row)
    names = sorted(piece for piece, count in counted.items() if count >= _LEAST_TEXTS)
    index = {name: at for at, name in enumerate(names)}
    found = [(at, index[piece], value) for at, row in enumerate(rows) for piece, value in row.items() if piece in index]
    return Texts(
        rows=np.array([at for at, _, _ in found], dtype=np.int64),
        pieces=np.array([piece for _, piece, _ in found], dtype=np.int64),
        values=np.array([value for _, _, value in found]),
        count=len(rows),
        names=names,
    )


@dataclass(frozen=True)
class Taught:
    """What the examples teach all together, ready to be written, or to be found again without one hand."""

    known: Material
    texts: Texts = field(repr=False)
    whole: Numbers = field(repr=False)


def learn(lists: Lists, examples: Sequence[Example], say: Say) -> str:
    """Give the weights that these examples teach, as a list: the text of `learned/weights.txt`."""
    taught = teach(lists, examples, say)
    say("Weighing the texts of each hand by what the others taught ...")
    across = np.zeros(taught.known.rules.shape)
    for out, _, found in _held_out(taught, _parts(taught.known.hands, _MOST_PARTS)):
        across[out] = found
    bars, said = _bars(across, taught.known)
    say(said)
    return _written(lists, examples, taught, taught.whole, bars, said)


def learn_across(lists: Lists, examples: Sequence[Example], say: Say) -> Iterator[tuple[str, str]]:
    """Give for each hand what all the others teach: as a new author's texts would be weighed."""
    taught = teach(lists, examples, say)
    hands = sorted(set(taught.known.hands))
    held = list(_held_out(taught, [hands.index(hand) for hand in taught.known.hands]))
    across = np.zeros(taught.known.rules.shape)
    for out, _, found in held:
        across[out] = found
    for hand, (out, weights, _) in zip(hands, held, strict=True):
        bars, _ = _bars(across[~out], taught.known.only(~out))
        yield hand, _written(lists, examples, taught, weights, bars, f"Without {hand}.")


def teach(lists: Lists, examples: Sequence[Example], say: Say) -> Taught:
    """Read the examples, keep the pieces that say something, and weigh them."""
    say(f"Reading {len(examples)} example reports with the lists ...")
    known = material(lists, examples)
    texts = known.texts
    say(f"{len(texts.names)} pieces stand in more than one of them; weighing them ...")
    whole = fit(texts, known.told, strictness=_STRICTNESS, care=_CARE, most=_MOST_STEPS_AGAIN)
    found = np.abs(whole[:-1]).max(axis=1) * _worths(texts)
    kept = found >= np.sort(found)[-min(_MOST_PIECES, len(found))]
    texts = texts.only(kept)
    begin = whole[np.append(kept, True)]
    return Taught(known, texts, fit(texts, known.told, strictness=_STRICTNESS, care=_CARE, begin=begin))


def _worths(texts: Texts) -> Numbers:
    return np.array([worth(name) for name in texts.names])


def _trust(known: Material) -> Numbers:
    return np.array([_TRUST] * (len(known.codes) - 1) + [_TRUST_URGENT])


def _held_out(taught: Taught, parts: Sequence[int]) -> Iterator[tuple[Flags, Numbers, Numbers]]:
    """Weigh the texts of each part by what the others teach: which texts, by what weights, with what sums."""
    known, texts = taught.known, taught.texts
    for part in range(max(parts) + 1):
        out = np.array(parts) == part
        weights = fit(
            texts.some(~out), known.told[~out], strictness=_STRICTNESS, care=_CARE, begin=taught.whole, most=_MOST_STEPS_AGAIN
        )
        yield out, weights, texts.some(out).sums(weights) * _trust(known)


def _parts(hands: Sequence[str], most: int) -> list[int]:
    """Part the texts, no hand in two parts; one hand alone is parted by lines, which is better than nothing."""
    counted = Counter(hands)
    if len(counted) == 1:
        return [at % most for at in range(len(hands))]
    sizes = [0] * min(most, len(counted))
    part_of = {}
    for hand, count in counted.most_common():
        part_of[hand] = sizes.index(min(sizes))
        sizes[part_of[hand]] += count
    return [part_of[hand] for hand in hands]


def _bars(across: Numbers, known: Material) -> tuple[Numbers, str]:
    """Choose for each code how much must speak for it, and say how well that does on hands that were held out.

    For categories it is the best balance of false alarms and misses, half of all codes together and half of the code's own; for
    urgency what finds nearly all urgent reports, however many false alarms that costs.
    """
    sums = across + known.rules
    last = len(known.codes) - 1
    common = _best(sums[:, :last].ravel(), known.told[:, :last].ravel())
    bars = np.array([(common + _best(sums[:, code], known.told[:, code])) / 2 for code in range(last)] + [0.0])
    free = known.told[:, last] & known.may_raise
    bars[last] = np.quantile(sums[free, last], 1 - _RECALL) if free.any() else 0.0
    found = sums > bars
    found[~known.may_raise, last] = False
    kinds, urgent = _figures(found[:, :last], known.told[:, :last]), _figures(found[:, last], known.told[:, last])
    said = (
        f"Across hands: kinds of incident F1 {kinds[2]:.2f} (precision {kinds[0]:.2f}, recall {kinds[1]:.2f}); "
        f"urgent recall {urgent[1]:.2f} at precision {urgent[0]:.2f}."
    )
    believed = [logit(BELIEVED)] * last + [logit(URGENT_FROM)]
    return bars - np.array(believed), said


def _best(sums: Numbers, told: Flags) -> float:
    """Give the bar that makes F1 greatest."""
    order = np.argsort(-sums, kind="stable")
    right = np.cumsum(told[order])
    f1 = 2 * right / (np.arange(1, len(sums) + 1) + max(1, told.sum()))
    at = int(f1.argmax())
    following = sums[order[min(at + 1, len(sums) - 1)]]
    return float((sums[order[at]] + following) / 2)


def _figures(found: Flags, told: Flags) -> tuple[float, float, float]:
    right = int((found & told).sum())
    precision, recall = right / max(1, int(found.sum())), right / max(1, int(told.sum()))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _written(lists: Lists, examples: Sequence[Example], taught: Taught, solved: Numbers, bars: Numbers, said: str) -> str:
    """Write the weights so that a person can read them."""
    known, texts = taught.known, taught.texts
    weights = solved[:-1] * _worths(texts)[:, None] * _trust(known)
    bias = solved[-1] * _trust(known) - bars
    lines = [
        "# What the example reports taught, written by ./izwi lists learn and not to be edited: examples/*.txt are.",
        f"# {len(examples)} examples. {said}",
        "#   piece <tab> CODE:+1.8 CODE:-0.4    how much a piece of a text speaks for a kind of incident, or against it",
        "#   =word   _let ters_ within a word   two words   !word that is denied   GROUP and GROUP+GROUP of the lists (- denied)",
        f"inputs {inputs_digest(lists, examples)}",
        *cue_lines(lists),
        f"{BIAS}\t{_line(known.codes, bias, least=0.0)}",
    ]
    rows = zip(texts.names, weights, strict=True)
    lines += [f"{name}\t{line}" for name, row in rows if (line := _line(known.codes, row, least=_LEAST_WEIGHT))]
    return "\n".join(lines) + "\n"


def _line(codes: Sequence[str], row: Numbers, *, least: float) -> str:
    return " ".join(f"{code}:{weight:+.2f}" for code, weight in zip(codes, row, strict=True) if abs(weight) >= least)
