"""Learning: weights for the pieces of a text, from the example reports; what `./izwi lists learn` does.

What is found is judged across hands only: a text is never weighed by what its own author's texts taught.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np
from scipy.sparse import csr_array

from config.example_lines import DENIED, MARKS, URGENT, Example, Learned
from config.lists import Lists
from gateway.lists.inputs import cue_lines, inputs_digest
from gateway.lists.solving import Flags, Numbers, Texts, eases, fit
from handlers.reports import Finding
from handlers.triage.balance import BELIEVED, lasting, rule_worth, urgent_worth
from handlers.triage.lookups import build_lookups
from handlers.triage.pieces import BIAS, length_share, plain_words, word_pieces, worth
from handlers.triage.pipeline import triage
from handlers.triage.reading import Reading, read
from handlers.triage.telling import Telling
from handlers.triage.urgency import URGENT as URGENT_FROM
from handlers.triage.urgency import may_raise
from handlers.triage.voices import known_pieces, likely, logit

Say = Callable[[str], None]
_STRICTNESS, _CARE = 0.5, 2.0  # the penalty on weights; how much what is told counts, where what is not counts once
_LEAST_EASE, _POWER = 0.2, 0.8  # all these were chosen on hands that were held out, where little depends on any of them
_STEPS, _STEPS_AGAIN = 70, 40  # after which nothing moves that could be seen in the figures
_LEAST_TEXTS = 4  # that a piece stands in
_LEAST_WEIGHT = 0.06  # of a piece in a text for one code: less is not kept
_LEAST_WRITTEN = 0.005  # of the two places that are written
_PARTS = 5  # in which hands are held out
_RECALL = 0.96  # of the urgent reports of other hands, so that 0.95 remain on the next ones
_NEVER, _ALMOST_NOTHING = -1000.0, 1e-9
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
    codes = (*(category.code for category in lists.categories), *MARKS)
    gathered = _Gathered()
    rules = np.zeros((len(examples), len(codes)))
    free = np.zeros(len(examples), dtype=np.bool_)
    for at, example in enumerate(examples):
        telling = Telling(id=str(at), report_id=str(at), source_id=None, text=example.text, channel="sms", received_at=_WHEN)
        findings = triage(telling, lookups, ()).findings
        reading = read(telling, lookups)
        gathered.add(_pieces(reading))
        rules[at] = _ruled(findings, codes, len(reading.words))
        free[at] = may_raise(reading, findings)
    told = np.array([[code in example.codes or code == example.mark for code in codes] for example in examples])
    return Material(gathered.texts(), codes, told, rules, free, [example.hand for example in examples])


def _pieces(reading: Reading) -> Iterator[tuple[str, float]]:
    words = plain_words(reading.tokens, reading.placed)
    share = length_share(len(words))
    counted = Counter(piece for word in dict.fromkeys(words) if word for piece in word_pieces(word))
    for piece, times in counted.items():
        yield piece, times * share * worth(piece)
    for piece, (part, _) in known_pieces(reading.tokens, words, reading.hits, reading.bearing, share).items():
        yield piece, part * worth(piece)


def _ruled(findings: Sequence[Finding], codes: Sequence[str], words: int) -> list[float]:
    """Give how far the lists move each balance."""
    weights = {finding.value: finding.weight for finding in findings if finding.stage == "category"}
    urgency = next(finding.weight for finding in findings if finding.stage == "urgency")
    by_code = [rule_worth(weights[code], words) if code in weights else 0.0 for code in codes]
    by_code[codes.index(URGENT)] = urgent_worth(urgency)
    return by_code


class _Gathered:
    """The pieces of all texts, as they are read, in little room."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}
        self._pieces, self._values, self._ends = array("i"), array("f"), array("q", [0])

    def add(self, pieces: Iterable[tuple[str, float]]) -> None:
        for piece, value in pieces:
            self._pieces.append(self._index.setdefault(piece, len(self._index)))
            self._values.append(value)
        self._ends.append(len(self._pieces))

    def texts(self) -> Texts:
        """Give what was gathered, without the pieces that stand in few texts."""
        pieces = np.array(self._pieces, dtype=np.int32)
        counts = np.bincount(pieces, minlength=len(self._index))
        names = sorted(name for name, at in self._index.items() if counts[at] >= _LEAST_TEXTS)
        shape = len(self._ends) - 1, len(self._index)
        table = csr_array((np.array(self._values, dtype=np.float32), pieces, np.array(self._ends)), shape=shape)
        return Texts(table[:, [self._index[name] for name in names]], names)


def learn(lists: Lists, examples: Sequence[Example], say: Say) -> str:
    """Give the weights that these examples teach, as a list: the text of `learned/weights.txt`."""
    known = _read(lists, examples, say)
    say("Weighing the texts of each hand by what the others taught ...")
    bars, said = _bars(_across(known, _held_out(known, _parts(known.hands))), known)
    say(said)
    return _written(lists, examples, known, _weights(known.texts, known.told), bars, said)


def learn_across(lists: Lists, examples: Sequence[Example], say: Say) -> Iterator[tuple[str, str]]:
    """Give for each hand what others teach, its own texts left out: as a new author's texts would be weighed."""
    known = _read(lists, examples, say)
    parts = _parts(known.hands)
    held = list(_held_out(known, parts))
    across = _across(known, held)
    for part, (out, weights, _) in enumerate(held):
        bars, _ = _bars(across[~out], known.only(~out))
        hands = sorted({hand for hand, its in zip(known.hands, parts, strict=True) if its == part})
        text = _written(lists, examples, known, weights, bars, f"Without {', '.join(hands)}.")
        yield from ((hand, text) for hand in hands)


def _read(lists: Lists, examples: Sequence[Example], say: Say) -> Material:
    say(f"Reading {len(examples)} example reports with the lists ...")
    known = material(lists, examples)
    say(f"{len(known.texts.names)} pieces stand in {_LEAST_TEXTS} of them or more; weighing them ...")
    return known


def _weights(texts: Texts, told: Flags) -> Numbers:
    """Weigh the pieces; leave out what hardly says anything, and weigh the rest anew."""
    ease = eases(texts, told, least=_LEAST_EASE, power=_POWER)
    first = fit(texts, told, ease=ease, strictness=_STRICTNESS, care=_CARE, most=_STEPS)
    kept = np.abs(first[:-1] * texts.most()[:, None]) >= _LEAST_WEIGHT
    return fit(texts, told, ease=ease * kept, strictness=_STRICTNESS, care=_CARE, most=_STEPS_AGAIN)


def _held_out(known: Material, parts: Sequence[int]) -> Iterator[tuple[Flags, Numbers, Numbers]]:
    """Weigh the texts of each part by what the others teach and nothing else: which texts, by what weights, with what sums."""
    for part in range(max(parts, default=-1) + 1):
        out = np.array(parts) == part
        weights = _weights(known.texts.some(~out), known.told[~out])
        yield out, weights, known.texts.some(out).sums(weights)


def _across(known: Material, held: Iterable[tuple[Flags, Numbers, Numbers]]) -> Numbers:
    """Put the sums of all parts together: of each text what others than its hand say."""
    across = np.zeros(known.rules.shape)
    for out, _, found in held:
        across[out] = found
    return across


def _parts(hands: Sequence[str]) -> list[int]:
    """Part the texts, no hand in two parts; one hand alone is parted by lines, which is better than nothing."""
    counted = Counter(hands)
    if len(counted) == 1:
        return [at % _PARTS for at in range(len(hands))]
    sizes = [0] * min(_PARTS, len(counted))
    part_of = {}
    for hand, count in counted.most_common():
        part_of[hand] = sizes.index(min(sizes))
        sizes[part_of[hand]] += count
    return [part_of[hand] for hand in hands]


def _bars(across: Numbers, known: Material) -> tuple[Numbers, str]:
    """Choose for each code how much must speak for it, and say how well that does on hands that were held out.

    For categories it is the best balance of false alarms and misses, half of all codes together and half of the code's own; for
    urgency what finds nearly all urgent reports, however many false alarms that costs. The other marks stand as learned.
    """
    sums = across + known.rules
    kinds = known.codes.index(URGENT)
    told, urgent = known.told[:, :kinds], known.told[:, kinds]
    by_kind = _kind_margins(sums[:, :kinds], sums[:, known.codes.index(DENIED)])
    common = _best(by_kind.ravel(), told.ravel())
    bars = np.zeros(len(known.codes))
    bars[:kinds] = [(common + _best(by_kind[:, code], told[:, code])) / 2 for code in range(kinds)]
    found = by_kind > bars[:kinds]
    margins = _urgent_margins(sums[:, kinds:], known.may_raise)
    in_reach = margins[urgent & (margins > _NEVER)]
    if in_reach.size:
        bars[kinds] = max(np.quantile(margins[urgent], 1 - _RECALL, method="lower"), in_reach.min())
    kind, urgency = _figures(found, told), _figures(margins >= bars[kinds], urgent)
    said = (
        f"Across hands: kinds of incident F1 {kind[2]:.2f} (precision {kind[0]:.2f}, recall {kind[1]:.2f}); "
        f"urgent recall {urgency[1]:.2f} at precision {urgency[0]:.2f}."
    )
    return bars, said


def _kind_margins(sums: Numbers, denied: Numbers) -> Numbers:
    """Say for each text and kind by how much it could be lowered so that it is still found, given how likely it is denied."""
    needed = [min(BELIEVED / max(1 - likely(each), _ALMOST_NOTHING), 1 - _ALMOST_NOTHING) for each in denied]
    margins: Numbers = sums - np.array([logit(each) for each in needed])[:, None]
    return margins


def _urgent_margins(sums: Numbers, may_raise: Flags) -> Numbers:
    """Say for each text by how much its urgency could be lowered so that it is still found urgent: urgent, and not a mark of what
    is not now. `sums` are those of the marks."""
    margins = np.full(len(sums), _NEVER)
    for at in np.flatnonzero(may_raise):
        urgent, *others = sums[at]
        needed = URGENT_FROM / max(lasting(likely(other) for other in others), _ALMOST_NOTHING)
        if needed < 1:
            margins[at] = urgent - logit(needed)
    return margins


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


def _written(lists: Lists, examples: Sequence[Example], known: Material, solved: Numbers, bars: Numbers, said: str) -> str:
    """Write the weights so that a person can read them."""
    worths = np.array([worth(name) for name in known.texts.names])
    weights = solved[:-1] * worths[:, None]
    lines = [
        "# What the example reports taught, written by ./izwi lists learn and not to be edited: examples/*.txt are.",
        f"# {len(examples)} examples. {said}",
        "#   piece <tab> CODE:+1.8 CODE:-0.4    how much a piece of a text speaks for a kind of incident, or against it",
        "#   =word   _let ters_ within a word   two words   !word that is denied   GROUP and GROUP+GROUP of the lists (- denied)",
        f"inputs {inputs_digest(lists, examples)}",
        *cue_lines(lists),
        f"{BIAS}\t{_line(known.codes, solved[-1] - bars, least=0.0)}",
    ]
    rows = zip(known.texts.names, weights, strict=True)
    lines += [f"{name}\t{line}" for name, row in rows if (line := _line(known.codes, row, least=_LEAST_WRITTEN))]
    return "\n".join(lines) + "\n"


def _line(codes: Sequence[str], row: Numbers, *, least: float) -> str:
    return " ".join(f"{code}:{weight:+.2f}" for code, weight in zip(codes, row, strict=True) if abs(weight) >= least)
