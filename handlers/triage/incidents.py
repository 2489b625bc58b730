"""Incidents: which other reports may tell of the same incident, in whatever language: place, kind, time, people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.people import count_people
from handlers.triage.reading import Reading
from handlers.triage.telling import Gist, Telling

_BELIEVED = 0.4
_MOST = 5
_LEAST = 0.55
_SAME_PLACE, _NEAR_PLACE, _SAME_KIND, _MORE_KINDS, _SAME_PEOPLE, _SAME_DAY, _SAME_DAYS = 0.35, 0.2, 0.25, 0.1, 0.2, 0.15, 0.08
_OTHER_PEOPLE, _OTHER_TIME = -0.15, -0.4
_WIDE = frozenset({"district", "province", "country"})


def find_incidents(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Name the reports that may tell of the same incident, the likeliest first; a person joins them or not."""
    gist = gist_of(reading, lookups, so_far)
    if not gist.places or not gist.categories:
        return ()
    near = gist.places | _around(gist.places, lookups)
    best: dict[str, Finding] = {}
    for other in recent:
        about = other.gist
        if about is None or gist.categories.isdisjoint(about.categories) or near.isdisjoint(about.places):
            continue
        if other.report_id == reading.telling.report_id or other.id == reading.telling.id:
            continue
        found = _compare(reading.telling, gist, other, about, lookups)
        known = best.get(other.report_id)
        if found and (known is None or found.weight > known.weight):
            best[other.report_id] = found
    return tuple(sorted(best.values(), key=lambda finding: (-finding.weight, finding.value))[:_MOST])


def gist_of(reading: Reading, lookups: Lookups, findings: Sequence[Finding]) -> Gist:
    """Draw the gist of a telling from what was found in it; districts and wider are no place that two reports share."""
    people = count_people(reading, lookups)
    return Gist(
        places=frozenset(
            finding.value
            for finding in findings
            if finding.stage == "place" and lookups.gazetteer.by_id[finding.value].level not in _WIDE
        ),
        categories=frozenset(
            finding.value for finding in findings if finding.stage == "category" and finding.weight >= _BELIEVED
        ),
        people=people[0] if people else None,
        is_past=any(finding.stage == "past" and finding.value == "past" for finding in findings),
        words=reading.telling.text[:1000].lower().strip(),
    )


def _around(places: frozenset[str], lookups: Lookups) -> frozenset[str]:
    """Give the places that these lie in, that lie in them, or that bear the same name (a village and its clinic)."""
    return frozenset(near for place in places for near in lookups.gazetteer.near.get(place, ()))


def _compare(telling: Telling, gist: Gist, other: Telling, about: Gist, lookups: Lookups) -> Finding | None:
    """Add up what two tellings share, and say it."""
    name = lookups.gazetteer.by_id
    places = sorted(gist.places & about.places)
    kinds = sorted(gist.categories & about.categories)
    labels = ", ".join(lookups.categories[code].label.lower() for code in kinds)
    where = places or sorted(_around(gist.places, lookups) & about.places)
    weight = (_SAME_PLACE if places else _NEAR_PLACE) + _SAME_KIND + _MORE_KINDS * (len(kinds) > 1)
    reasons = [
        f"{'The same place' if places else 'A place nearby'}: {', '.join(name[place].name for place in where)}.",
        f"The same kind: {labels}.",
    ]
    if gist.people and about.people:
        same = gist.people == about.people
        weight += _SAME_PEOPLE if same else _OTHER_PEOPLE
        reasons.append(
            f"Both speak of {gist.people} people." if same else f"But {gist.people} people here, {about.people} there."
        )
    if gist.is_past != about.is_past:
        weight += _OTHER_TIME
        reasons.append("But one speaks of years ago.")
    apart = abs(telling.received_at - other.received_at)
    weight += _SAME_DAY if apart <= timedelta(hours=24) else _SAME_DAYS if apart <= timedelta(days=3) else 0.0
    hours = int(apart.total_seconds() // 3600)
    reasons.append(f"They came {hours} h apart." if hours else "They came within the hour.")
    if telling.source_id is not None and telling.source_id == other.source_id:
        reasons.append("From the same source: one telling, not two.")
    if weight < _LEAST:
        return None
    return Finding(
        stage="incidents",
        value=other.report_id,
        label="May be the same incident",
        weight=round(min(1.0, weight), 2),
        reasons=tuple(reasons),
    )
