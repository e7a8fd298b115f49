"""What can be refused around tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.errors import Conflict, Invalid, PortalError
from app.tickets.models import Message, Ticket


@dataclass(frozen=True)
class Change:
    """A change that somebody made in the meantime.

    :ivar field: a value of :data:`app.tickets.queries.history.FIELD_OF_KIND`.
    :ivar old: the value before, as people read it.
    :ivar new: the value after.
    :ivar who: name of the actor; empty for everybody but staff.
    :ivar detail: what belongs to it: the day of a hold, the number of another ticket.
    """

    field: str
    old: str
    new: str
    who: str
    at: datetime
    detail: str = ""


class TicketChanged(Conflict):
    """The ticket is no longer what the person saw when they acted.

    :param ticket: as it is now.
    :param changes: properties that changed since, oldest first.
    :param messages: public messages that arrived since, oldest first.
    """

    code = "ticket_changed"
    user_message = "This ticket changed while you were working on it. Nothing was overwritten."

    def __init__(
        self, ticket: Ticket, *, changes: Sequence[Change], messages: Sequence[Message] = ()
    ) -> None:
        super().__init__()
        self.ticket = ticket
        self.changes = list(changes)
        self.messages = list(messages)


class TicketClosed(PortalError):
    """A closed ticket takes no more answers."""

    status = 409
    code = "ticket_closed"
    user_message = "This ticket is closed. Open a new one for the customer instead."


class MoveRefused(Invalid):
    """The state cannot follow the present one."""

    code = "move_refused"
    user_message = "The ticket cannot go from its present state to that one."


class SetAside(MoveRefused):
    """What is set aside already, or not at all, cannot be set aside or taken back."""

    code = "set_aside"
    user_message = "This ticket is set aside already. Take it back first."


class NotReopened(MoveRefused):
    """Only a ticket that the customer's last words opened again can be put back."""

    code = "not_reopened"
    user_message = "The ticket has moved on since the customer opened it again."


class HoldNeeded(Invalid):
    """A ticket is put on hold only by saying why and until when."""

    code = "hold_needed"
    user_message = "Please say why it is on hold, and when to look at it again."


class NothingOwed(Invalid):
    """A time can be set only for what is owed at the moment."""

    code = "nothing_owed"
    user_message = "This is not owed at the moment."

    def __init__(self) -> None:
        super().__init__(fields={"due": [self.user_message]})


class NotSolved(MoveRefused):
    """Only what is solved or closed was resolved somehow."""

    code = "not_solved"
    user_message = "This ticket is not solved."

    def __init__(self) -> None:
        super().__init__(fields={"resolution": [self.user_message]})


class ResolutionNeeded(Invalid):
    """A ticket is solved only by saying how."""

    code = "resolution_needed"
    user_message = "Please say how it was resolved."

    def __init__(self) -> None:
        super().__init__(fields={"resolution": [self.user_message]})


class KeyReused(Invalid):
    """An idempotency key came with another request than the first time."""

    code = "idempotency_key_reused"
    user_message = "This Idempotency-Key was used for a different request."


class NotAnswered(Conflict):
    """There is no answer to write a note about."""

    code = "not_answered"
    user_message = "This question has not been answered."


class DifferentPeople(Invalid):
    """Two tickets are not surely of one person, so each would read the words of the other."""

    code = "different_people"
    user_message = "These are of different people, and each would read the words of the other."
