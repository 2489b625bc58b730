"""Facets: what was found in the reports that wait, in codes, for the filters of the inbox.

Category, place, language and channel are sealed, so that no database can be asked for them. They are opened in memory, and the
codes are kept for the next look of the same session: on a shelf as search has one, sealed under a key that is made of the desk's
private key and dropped with the session. Of a report that was changed, or that something was sealed for, since then, they are
opened anew.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

from handlers.desk.office import Office
from handlers.desk.people import SignedIn
from handlers.desk.search.opened import facet
from handlers.desk.search.shelf import Shelf
from handlers.desk.search.stock import SealedRows, SealedText, Stock
from handlers.errors import KeyDestroyed, SealError
from handlers.protection.keyring import DeskKeyring
from handlers.protection.people import DESK
from handlers.protection.sealing import Place, open_json
from handlers.records import Direction

CHANNELS = ("sms", "whatsapp", "voice", "ussd")
_FOUND = ("category", "place", "language")
_BELIEVED = 0.4  # as the headings of reports have it: see `explaining.counts`
_AT_ONCE = 200
_MOST_TOUCHED = 20_000  # then it is quicker to begin anew
_APART = "\x1f"


class Candidate(NamedTuple):
    """A report that may be listed, as it stands in the clear."""

    id: str
    version: int
    claimed_by: str | None = None
    claimed_until: int | None = None


class _Kept(NamedTuple):
    """What was found in a report, as it stood at a version with these rows."""

    version: int
    rows: str
    facets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in some reports, those that could not be opened in time left out: so many `looked_at` `of` all."""

    facets: Mapping[str, frozenset[str]] = field(repr=False)
    looked_at: int
    of: int

    @property
    def is_whole(self) -> bool:
        """Whether all of them were looked at."""
        return self.looked_at >= self.of

    def with_all(self, asked: Mapping[str, str]) -> set[str]:
        """Give the reports in which all of this was found."""
        wanted = {facet(stage, value) for stage, value in asked.items()}
        return {report_id for report_id, found in self.facets.items() if wanted <= found}

    def counts(self, ids: Iterable[str]) -> Counter[str]:
        """Count each facet among some reports."""
        return Counter(each for report_id in ids for each in self.facets.get(report_id, ()))


class Facets:
    """Looks at what was found in reports, for people."""

    def __init__(self, office: Office, stock: Stock) -> None:
        self._office = office
        self._stock = stock

    def look(self, who: SignedIn, shelf: Shelf, candidates: Sequence[Candidate], *, seconds: float) -> Looked:
        """Give what was found in these reports; what has to be opened for it is opened for so many seconds at most."""
        keys, key = self._office.keys(who), shelf.key(who.keys[DESK])
        kept = _read(shelf.lines(key, 0)) if shelf.blocks else {}
        before = dict(kept)
        self._drop_touched(shelf, kept)
        missing = [each for each in candidates if each.id not in kept or kept[each.id].version != each.version]
        kept |= self._open(keys, missing, until=time.monotonic() + seconds)
        if kept != before:
            shelf.blocks, shelf.size = [], 0
            shelf.put(key, _written(kept), (1, ""), (0, ""), len(kept))
        found = {
            each.id: kept[each.id].facets for each in candidates if each.id in kept and kept[each.id].version == each.version
        }
        return Looked(found, len(found), len(candidates))

    def _drop_touched(self, shelf: Shelf, kept: dict[str, _Kept]) -> None:
        """Forget the reports that something was sealed for since they were opened: triage writes without counting up a version.
        Hours are coarse, so that the rows of those that may have been touched are named and compared."""
        hour = self._office.hour()
        with self._office.reading() as unit:
            touched = self._stock.touched_since(unit, shelf.hour, limit=_MOST_TOUCHED) if kept else []
            rows = self._stock.row_ids(unit, [report_id for report_id in touched if report_id in kept])
        if len(touched) >= _MOST_TOUCHED:
            kept.clear()
        now = _named(rows)
        for report_id in touched:
            if report_id in kept and kept[report_id].rows != now.get(report_id, ""):
                del kept[report_id]
        shelf.hour = hour

    def _open(self, keys: DeskKeyring, missing: Sequence[Candidate], *, until: float) -> dict[str, _Kept]:
        opened: dict[str, _Kept] = {}
        for at in range(0, len(missing), _AT_ONCE):
            some = missing[at : at + _AT_ONCE]
            with self._office.reading() as unit:
                rows = self._stock.sealed(unit, [each.id for each in some])
            found = _found_in(rows, keys)
            named = _named((row.report_id, row.id) for row in (*rows.messages, *rows.findings))
            opened |= {each.id: _Kept(each.version, named.get(each.id, ""), frozenset(found.get(each.id, ()))) for each in some}
            if time.monotonic() > until:
                break
        return opened


def _named(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give a short name of the rows of each report: another one if a row came, or took the place of another."""
    ids: dict[str, list[str]] = {}
    for report_id, row_id in rows:
        ids.setdefault(report_id, []).append(row_id)
    return {name: blake2b(" ".join(sorted(each)).encode(), digest_size=8).hexdigest() for name, each in ids.items()}


def _found_in(rows: SealedRows, keys: DeskKeyring) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    said: dict[str, dict[str, tuple[float, list[str]]]] = {}
    for row in rows.findings:
        plain = _plain("findings", row, keys)
        if plain is None:
            continue
        if row.author_id is not None:
            newest = said.setdefault(row.report_id, {})
            if plain["stage"] in _FOUND and float(plain.get("at", 0)) >= newest.get(plain["stage"], (0.0, []))[0]:
                newest[plain["stage"]] = (float(plain.get("at", 0)), list(plain["value"]))
            continue
        items = plain.get("said", plain["findings"])
        found.setdefault(row.report_id, set()).update(facet(each["stage"], each["value"]) for each in items if _is_told(each))
    for report_id, newest in said.items():
        for stage, (_, values) in newest.items():
            others = {each for each in found.get(report_id, set()) if not each.startswith(f"{stage}:")}
            found[report_id] = others | {facet(stage, value) for value in values}
    for row in rows.messages:
        if row.kind == Direction.IN.value and (plain := _plain("messages", row, keys)) and plain.get("channel"):
            found.setdefault(row.report_id, set()).add(facet("channel", plain["channel"]))
    return found


def _is_told(item: Mapping[str, Any]) -> bool:
    return item["stage"] in _FOUND and (item["stage"] != "category" or item.get("weight", 1.0) >= _BELIEVED)


def _plain(table: str, row: SealedText, keys: DeskKeyring) -> dict[str, Any] | None:
    try:
        plain: dict[str, Any] = open_json(keys.key(row.period), row.content, Place(table, "content", row.id, row.period))
    except (KeyDestroyed, SealError):
        return None
    return plain


def _written(kept: Mapping[str, _Kept]) -> str:
    return "\n".join(_APART.join((name, str(each.version), each.rows, " ".join(each.facets))) for name, each in kept.items())


def _read(lines: str) -> dict[str, _Kept]:
    read = {}
    for line in lines.split("\n") if lines else ():
        name, version, rows, facets = line.split(_APART)
        read[name] = _Kept(int(version), rows, frozenset(facets.split()))
    return read
