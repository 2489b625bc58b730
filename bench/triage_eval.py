"""Score triage against labelled texts: precision and recall a stage, speed, memory, the worst misses."""

from __future__ import annotations

import json
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config.lists import read_lists
from handlers.reports import Finding
from handlers.triage.lookups import VARIETIES, Lookups, build_lookups
from handlers.triage.pipeline import Telling, triage, with_gist
from handlers.triage.recents import Recents
from handlers.triage.words import fold_phrase

BELIEVED = 0.4  # a category of less weight is denied or a guess
_RECENTS, _TIMED_WITH_RECENTS = 2000, 200
_LANGUAGES = ("sn", "nd", "en", "mixed")


class LabelProblem(ValueError):
    """A file of labels that cannot be read: says file, line and reason."""


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled text; what a line does not say is None and is not scored. `private` holds pairs of kind and words."""

    id: str
    text: str = field(repr=False)
    language: str | None
    categories: frozenset[str] | None
    places: tuple[str, ...] | None
    has_one_place: bool
    is_urgent: bool | None
    private: tuple[tuple[str, str], ...] | None = field(repr=False)


@dataclass(slots=True)
class Count:
    """Hits, false alarms and misses, and the figures that follow from them."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, wanted: Iterable[Any], found: Iterable[Any]) -> None:
        """Compare what was wanted with what was found."""
        wanted, found = set(wanted), set(found)
        self.right += len(wanted & found)
        self.wrong += len(found - wanted)
        self.missed += len(wanted - found)

    def figures(self) -> dict[str, float]:
        """Give precision, recall and f1; where nothing was to be found and nothing was, all is right."""
        precision = self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0
        recall = self.right / (self.right + self.missed) if self.right + self.missed else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


@dataclass(slots=True)
class Scores:
    """Everything that is counted while the texts go through."""

    lookups: Lookups
    confusion: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    place: Count = field(default_factory=Count)
    category: Count = field(default_factory=Count)
    by_category: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    by_source: dict[str, Count] = field(default_factory=lambda: {"lists": Count(), "examples": Count()})
    urgent: Count = field(default_factory=Count)
    private: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    unknown_categories: Counter[str] = field(default_factory=Counter)
    unknown_places: Counter[str] = field(default_factory=Counter)
    misses: list[tuple[int, str, str, str]] = field(default_factory=list, repr=False)


def read_labels(path: Path) -> list[Label]:
    """Read a file of labels; raises `LabelProblem` for the first line that is not one."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise LabelProblem(f"{path}:0: expected a file that can be read, came: {error.strerror}") from None
    return [_label(f"{path}:{number}", number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _label(where: str, number: int, line: bytes) -> Label:
    try:
        plain = json.loads(line.decode("utf-8-sig"))
    except ValueError:
        raise LabelProblem(f"{where}: expected a JSON object, came something else") from None
    if not isinstance(plain, dict) or not isinstance(plain.get("text"), str):
        raise LabelProblem(f"{where}: expected an object with 'text', a string") from None
    categories, place, urgent = plain.get("cat"), plain.get("place"), plain.get("urgent")
    if isinstance(categories, str):
        categories = [categories] if categories else []
    places = [place] if isinstance(place, str) else place
    for name, value, kind in (("cat", categories, list), ("place", places, list), ("urgent", urgent, bool)):
        if value is not None and not isinstance(value, kind):
            raise LabelProblem(f"{where}: expected '{name}' to be {kind.__name__}, came {type(value).__name__}")
    language = plain.get("lang")
    return Label(
        id=str(plain.get("id") or number),
        text=plain["text"],
        language=VARIETIES.get(language, language) if isinstance(language, str) else None,
        categories=None if categories is None else frozenset(str(code).upper() for code in categories),
        places=tuple(str(name) for name in places or () if str(name or "").strip()) if "place" in plain else None,
        has_one_place=not isinstance(place, list),
        is_urgent=urgent,
        private=_private(plain.get("redact"), plain["text"]),
    )


def _private(items: object, text: str) -> tuple[tuple[str, str], ...] | None:
    """Read what is to be taken out: objects of kind and text, or of kind, start and end."""
    if not isinstance(items, list):
        return None
    found = []
    for item in items:
        if isinstance(item, dict):
            words = item.get("text")
            if not isinstance(words, str) and isinstance(item.get("start"), int) and isinstance(item.get("end"), int):
                words = text[item["start"] : item["end"]]
            if isinstance(words, str) and words:
                found.append((str(item.get("kind", "")), words))
    return tuple(found)


def evaluate(labels: Sequence[Label], config: Path) -> tuple[dict[str, Any], list[tuple[int, str, str, str]]]:
    """Score all labels; give the figures, and the misses (weight, id, what, text), the worst first."""
    began = time.process_time()
    lookups = build_lookups(read_lists(config))
    load_seconds = time.process_time() - began
    load_memory = _memory()
    now = datetime.now(UTC)
    tellings = [_telling(str(index), label.text, now) for index, label in enumerate(labels)]
    scores, seconds = Scores(lookups), 0.0
    for label, telling in zip(labels, tellings, strict=True):
        began = time.process_time()
        findings = triage(telling, lookups, ()).findings
        seconds += time.process_time() - began
        _score(scores, label, findings)  # at once: a worker holds no findings of earlier texts either
    figures = {
        "texts": len(labels),
        **_figures(scores),
        "speed": {
            "texts_per_second": round(len(labels) / seconds, 1) if seconds else 0.0,
            "texts_per_second_with_2000_recent": _speed_with_recents(tellings, lookups, now),
            "load_seconds": round(load_seconds, 3),
            "load_memory_mb": load_memory,
            "peak_memory_mb": _memory(),
        },
    }
    return figures, sorted(scores.misses, key=lambda miss: (-miss[0], miss[1]))


def _telling(name: str, text: str, at: datetime) -> Telling:
    return Telling(id=name, report_id=name, source_id=None, text=text, channel="sms", received_at=at)


def _memory() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _speed_with_recents(tellings: Sequence[Telling], lookups: Lookups, now: datetime) -> float:
    """Time some texts against two thousand others, held as a worker holds them: the texts again, with a number in front."""
    if not tellings:
        return 0.0
    recents = Recents()
    for step in range(_RECENTS):
        other = tellings[step % len(tellings)]
        recents.add(with_gist(_telling(f"r{step}", f"{step} {other.text}", now - timedelta(minutes=step)), lookups))
    timed = tellings[:_TIMED_WITH_RECENTS]
    began = time.process_time()
    for telling in timed:
        triage(telling, lookups, recents)
    return round(len(timed) / max(1e-9, time.process_time() - began), 1)


def _figures(scores: Scores) -> dict[str, Any]:
    rows = {gold: dict(sorted(counted.items())) for gold, counted in sorted(scores.confusion.items())}
    total = sum(sum(row.values()) for row in rows.values())
    right = sum(row.get(gold, 0) for gold, row in rows.items())
    return {
        "language": {"accuracy": round(right / total, 4) if total else 1.0, "confusion": rows},
        "place": {**scores.place.figures(), "not_in_gazetteer": sum(scores.unknown_places.values())},
        "category": {
            **scores.category.figures(),
            "by_category": {code: count.figures() for code, count in sorted(scores.by_category.items())},
            "by_source": {source: {"right": count.right, "wrong": count.wrong} for source, count in scores.by_source.items()},
            "unknown_codes": dict(scores.unknown_categories),
        },
        "urgent": scores.urgent.figures(),
        "redaction": {kind: count.figures() for kind, count in sorted(scores.private.items())},
    }


def _score(scores: Scores, label: Label, findings: Sequence[Finding]) -> None:
    by_stage: Mapping[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_stage[finding.stage].append(finding)
    for weight, what in (
        *_score_language(scores, label, by_stage["language"]),
        *_score_place(scores, label, by_stage["place"]),
        *_score_categories(scores, label, by_stage["category"]),
        *_score_urgency(scores, label, by_stage["urgency"]),
        *_score_private(scores, label, by_stage["redaction"]),
    ):
        scores.misses.append((weight, label.id, what, label.text))


def _score_language(scores: Scores, label: Label, found: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    if label.language is None:
        return
    value = found[0].value
    scores.confusion[label.language][value] += 1
    if value != label.language:
        yield (2 if label.language in _LANGUAGES else 1), f"language {label.language}, found {value}"


def _score_place(scores: Scores, label: Label, found: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    """Compare a label that is one name with the first suggestion, a list with all; a name stands for all places so named."""
    if label.places is None:
        return
    names = [_same_name(scores, name) for name in label.places]
    suggested = [finding.value for finding in (found[:1] if label.has_one_place else found)]
    matched = {value for value in suggested if any(value in ids for ids in names)}
    met = sum(any(value in ids for value in suggested) for ids in names)
    scores.place.right += met
    scores.place.missed += len(names) - met
    scores.place.wrong += len(suggested) - len(matched)
    if met < len(names) or len(matched) < len(suggested):
        yield 3, f"place {', '.join(label.places) or 'none'}, found {', '.join(suggested) or 'none'}"


def _same_name(scores: Scores, name: str) -> frozenset[str]:
    words = fold_phrase(name)
    found = scores.lookups.gazetteer.find(words) if words else None
    if found is None:
        scores.unknown_places[name] += 1
        return frozenset()
    return frozenset(place.id for place in found[0].places)


def _score_categories(scores: Scores, label: Label, found: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    if label.categories is None:
        return
    scores.unknown_categories.update(label.categories - scores.lookups.categories.keys())
    wanted = label.categories & scores.lookups.categories.keys()
    believed = [finding for finding in found if finding.weight >= BELIEVED]
    suggested = {finding.value for finding in believed}
    for finding in believed:
        source = "lists" if any(item.list_name for item in finding.evidence) else "examples"
        scores.by_source[source].add({finding.value} & wanted, {finding.value})
    scores.category.add(wanted, suggested)
    for code in wanted | suggested:
        scores.by_category[code].add({code} & wanted, {code} & suggested)
    if wanted != suggested:
        yield 4, f"category {' '.join(sorted(wanted)) or 'none'}, found {' '.join(sorted(suggested)) or 'none'}"


def _score_urgency(scores: Scores, label: Label, found: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    if label.is_urgent is None:
        return
    is_urgent = any(finding.value == "urgent" for finding in found)
    scores.urgent.add({True} if label.is_urgent else (), {True} if is_urgent else ())
    if is_urgent != label.is_urgent:
        yield (9 if label.is_urgent else 5), "urgent, found not urgent" if label.is_urgent else "not urgent, found urgent"


def _score_private(scores: Scores, label: Label, found: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    """Count a labelled span as found when every letter and digit of it is marked, under whatever kind."""
    if label.private is None:
        return
    marked = [(item.start, item.end, finding.value) for finding in found for item in finding.evidence]
    covered = {at for start, end, _ in marked for at in range(start, end)}
    wanted: set[int] = set()
    for kind, words in label.private:
        spots = list(_spots(label.text, words))
        wanted |= {at for start, end in spots for at in range(start, end)}
        hidden = bool(spots) and all(covered.issuperset(_letters(label.text, *spot)) for spot in spots)
        scores.private[kind].right += hidden
        scores.private[kind].missed += not hidden
        if not hidden:
            yield 8, f"{kind} not marked"
    for start, end, kind in marked:
        if wanted.isdisjoint(range(start, end)):
            scores.private[kind].wrong += 1


def _spots(text: str, words: str) -> Iterator[tuple[int, int]]:
    start = text.find(words)
    while start >= 0:
        yield start, start + len(words)
        start = text.find(words, start + 1)


def _letters(text: str, start: int, end: int) -> Iterator[int]:
    return (at for at in range(start, end) if text[at].isalnum())
