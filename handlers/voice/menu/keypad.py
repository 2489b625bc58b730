"""The keypad of field monitors: which keys mean which kind of incident and which place, by the operator's lists.

The keys stand on printed cards: a list that is changed makes the cards wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from handlers.listed import Keyed, NamedKind

WHEN: Mapping[str, str] = {"1": "now", "2": "today", "3": "yesterday", "4": "this week", "5": "earlier"}
HELP: Mapping[str, str] = {"1": "hurt", "2": "held", "3": "in danger", "4": "nobody"}
NOT_KNOWN = "0"  # the place is not on the card, or nobody counted


class NamedPlace(Protocol):
    """A place."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def level(self) -> str: ...


class KeypadLists(Protocol):
    """The lists that the keypad is made of."""

    @property
    def categories(self) -> Sequence[NamedKind]: ...
    @property
    def places(self) -> Sequence[NamedPlace]: ...
    @property
    def category_keys(self) -> Sequence[Keyed]: ...
    @property
    def place_codes(self) -> Sequence[Keyed]: ...


@dataclass(frozen=True, slots=True)
class Keypad:
    """What the keys mean: `groups` of kinds of incident by key, `places` (id and name) by code."""

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def codes(self, group: str) -> tuple[str, ...]:
        """Give the kinds of incident of a group, in the order of their keys; none where there is no such group."""
        return self.groups.get(group, ())

    def category(self, answers: Mapping[str, str]) -> str | None:
        """Give the kind of incident that was pressed."""
        codes, key = self.codes(answers.get("group", "")), answers.get("category", "")
        return codes[int(key) - 1] if key.isdecimal() and 0 < int(key) <= len(codes) else None

    def meaning(self, question: str, answers: Mapping[str, str]) -> str | None:
        """Give what was answered to a question, in the words of the lists; None where nothing was."""
        keys = answers.get(question, "")
        if question == "category":
            return self.category(answers)
        if question == "place":
            return self.places[keys][0] if keys in self.places else None
        if question == "how_many":
            return str(int(keys)) if keys.isdecimal() and int(keys) else None
        return {"when": WHEN, "help": HELP}.get(question, {}).get(keys)


def build_keypad(lists: KeypadLists) -> Keypad:
    """Compile the lists, which are checked where they are read."""
    groups: dict[str, list[str]] = defaultdict(list)
    for line in lists.category_keys:
        groups[line.key].append(line.entry)
    known = {f"{place.name} {place.level}".casefold(): (place.id, place.name) for place in lists.places}
    return Keypad(
        groups={key: tuple(groups[key]) for key in sorted(groups)},
        labels={category.code: category.label for category in lists.categories},
        places={line.key: known[line.entry.casefold()] for line in lists.place_codes},
    )
