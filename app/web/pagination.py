"""The one way to page through a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows.

    :ivar number: from 1.
    :ivar total: rows in all pages.
    """

    items: list[Row]
    number: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """Return the number of pages, at least 1."""
        return max(1, -(-self.total // self.per_page))

    @property
    def has_previous(self) -> bool:
        """Say whether a page comes before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Say whether a page follows."""
        return self.number < self.pages


def paginate(session: Session, query: Select[Any], *, number: int, per_page: int = 25) -> Page[Any]:
    """Fetch one page of a query of single entities.

    :param query: ordered by a key that ends in a unique column, or rows could repeat.
    :param number: wanted page; numbers outside the range give the nearest page.
    """
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, -(-total // per_page))
    number = min(max(1, number), last)
    rows = session.scalars(query.limit(per_page).offset((number - 1) * per_page)).unique().all()
    return Page(list(rows), number, per_page, total)
