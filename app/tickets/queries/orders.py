"""In which order the list goes, and the places in it from which a page continues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    case,
    func,
    literal,
    tuple_,
)
from sqlalchemy.types import TypeEngine

from app.db import UTCDateTime
from app.tickets.models import Priority, Ticket
from app.tickets.queries.facet_values import read_number

_TYPES: Mapping[type, TypeEngine[Any]] = {datetime: UTCDateTime(), int: Integer()}
_TIME = "%Y%m%dT%H%M%S.%f"

#: When the customer last heard from us: our last answer, else their own request.
HEARD_AT: ColumnElement[datetime] = func.coalesce(
    Ticket.last_staff_message_at, Ticket.created_at, type_=Ticket.created_at.type
)
#: What nothing is owed on comes last.
_DUE_AT: ColumnElement[datetime] = func.coalesce(
    Ticket.next_due_at,
    literal(datetime(9999, 1, 1, tzinfo=UTC), type_=Ticket.created_at.type),
    type_=Ticket.created_at.type,
)
_URGENCY: ColumnElement[int] = case(
    {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2}, value=Ticket.priority, else_=3
)


@dataclass(frozen=True)
class Order:
    """An order of the list; tickets that tie go by their key.

    :ivar keys: what is compared first, all in the same direction.
    :ivar kinds: the type of each key.
    :ivar by_state: an index begins with the state and goes on with the keys, so that each state
        is read in order.
    """

    keys: tuple[SQLColumnExpression[Any], ...] = ()
    kinds: tuple[type, ...] = ()
    descending: bool = False
    by_state: bool = False

    @property
    def place(self) -> tuple[SQLColumnExpression[Any], ...]:
        """Return what a place in the list consists of."""
        return (*self.keys, Ticket.id)


ORDERS: Mapping[str, Order] = {
    "recent": Order((Ticket.updated_at,), (datetime,), descending=True, by_state=True),
    "oldest": Order((Ticket.updated_at,), (datetime,), by_state=True),
    "waiting": Order((HEARD_AT,), (datetime,)),
    "due": Order((_DUE_AT,), (datetime,)),
    "priority": Order((_URGENCY, HEARD_AT), (int, datetime)),
    "created": Order(descending=True),
}


def in_order(query: Select[Any], name: str, *, after: str = "") -> Select[Any]:
    """Return a query in an order, from a place on.

    :param after: as :func:`place_text` wrote it.
    """
    order = ORDERS[name]
    place = read_place(after, name)
    if place is not None:
        compared = tuple_(*order.place)
        cursor = tuple_(*place, types=[_TYPES[kind] for kind in (*order.kinds, int)])
        query = query.where(compared < cursor if order.descending else compared > cursor)
    return query.order_by(*(directed(column, order) for column in order.place))


def directed(column: SQLColumnExpression[Any], order: Order) -> SQLColumnExpression[Any]:
    """Return a column as the order walks it."""
    return column.desc() if order.descending else column


def place_text(values: Sequence[Any]) -> str:
    """Return a place in the list as addresses hold it."""
    parts = [
        f"{value.astimezone(UTC):{_TIME}}" if isinstance(value, datetime) else str(value)
        for value in values
    ]
    return "-".join(parts)


def read_place(text: str, name: str) -> tuple[Any, ...] | None:
    """Return the place that a text names in an order, or None if it makes no sense."""
    parts, kinds = text.split("-"), (*ORDERS[name].kinds, int)
    if len(parts) != len(kinds):
        return None
    values = [_value(part, kind) for part, kind in zip(parts, kinds, strict=True)]
    return None if None in values else tuple(values)


def _value(text: str, kind: type) -> Any:
    if kind is int:
        number = read_number(text)
        return None if number is None else int(number)
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
