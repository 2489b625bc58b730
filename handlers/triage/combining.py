"""Words that say something only together: `money` and `gate` in one sentence, in any order and language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.triage.cues import Cue, Hit
from handlers.triage.words import Token

_REACH = 9  # words between two that belong together
_MOST_TRIED = 30  # words of one group that are tried in a sentence
_NO = "NOT"


@dataclass(frozen=True, slots=True)
class Together:
    """A line of the list: groups of words that must stand near each other, those that must not, and what they speak of."""

    groups: tuple[str, ...]
    needed: frozenset[str]
    without: frozenset[str]
    cue: Cue


def find_together(found: Sequence[Token], hits: Sequence[Hit], lines: Sequence[Together]) -> Iterator[Hit]:
    """Find each line once a sentence, at the words nearest together; what it says stands between its first and last word."""
    by_sentence: Mapping[int, dict[str, list[Hit]]] = defaultdict(lambda: defaultdict(list))
    taken = _taken(hits)
    for hit in hits:
        if hit.cue.kind in ("group", "sign") and not taken.issuperset(range(hit.first, hit.last)):
            groups = by_sentence[found[hit.first].sentence]
            if hit.says_no:
                groups[f"{hit.cue.value}_DENIED"].append(hit)
            if hit.to_come:
                groups[f"{hit.cue.value}_TO_COME"].append(hit)
            known = groups[hit.cue.value]
            if len(known) < _MOST_TRIED and not (known and known[-1].first == hit.first and known[-1].last >= hit.last):
                known.append(hit)
    for groups in by_sentence.values():
        present = frozenset(groups)
        for line in lines:
            if line.needed <= present and line.without.isdisjoint(present) and (chosen := _nearest(groups, line.groups)):
                yield _joined(line, chosen)


def _taken(hits: Sequence[Hit]) -> set[int]:
    """Find the words of longer phrases that are sure to speak of something by themselves: `pay` in `without pay`."""
    sure = (hit for hit in hits if hit.cue.kind == "category" and not hit.cue.is_hint and hit.last - hit.first > 1)
    return {index for hit in sure for index in range(hit.first, hit.last)}


def _nearest(groups: Mapping[str, Sequence[Hit]], wanted: tuple[str, ...]) -> tuple[Hit, ...] | None:
    """Choose one hit of each group, none upon another, so that they stand as near together as can be."""
    best: tuple[int, tuple[Hit, ...]] | None = None
    for first in groups[wanted[0]]:
        chosen = [first]
        for group in wanted[1:]:
            free = [hit for hit in groups[group] if all(hit.last <= other.first or hit.first >= other.last for other in chosen)]
            if not free:
                break
            chosen.append(min(free, key=lambda hit: abs(hit.first - first.first)))
        else:
            spread = max(hit.last for hit in chosen) - min(hit.first for hit in chosen)
            longest = _REACH * (len(wanted) - 1) + sum(hit.last - hit.first for hit in chosen)
            if spread <= longest and (best is None or spread < best[0]):
                best = spread, tuple(chosen)
    return best[1] if best else None


def _joined(line: Together, chosen: tuple[Hit, ...]) -> Hit:
    said = (
        ()
        if _NO in line.needed or any(group.endswith("_DENIED") for group in line.groups)
        else tuple(hit.first for hit in chosen)
    )
    return Hit(
        cue=replace(line.cue, is_new=True) if any(hit.cue.is_new for hit in chosen) else line.cue,
        first=min(hit.first for hit in chosen),
        last=max(hit.last for hit in chosen),
        anchors=tuple(hit.first for hit in chosen),
        says_no=bool(said) and any(hit.says_no for hit in chosen),
    )
