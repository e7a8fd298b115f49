"""Adding rows that may be there already."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from app.db import Base, db

Row = TypeVar("Row", bound=Base)


def insert_missing(
    model: type[Base], rows: Sequence[dict[str, Any]], *, unique: tuple[str, ...]
) -> bool:
    """Insert rows, passing over those whose unique columns are taken.

    :param rows: all with the same columns.
    :param unique: columns of the unique constraint that decides.
    :returns: whether it is certain that every row was new.
    """
    if not rows:
        return True
    table = model.__table__
    assert isinstance(table, Table)
    result = db.session.execute(
        _insert(table, _dialect(), unique),
        list(rows),
        execution_options={"preserve_rowcount": True},
    )
    return bool(result.rowcount == len(rows))  # type: ignore[attr-defined]


def insert_or_none(
    model: type[Row], values: dict[str, Any], *, unique: tuple[str, ...]
) -> Row | None:
    """Insert one row and return it, or None if its unique columns are taken."""
    row: Row | None = db.session.scalar(_insert_returning(model, _dialect(), unique), values)
    return row


def _dialect() -> str:
    return db.session.get_bind().dialect.name


# Built once for each table: building a statement costs as much as running it.
@cache
def _insert(
    target: Table | type[Base], dialect: str, unique: tuple[str, ...]
) -> sqlite.Insert | postgresql.Insert:
    insert = postgresql.insert(target) if dialect == "postgresql" else sqlite.insert(target)
    return insert.on_conflict_do_nothing(index_elements=unique)


@cache
def _insert_returning(model: type[Base], dialect: str, unique: tuple[str, ...]) -> Any:
    return _insert(model, dialect, unique).returning(model)
