"""Incidents: which other reports may tell of the same incident, in whatever language: place, kind, time, people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.reports import Finding
from handlers.triage.lookups import Lookups
from handlers.triage.people import count_people
from handlers.triage.reading import Reading
from handlers.triage.recents import Recents, own_words
from handlers.triage.telling import Gist, Telling

_BELIEVED = 0.4
_MOST = 5
_LEAST = 0.55
_SAME_PLACE, _NEAR_PLACE, _SAME_KIND, _MORE_KINDS, _SAME_PEOPLE, _SAME_DAY, _SAME_DAYS = 0.35, 0.2, 0.25, 0.1, 0.2, 0.15, 0.08
_OTHER_PEOPLE, _OTHER_TIME = -0.15, -0.4
_DAY, _DAYS = timedelta(hours=24), timedelta(days=3)
_WIDE = frozenset({"district", "province", "country"})


def find_incidents(
    reading: Reading, lookups: Lookups, so_far: tuple[Finding, ...], recent: Sequence[Telling]
) -> tuple[Finding, ...]:
    """Name the reports that may tell of the same incident, the likeliest first; a person joins them or not."""
    if not recent:
        return ()
    gist = gist_of(reading, lookups, so_far)
    if not gist.places or not gist.categories:
        return ()
    near = gist.places | _around(gist.places, lookups)
    telling = reading.telling
    best: dict[str, tuple[tuple[float, datetime, str], Telling, Gist]] = {}
    for other in recent.about(near, gist.categories) if isinstance(recent, Recents) else recent:
        about = other.gist
        if about is None or gist.categories.isdisjoint(about.categories) or near.isdisjoint(about.places):
            continue
        if other.report_id == telling.report_id or other.id == telling.id:
            continue
        weight = _weigh(telling, gist, other, about)
        rank = weight, other.received_at, other.id  # of one report's tellings the likeliest counts, then the newest
        if weight >= _LEAST and (other.report_id not in best or rank > best[other.report_id][0]):
            best[other.report_id] = rank, other, about
    likeliest = sorted(best.items(), key=lambda item: (-item[1][0][0], item[0]))[:_MOST]
    return tuple(_finding(telling, gist, other, about, lookups, rank[0]) for _, (rank, other, about) in likeliest)


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
        is_past=any(finding.stage == "past" and finding.value == "past" and finding.weight >= _BELIEVED for finding in findings),
        words=own_words(reading, findings),
    )


def _around(places: frozenset[str], lookups: Lookups) -> frozenset[str]:
    """Give the places that these lie in, that lie in them, or that bear the same name (a village and its clinic)."""
    return frozenset(near for place in places for near in lookups.gazetteer.near.get(place, ()))


def _weigh(telling: Telling, gist: Gist, other: Telling, about: Gist) -> float:
    """Add up what two tellings share, from 0 to 1."""
    weight = _NEAR_PLACE if gist.places.isdisjoint(about.places) else _SAME_PLACE
    weight += _SAME_KIND + _MORE_KINDS * (len(gist.categories & about.categories) > 1)
    if gist.people and about.people:
        weight += _SAME_PEOPLE if gist.people == about.people else _OTHER_PEOPLE
    if gist.is_past != about.is_past:
        weight += _OTHER_TIME
    apart = abs(telling.received_at - other.received_at)
    weight += _SAME_DAY if apart <= _DAY else _SAME_DAYS if apart <= _DAYS else 0.0
    return round(min(1.0, weight), 2)


def _finding(telling: Telling, gist: Gist, other: Telling, about: Gist, lookups: Lookups, weight: float) -> Finding:
    """Say what two tellings share, and what not."""
    name = lookups.gazetteer.by_id
    places = sorted(gist.places & about.places)
    where = places or sorted(_around(gist.places, lookups) & about.places)
    labels = ", ".join(lookups.categories[code].label.lower() for code in sorted(gist.categories & about.categories))
    reasons = [
        f"{'The same place' if places else 'A place nearby'}: {', '.join(name[place].name for place in where)}.",
        f"The same kind: {labels}.",
    ]
    if gist.people and about.people:
        same = gist.people == about.people
        reasons.append(
            f"Both speak of {gist.people} people." if same else f"But {gist.people} people here, {about.people} there."
        )
    if gist.is_past != about.is_past:
        reasons.append("But one speaks of years ago.")
    hours = int(abs(telling.received_at - other.received_at).total_seconds() // 3600)
    reasons.append(f"They came {hours} h apart." if hours else "They came within the hour.")
    if telling.source_id is not None and telling.source_id == other.source_id:
        reasons.append("From the same source: one telling, not two.")
    return Finding(
        stage="incidents", value=other.report_id, label="May be the same incident", weight=weight, reasons=tuple(reasons)
    )
