"""What a person can choose when they correct a finding, from the operator's own lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.desk.office import Unfinished
from handlers.triage.lookups import Lookups
from handlers.triage.reading import LANGUAGES

_FIXED: Mapping[str, Mapping[str, str]] = {
    "urgency": {"urgent": "Urgent", "not urgent": "Not urgent"},
    "spam": {"test": "A test", "spam": "An advertisement or a trick"},  # or neither: it is a report
    "past": {"past": "Years ago"},  # or not: it is of now
    "negation": {"denied": "Denies something"},  # or nothing of what it tells
}


def choices(stage: str, lookups: Lookups) -> Mapping[str, str]:
    """Give what a stage's finding can be corrected to: value and label. None of them: there is no such finding."""
    if stage == "category":
        return {code: category.label for code, category in lookups.categories.items()}
    if stage == "place":
        places = sorted(lookups.gazetteer.by_id.values(), key=lambda place: place.name)
        return {place.id: place.label for place in places}
    if stage == "language":
        return {**LANGUAGES, "mixed": "Mixed", "unknown": "Cannot tell"}
    return _FIXED.get(stage, {})


def labelled(stage: str, values: Sequence[str], lookups: Lookups) -> tuple[str, ...]:
    """Give the labels of chosen values; raise `Unfinished` for one that cannot be chosen."""
    if stage in ("language", "urgency") and len(values) != 1:
        raise Unfinished(f"Choose one {stage}.")
    if stage in ("spam", "past", "negation") and len(values) > 1:
        raise Unfinished("Choose one of them, or none.")
    known = choices(stage, lookups)
    if any(value not in known for value in values):
        raise Unfinished(f"Choose a {stage} from the list.")
    return tuple(known[value] for value in values)
