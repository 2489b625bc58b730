"""Cautions: what in a text to a source would give them away on a handset that is looked at. A person decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from handlers.caselog.packets import LONGEST_COPY
from handlers.caselog.precision import TimeStep
from handlers.caselog.signs import find_copied, find_listed, find_signs
from handlers.desk.findings import Found
from handlers.desk.private import Private
from handlers.desk.showing import EXAMPLES

OURS = ("Izwi", "Kimberley", "Kimberley Process", "KPCS", "KP Monitor", "focal point", "case log", "tip line", "human rights")
_SHAPES = ("number", "identity", "address", "plate")
_OF_US = "It names who writes, or what for. Whoever holds the handset learns whom its owner wrote to."
_PRIVATE = "It is hidden in the report since it points to a person."
_PLACE = "It names a place of the report, which tells what was reported."
_SUBJECT = "It is a word of the report that tells what it is about."
_COPIED = "These are the source's own words: a text that repeats them shows who sent them."
_SHAPE = "It looks like a number, an address or a name of an account."
_SHORTEST = 3  # letters: shorter words of a report stand in any text


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing in a text that may give somebody away: the words, and why."""

    words: str = field(repr=False)
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a text to the source of a report must not repeat. `names` are the organisation's and the monitor's."""

    texts: tuple[str, ...] = field(repr=False)
    found: tuple[Found, ...] = field(repr=False)
    private: tuple[Private, ...] = field(repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)

    def cautions(self, text: str) -> tuple[Caution, ...]:
        """Give what in a text to the source gives something away, each word once."""
        found: dict[str, Caution] = {}
        for caution in self._all(text):
            found.setdefault(caution.words.casefold(), caution)
        return tuple(found.values())

    def _all(self, text: str) -> Iterator[Caution]:
        for sentence, words in (
            (_OF_US, (*OURS, *self.names)),
            (_PRIVATE, [each.words for each in self.private]),
            (_PLACE, [*self._words("place"), *(item.finding.label.split(" (")[0] for item in self.found if _is_place(item))]),
            (_SUBJECT, self._words("category")),
        ):
            yield from (Caution(word, sentence) for word in find_listed(text, [word for word in words if len(word) >= _SHORTEST]))
        signs = find_signs(text, step=TimeStep.HOUR)
        yield from (Caution(sign.words, _SHAPE) for sign in signs if sign.kind in _SHAPES)
        yield from (Caution(words, _COPIED) for words in find_copied(text, self.texts, longest=LONGEST_COPY))

    def _words(self, stage: str) -> list[str]:
        evidence = [item for each in self.found if each.finding.stage == stage for item in each.finding.evidence]
        return [item.words for item in evidence if item.words.strip() and item.rule != EXAMPLES]  # those are any words


def seal_of(text: str, cautions: Sequence[Caution]) -> str:
    """Give a mark of a text and what was warned of: another one as soon as either changes."""
    said = "\0".join([text, *(f"{caution.words}\0{caution.sentence}" for caution in cautions)])
    return sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def _is_place(item: Found) -> bool:
    return item.finding.stage == "place"
