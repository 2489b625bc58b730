"""What leaves the desk: the check of an entry for words that point to somebody, and the packet that a recipient is handed.

The check is a second pair of eyes, not a proof: a concern that blocks keeps a proposal back until its words are changed, a
warning is shown to both persons.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from handlers.caselog import signs
from handlers.caselog.content import EntryContent
from handlers.caselog.ledger import Appended, head_fields
from handlers.caselog.precision import BAND_TEXTS, TimeStep, time_step

LONGEST_COPY = 5  # words in a row that may stand in both texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One thing in an entry that may point to somebody: `words` of its `where`, and a sentence for the coordinator."""

    kind: str
    is_blocking: bool
    where: str
    sentence: str
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """What one recipient is handed of one entry. With salt and proof it can be checked alone against the signed head.

    `id` is the same however often the packet is handed over.
    """

    id: str
    index: int
    content: Mapping[str, Any] = field(repr=False)
    salt: str = field(repr=False)
    proof: tuple[str, ...] = field(repr=False)
    head: Mapping[str, Any]

    def as_fields(self) -> dict[str, Any]:
        """Give the packet as plain JSON values."""
        return asdict(self) | {"proof": list(self.proof)}

    @classmethod
    def from_fields(cls, plain: Mapping[str, Any]) -> Packet:
        """Read what `as_fields` gave."""
        return cls(**(dict(plain) | {"proof": tuple(plain["proof"])}))


def make_packet(appended: Appended, content: EntryContent, *, salt: bytes, public_key: bytes) -> Packet:
    """Make the packet of an entry that was just appended."""
    head, index = head_fields(appended.head.size, appended.head.root, public_key), appended.entry.index
    return Packet(
        id=packet_id(head["log_id"], index),
        index=index,
        content=content.as_fields(),
        salt=salt.hex(),
        proof=tuple(part.hex() for part in appended.proof),
        head=head | {"signature": appended.head.signature.hex()},
    )


def packet_id(log_id: str, index: int) -> str:
    """Name the packet of an entry: the same each time, another for each log and entry."""
    return "entry_" + hashlib.sha256(f"izwi packet v1\0{log_id}\0{index}".encode()).hexdigest()[:32]


def lint(
    content: EntryContent, tellings: Sequence[str], names: Sequence[str], *, finer_places: Sequence[str] = ()
) -> tuple[Concern, ...]:
    """Find what may point to a source or a person, before an entry is approved.

    `tellings` are the source's own texts, `names` the names of people that are known or were found in them, `finer_places` the
    names of all places finer than the chosen level.
    """
    found = [*_in_fields(content)]
    # A village and its ward may share their name.
    finer = [name for name in finer_places if signs.fold(name) != signs.fold(content.place)]
    for where, text in _texts(content).items():
        found += [
            Concern(kind=sign.kind, is_blocking=sign.is_blocking, where=where, sentence=sign.sentence, words=sign.words)
            for sign in signs.find_signs(text, step=time_step(content.when))
        ]
        found += _listed(where, text, names, kind="name", sentence="This is a person's name; tell of people by their role.")
        found += _copied(where, text, tellings)
        found += _listed(
            where, text, finer, kind="place", sentence=f"This is finer than the {content.place_level} that was chosen."
        )
    return tuple(dict.fromkeys(found))


def _texts(content: EntryContent) -> dict[str, str]:
    """Give the fields that a person wrote."""
    return {"summary": content.summary, "place": content.place, "people": content.people, "actors": "; ".join(content.actors)}


def _in_fields(content: EntryContent) -> Iterator[Concern]:
    step = time_step(content.when)
    if step is None:
        sentence = "Write the time as a day, week, month or year in one of the given forms."
        yield Concern(kind="time", is_blocking=True, where="when", sentence=sentence, words=content.when)
    elif step is TimeStep.HOUR:
        sentence = "The hour tells who was there; a day, week or month is safer."
        yield Concern(kind="time", is_blocking=False, where="when", sentence=sentence, words=content.when)
    if content.people not in BAND_TEXTS:
        sentence = f"Give the number of people as a band: {', '.join(BAND_TEXTS)}."
        yield Concern(kind="count", is_blocking=True, where="people", sentence=sentence, words=content.people)


def _listed(where: str, text: str, listed: Sequence[str], *, kind: str, sentence: str) -> Iterator[Concern]:
    for words in signs.find_listed(text, listed):
        yield Concern(kind=kind, is_blocking=True, where=where, sentence=sentence, words=words)


def _copied(where: str, text: str, tellings: Sequence[str]) -> Iterator[Concern]:
    for words in signs.find_copied(text, tellings, longest=LONGEST_COPY):
        sentence = "These are the source's own words, and people are known by their words; say it in yours."
        yield Concern(kind="copy", is_blocking=True, where=where, sentence=sentence, words=words)
