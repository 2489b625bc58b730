"""What a person can choose when they correct a finding, from the operator's own lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.desk.office import Unfinished
from handlers.triage.lookups import Lookups
from handlers.triage.reading import LANGUAGES

_MOST_WORDS = 100


def choices(stage: str, lookups: Lookups) -> Mapping[str, str]:
    """Give what a stage's finding can be corrected to: value and label. Empty where the person writes words of their own."""
    if stage == "category":
        return {code: category.label for code, category in lookups.categories.items()}
    if stage == "place":
        places = sorted(lookups.gazetteer.by_id.values(), key=lambda place: place.name)
        return {place.id: place.label for place in places}
    if stage == "language":
        return {**LANGUAGES, "mixed": "Mixed", "unknown": "Cannot tell"}
    if stage == "urgency":
        return {"urgent": "Urgent", "not urgent": "Not urgent"}
    return {}


def labelled(stage: str, values: Sequence[str], lookups: Lookups) -> tuple[str, ...]:
    """Give the labels of chosen values; raise `Unfinished` for one that cannot be chosen."""
    if stage == "redaction":
        if len(values) > _MOST_WORDS or any(len(value) > 200 for value in values):
            raise Unfinished(f"At most {_MOST_WORDS} words or phrases can be hidden, each of at most 200 characters.")
        return tuple(values)
    if stage == "duplicates":
        if values:
            raise Unfinished("A likeness can only be set aside.")
        return ()
    if stage in ("language", "urgency") and len(values) != 1:
        raise Unfinished(f"Choose one {stage}.")
    known = choices(stage, lookups)
    if any(value not in known for value in values):
        raise Unfinished(f"Choose a {stage} from the list.")
    return tuple(known[value] for value in values)
