"""Filters: what the inbox is narrowed to, in codes and ids alone, so that it may stand in an address; and those people save."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields

from handlers.desk.choices import choices
from handlers.desk.inbox.facets import CHANNELS
from handlers.desk.office import Office, Unfinished, new_id
from handlers.desk.people import SignedIn
from handlers.errors import NotFound, SealError
from handlers.protection.desk_sealing import open_at_desk, seal_for_desk
from handlers.protection.people import DESK
from handlers.protection.sealing import Place
from handlers.records import SavedFilter
from handlers.reports import ReportState
from handlers.triage.lookups import Lookups

HIGH = 60
WAITING = (ReportState.RECEIVED, ReportState.OPEN, ReportState.PROPOSED)
STATES: Mapping[str, tuple[ReportState, ...]] = {
    "open": WAITING,
    "high": WAITING,  # however long others have waited: a new grave one is seen among these
    "proposed": (ReportState.PROPOSED,),
    "logged": (ReportState.LOGGED,),
    "closed": (ReportState.REJECTED,),
    "deleted": (ReportState.DELETED,),
}
DONE = ("logged", "closed", "deleted")  # the newest of them first, and found by search: they are too many to be opened here
MINE, NOBODYS = "me", "nobody"
AGES: Mapping[str, tuple[int, int | None]] = {"new": (0, 24), "day": (24, None), "week": (168, None)}  # hours, from and below
LATE = "late"
NONE, ANY = "none", "any"
FACETS = ("category", "place", "language", "channel")  # sealed: they are asked of what is opened in memory
_ID = re.compile(r"[0-9a-f]{8,32}")
_MOST_SAVED, _LONGEST_NAME = 12, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the inbox is narrowed to. An empty field narrows nothing."""

    state: str = "open"
    category: str = ""
    place: str = ""
    language: str = ""
    channel: str = ""
    age: str = ""
    mine: str = ""
    incident: str = ""

    def query(self) -> dict[str, str]:
        """Give what stands of it in an address."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in told.items() if value and (name, value) != ("state", "open")}

    @property
    def is_done(self) -> bool:
        """Whether it is of reports that nobody has to work on any more."""
        return self.state in DONE

    @property
    def facets(self) -> dict[str, str]:
        """Give what it asks of what was found in a report."""
        return {name: value for name in FACETS if (value := getattr(self, name))}

    @property
    def narrows(self) -> bool:
        """Whether it asks for anything but a state."""
        return bool(self.query().keys() - {"state"})


def read_filter(asked: Mapping[str, str], lookups: Lookups) -> Filter:
    """Read a filter from an address. What is unknown there is left out, so that nothing but codes and ids is ever repeated."""
    found = {name: value for name in FACETS if (value := asked.get(name, "")) in known(name, lookups)}
    state = asked.get("state", "")
    state = state if state in STATES else "open"
    if state in DONE:
        return Filter(state=state)
    age, mine, incident = asked.get("age", ""), asked.get("mine", ""), asked.get("incident", "")
    return Filter(
        state=state,
        age=age if age in (*AGES, LATE) else "",
        mine=mine if mine in (MINE, NOBODYS) else "",
        incident=incident if incident in (NONE, ANY) or _ID.fullmatch(incident) else "",
        **found,
    )


def known(name: str, lookups: Lookups) -> Collection[str]:
    """Give the codes that a facet may have."""
    return CHANNELS if name == "channel" else choices(name, lookups)


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """A filter that somebody saved, opened."""

    id: str
    name: str = field(repr=False)
    filter: Filter = field(repr=False)


class SavedFilters:
    """Keeps the filters that people save, each for themselves."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def of(self, who: SignedIn) -> list[ShownFilter]:
        """Give a person's filters by name; what does not open any more is left out."""
        if DESK not in who.keys:
            return []
        with self._office.reading() as unit:
            rows = unit.saved_filters.all(person_id=who.person.id)
        shown = []
        for row in rows:
            try:
                plain = open_at_desk(who.keys[DESK], row.content, _place(row.id))
            except SealError:
                continue
            shown.append(ShownFilter(row.id, str(plain["name"]), read_filter(plain["filter"], self._office.lookups)))
        return sorted(shown, key=lambda each: each.name.casefold())

    def save(self, who: SignedIn, name: str, chosen: Filter) -> None:
        """Keep a filter under a name; one of the same name gives way to it."""
        self._office.keys(who)
        tidy = " ".join(name.split())
        if not tidy or len(tidy) > _LONGEST_NAME:
            raise Unfinished(f"Give the filter a name of at most {_LONGEST_NAME} characters.")
        before = self.of(who)
        same = [each.id for each in before if each.name.casefold() == tidy.casefold()]
        if len(before) - len(same) >= _MOST_SAVED:
            raise Unfinished(f"You have {_MOST_SAVED} filters already. Remove one first.")
        row_id = new_id()
        with self._office.writing() as unit:
            desk = unit.compartments.get(DESK)
            content = seal_for_desk(desk.public_key, {"name": tidy, "filter": chosen.query()}, _place(row_id))
            for each in same:
                unit.saved_filters.remove(id=each)
            unit.saved_filters.add(SavedFilter(id=row_id, person_id=who.person.id, content=content))
            unit.commit()

    def remove(self, who: SignedIn, filter_id: str) -> None:
        """Remove a filter of this person; raise `NotFound` for anybody else's."""
        with self._office.writing() as unit:
            if not unit.saved_filters.remove(id=filter_id, person_id=who.person.id):
                raise NotFound("saved_filters")
            unit.commit()


def _place(row_id: str) -> Place:
    return Place("saved_filters", "content", row_id)
