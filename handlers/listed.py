"""Lines of the operator's lists, as whatever is made of them needs to see them: `config.lists` reads them, handlers never do."""

from __future__ import annotations

from typing import Protocol


class Keyed(Protocol):
    """An entry, under its key."""

    @property
    def key(self) -> str: ...
    @property
    def entry(self) -> str: ...


class ListLine(Keyed, Protocol):
    """An entry with its language, and where it is written."""

    @property
    def language(self) -> str: ...
    @property
    def list_name(self) -> str: ...
    @property
    def line(self) -> int: ...


class NamedKind(Protocol):
    """A kind of incident: its code, and its name in plain words."""

    @property
    def code(self) -> str: ...
    @property
    def label(self) -> str: ...
