"""Rows to records and back. One class serves every table: a record's fields are its table's columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from typing import Any, Generic, TypeVar, get_type_hints

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from handlers.errors import Conflict, NotFound

T = TypeVar("T")


class Repository(Generic[T]):
    """Keeps the records of one kind in one table, within one transaction."""

    def __init__(self, connection: Connection, table: Table, kind: type[T]) -> None:
        self._connection = connection
        self._table = table
        self._kind = kind
        (self._key,) = table.primary_key.columns

    def add(self, record: T) -> None:
        """Add a row."""
        self._connection.execute(self._table.insert(), as_row(record))

    def add_new(self, record: T) -> bool:
        """Add a row unless one like it stands there already; say whether it was added."""
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(self._table).on_conflict_do_nothing().returning(self._key)
        return self._connection.execute(statement, as_row(record)).first() is not None

    def get(self, key: object, *, lock: bool = False) -> T:
        """Give a row; raise `NotFound`. `lock` holds others off it until the end of the transaction."""
        found = self._first(self._key == key, lock=lock)
        if found is None:
            raise NotFound(self._table.name)
        return found

    def first(self, *, lock: bool = False, **equal: object) -> T | None:
        """Give a row whose columns equal these, or None."""
        return self._first(self._where(equal), lock=lock)

    def all(self, **equal: object) -> list[T]:
        """Give every row whose columns equal these (a tuple: is one of them)."""
        rows = self._connection.execute(select(self._table).where(self._where(equal)).order_by(self._key))
        return [as_record(self._kind, row._mapping) for row in rows]

    def count(self, **equal: object) -> int:
        """Count the rows whose columns equal these."""
        statement = select(func.count()).select_from(self._table).where(self._where(equal))
        return int(self._connection.execute(statement).scalar_one())

    def change(self, key: object, *, version: int | None = None, **values: object) -> None:
        """Change columns of a row; see `handlers.ports.Rows`."""
        statement = update(self._table).where(self._key == key)
        if version is not None:
            statement = statement.where(self._table.c.version == version)
            values["version"] = version + 1
        if self._connection.execute(statement, _plain(values)).rowcount == 1:
            return
        if version is None:
            raise NotFound(self._table.name)
        raise Conflict("Somebody changed this meanwhile. Look at it again, then repeat what you wanted.")

    def remove(self, **equal: object) -> int:
        """Remove the rows whose columns equal these; say how many."""
        return int(self._connection.execute(delete(self._table).where(self._where(equal))).rowcount)

    def _first(self, condition: ColumnElement[bool], *, lock: bool) -> T | None:
        statement = select(self._table).where(condition).limit(1)
        if lock:
            statement = statement.with_for_update()
        row = self._connection.execute(statement).first()
        return None if row is None else as_record(self._kind, row._mapping)

    def _where(self, equal: Mapping[str, object]) -> ColumnElement[bool]:
        conditions = []
        for name, value in equal.items():
            column = self._table.c[name]
            conditions.append(column.in_(value) if isinstance(value, tuple) else column == value)
        return and_(True, *conditions)


def as_row(record: Any) -> dict[str, Any]:
    """Give a record's columns."""
    return _plain({field.name: getattr(record, field.name) for field in fields(record)})


def as_record(kind: type[T], row: RowMapping) -> T:
    """Give the record of a row, its words turned into the enumerations that the record names."""
    enums = _enums_of(kind)
    values = {str(name): value for name, value in row.items()}
    return kind(**{name: enums[name](value) if name in enums and value is not None else value for name, value in values.items()})


_ENUMS: dict[type, dict[str, type[Enum]]] = {}


def _enums_of(kind: type) -> dict[str, type[Enum]]:
    if kind not in _ENUMS:
        hints = get_type_hints(kind)
        _ENUMS[kind] = {name: hint for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, Enum)}
    return _ENUMS[kind]


def _plain(values: Mapping[str, object]) -> dict[str, Any]:
    return {name: value.value if isinstance(value, Enum) else value for name, value in values.items()}
