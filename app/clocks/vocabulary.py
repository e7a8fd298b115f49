"""The words of ticket clocks.

Source: docs/clocks.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class CommitmentKind(StrEnum):
    """What we owe a customer by a time."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLUTION = "resolution"


class CommitmentState(StrEnum):
    """How a commitment stands.

    Running and paused ones are pending; only met and breached ones are in a rate.
    """

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    EXCLUDED = "excluded"


class Exclusion(StrEnum):
    """Why a commitment is in no rate; the first four are a ticket's dispositions."""

    SPAM = "spam"
    MERGED = "merged"
    DUPLICATE = "duplicate"
    DELETED = "deleted"
    RESOLVED_WITHOUT_REPLY = "resolved_without_reply"
    NO_TARGET = "no_target"


class Status(StrEnum):
    """The states of a ticket, as its events name them."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting_customer"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"


REPLIES = frozenset({CommitmentKind.FIRST_REPLY, CommitmentKind.NEXT_REPLY})

#: The ball is with us. Being on hold is no pause: the customer waits whoever we wait for.
WITH_US = frozenset({Status.NEW, Status.OPEN, Status.ON_HOLD})

#: We say that it is done.
DONE = frozenset({Status.SOLVED, Status.CLOSED})

#: Least urgent first.
PRIORITIES = ("low", "normal", "high", "urgent")

URGENCY: Mapping[str, int] = {name: rank for rank, name in enumerate(PRIORITIES)}

#: A result is provisional for so long: until then a reopening makes it undecided again.
MATURITY = timedelta(days=7)
