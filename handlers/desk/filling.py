"""Filling: what a form of a proposal holds before a person has touched it, from what was found, as coarse as it can be.

Nothing of it is finer than a ward, a week and a band, and none of the source's words stand in it. A person looks at every field
and changes what is not so: it is a form that is filled in, not a judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from handlers.caselog.precision import NOT_KNOWN, TimeStep, coarsen_count, coarsen_place, coarsen_time
from handlers.desk.drafts import Draft
from handlers.desk.explaining import counts
from handlers.desk.findings import Found
from handlers.triage.lookups import Lookups
from handlers.triage.people import count_people
from handlers.triage.reading import Reading, read
from handlers.triage.telling import Telling

_PAST = ("past", "partly past")
_OF_DAYS = ("NOW", "RECENT")
_PRESSED_NOW = ("now", "today", "yesterday", "this week")
# The subjects of the scheme that a kind of incident falls under; the others are for a person to name.
_HOOKS: Mapping[str, str] = {"SMUG": "KP-IV-d"}
_WEEKS, _MONTHS, _YEARS = 6, 12, 5


def filled(found: Sequence[Found], texts: Mapping[str, str], told_at: float, lookups: Lookups) -> Draft:
    """Give a draft of what was found in these texts, by message, the first of which was told at this time."""
    kinds = tuple(dict.fromkeys(item.finding.value for item in found if item.finding.stage == "category" and counts(item)))
    place, level = coarse_place([item.finding.value for item in found if item.finding.stage == "place"], lookups)
    readings = [_read(name, text, told_at, lookups) for name, text in texts.items() if text.strip()]
    return Draft(
        summary=_summary(kinds, lookups),
        categories=kinds,
        kp_hooks=tuple(dict.fromkeys(_HOOKS[kind] for kind in kinds if kind in _HOOKS)),
        place=place,
        place_level=level,
        when=_when(found, readings, datetime.fromtimestamp(told_at, UTC)),
        people=_people(found, readings, lookups),
    )


def coarse_place(place_ids: Sequence[str], lookups: Lookups) -> tuple[str, str]:
    """Give the ward, or what is next coarser, of the first place found: a village would say too much without a decision."""
    place = lookups.gazetteer.by_id.get(place_ids[0]) if place_ids else None
    if place is None:
        return "", ""
    by_name = {known.name: known for known in lookups.gazetteer.by_id.values()}
    path, above = [(place.name, place.level)], by_name.get(place.within)
    while above is not None and len(path) < 10:
        path.append((above.name, above.level))
        above = by_name.get(above.within)
    try:
        return coarsen_place(path, "ward")
    except ValueError:
        return "", ""


def times(today: date, known: str = "") -> dict[str, tuple[str, ...]]:
    """Give the times to choose from by how exact they are: the last weeks, months and years, and what is known beside them."""
    weeks = [coarsen_time(today - timedelta(weeks=back), TimeStep.WEEK) for back in range(_WEEKS)]
    firsts = [date(today.year + (today.month - 1 - back) // 12, (today.month - 1 - back) % 12 + 1, 1) for back in range(_MONTHS)]
    months = [coarsen_time(first, TimeStep.MONTH) for first in firsts]
    years = [str(today.year - back) for back in range(_YEARS)]
    groups = {"Week": tuple(weeks), "Month": tuple(months), "Year": tuple(years)}
    if known and not any(known in group for group in groups.values()):
        return {"As it stands": (known,), **groups}
    return groups


def _summary(kinds: Iterable[str], lookups: Lookups) -> str:
    """Say what kinds of incident were told of and no more, as a person says it who adds nothing."""
    labels = [lookups.categories[kind].label for kind in kinds if kind in lookups.categories]
    if not labels:
        return ""
    told = "; ".join([labels[0], *(label[:1].lower() + label[1:] for label in labels[1:])])
    return f"{told}, as told to the line. What would point to who told it is left out."


def _when(found: Sequence[Found], readings: Sequence[Reading], told_at: datetime) -> str:
    """Give the week where the texts speak of these days, the month where they do not say; nothing of what is of years ago."""
    pressed = next((item.finding.value for item in found if item.finding.stage == "when"), "")
    if pressed:
        return coarsen_time(told_at, TimeStep.WEEK) if pressed in _PRESSED_NOW else ""
    if any(item.finding.stage == "past" and item.finding.value in _PAST for item in found):
        return ""
    is_of_days = any(not reading.is_denied(hit) for reading in readings for hit in reading.of_kind("sign", *_OF_DAYS))
    return coarsen_time(told_at, TimeStep.WEEK if is_of_days else TimeStep.MONTH)


def _people(found: Sequence[Found], readings: Sequence[Reading], lookups: Lookups) -> str:
    pressed = [item.finding.value for item in found if item.finding.stage == "how_many" and item.finding.value.isdecimal()]
    if pressed:
        return coarsen_count(int(pressed[0]))
    counted = [number[0] for reading in readings if (number := count_people(reading, lookups)) is not None]
    return coarsen_count(max(counted)) if counted else NOT_KNOWN


def _read(name: str, text: str, told_at: float, lookups: Lookups) -> Reading:
    moment = datetime.fromtimestamp(told_at, UTC)
    return read(Telling(id=name, report_id="", source_id=None, text=text, channel="sms", received_at=moment), lookups)
