"""Rows to records and back. One class serves every table: a record's fields are its table's columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any, Generic, TypeVar, get_type_hints

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    RowMapping,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    func,
    select,
    update,
)
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
        self._connection.execute(_inserting(self._table), as_row(record))

    def add_new(self, record: T) -> bool:
        """Add a row unless one like it stands there already; say whether it was added."""
        statement = _inserting_new(self._table, self._key, self._connection.dialect.name)
        return self._connection.execute(statement, as_row(record)).first() is not None

    def add_or_get(self, record: T, *, by: str) -> T:
        """Add a row, or give the one that has the same value in `by`; see `handlers.ports.Rows`."""
        statement = _inserting_or_holding(self._table, by, self._connection.dialect.name)
        return as_record(self._kind, self._connection.execute(statement, as_row(record)).one()._mapping)

    def get(self, key: object, *, lock: bool = False) -> T:
        """Give a row; raise `NotFound`. `lock` holds others off it until the end of the transaction."""
        found = self.first(lock=lock, **{self._key.name: key})
        if found is None:
            raise NotFound(self._table.name)
        return found

    def first(self, *, lock: bool = False, **equal: object) -> T | None:
        """Give a row whose columns equal these, or None."""
        statement = _selecting(self._table, _shape(equal), lock)
        row = self._connection.execute(statement, _plain(equal)).first()
        return None if row is None else as_record(self._kind, row._mapping)

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
        parameters = {**_plain(values), "key_": key}
        if version is not None:
            parameters |= {"version": version + 1, "version_": version}
        statement = _updating(self._table, self._key, version is not None)
        if self._connection.execute(statement, parameters).rowcount == 1:
            return
        if version is None:
            raise NotFound(self._table.name)
        raise Conflict("Somebody changed this meanwhile. Look at it again, then repeat what you wanted.")

    def remove(self, **equal: object) -> int:
        """Remove the rows whose columns equal these; say how many."""
        return int(self._connection.execute(delete(self._table).where(self._where(equal))).rowcount)

    def _where(self, equal: Mapping[str, object]) -> ColumnElement[bool]:
        conditions = []
        for name, value in equal.items():
            column = self._table.c[name]
            conditions.append(column.in_(value) if isinstance(value, tuple) else column == value)
        return and_(True, *conditions)


Shape = tuple[tuple[str, str], ...]


def _shape(equal: Mapping[str, object]) -> Shape:
    kinds = ((name, "null" if value is None else "in" if isinstance(value, tuple) else "is") for name, value in equal.items())
    return tuple(kinds)


@cache
def _selecting(table: Table, shape: Shape, lock: bool) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    for name, kind in shape:
        column = table.c[name]
        if kind == "null":
            conditions.append(column.is_(None))
        elif kind == "in":
            conditions.append(column.in_(bindparam(name, expanding=True)))
        else:
            conditions.append(column == bindparam(name))
    statement = select(table).where(and_(True, *conditions)).limit(1)
    return statement.with_for_update() if lock else statement


@cache
def _inserting(table: Table) -> Insert:
    return table.insert()


@cache
def _inserting_new(table: Table, key: Any, dialect: str) -> Any:
    made = sqlite if dialect == "sqlite" else postgresql
    return made.insert(table).on_conflict_do_nothing().returning(key)


@cache
def _inserting_or_holding(table: Table, by: str, dialect: str) -> Any:
    """To set a column to what it holds already locks the row and gives it back, in the one statement that would have added it."""
    made = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    return made.on_conflict_do_update(index_elements=[by], set_={by: made.excluded[by]}).returning(*table.c)


@cache
def _updating(table: Table, key: Any, versioned: bool) -> Update:
    statement = update(table).where(key == bindparam("key_"))
    return statement.where(table.c.version == bindparam("version_")) if versioned else statement


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
