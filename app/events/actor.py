"""Who did something."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The kinds of actors that events name."""

    STAFF = "staff"
    CUSTOMER = "customer"
    VISITOR = "visitor"
    API = "api"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Someone or something that acts.

    :ivar kind: what the id refers to.
    :ivar id: key of the staff member, customer, visitor or token; None for the system.
    """

    kind: ActorKind
    id: int | None = None


SYSTEM = Actor(ActorKind.SYSTEM)


def staff_actor(user_id: int) -> Actor:
    """Return the actor for a member of staff."""
    return Actor(ActorKind.STAFF, user_id)


def customer_actor(customer_id: int) -> Actor:
    """Return the actor for an identified customer."""
    return Actor(ActorKind.CUSTOMER, customer_id)


def visitor_actor(visitor_id: int | None = None) -> Actor:
    """Return the actor for an anonymous visitor."""
    return Actor(ActorKind.VISITOR, visitor_id)
