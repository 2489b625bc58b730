"""The kinds of columns that all tables are made of."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, String

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def id_column() -> Column[str]:
    """Give the random id of a row."""
    return Column("id", String(32), primary_key=True)


def refers(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[str]:
    """Give a column that holds the id of a row of another table."""
    return Column(name, String(32), ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def hour(name: str = "hour") -> Column[int]:
    """Give a column of whole hours since 1970."""
    return Column(name, Integer, nullable=False)


def sealed(name: str = "content", *, nullable: bool = False) -> Column[bytes]:
    """Give a column of sealed bytes."""
    return Column(name, LargeBinary, nullable=nullable)


def word(name: str, *, nullable: bool = False) -> Column[str]:
    """Give a column of fixed words."""
    return Column(name, String(64), nullable=nullable)
