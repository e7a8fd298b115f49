"""What an answer or a note promises and keeps, done once it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.events.actor import Actor
from app.promises.models import OWED
from app.promises.queries import promise_of_ticket
from app.promises.services.changing import keep_promise
from app.promises.services.making import make_promise
from app.texts import Sentence
from app.tickets.models import Message, MessageKind, Ticket

#: What is promised where only a date was chosen, in the words of the customer's language.
USUAL_PROMISE = Sentence("An answer")


@dataclass(frozen=True)
class PromiseWish:
    """What is to happen to promises when a message is sent.

    :ivar text: what is promised; empty promises nothing.
    :ivar due_at: by when; None promises nothing.
    :ivar keeps: keys of promises that the message keeps.
    """

    text: str = ""
    due_at: datetime | None = None
    customer_visible: bool = True
    keeps: Sequence[int] = ()


def fulfil_wish(
    ticket: Ticket, message: Message, wish: PromiseWish, *, actor: Actor, now: datetime
) -> None:
    """Make the promise that goes with a message, and keep what an answer keeps.

    Whatever somebody else settled in the meantime stays settled.

    :param now: when the writer asked for it.
    :raises Invalid: the promise cannot be made.
    """
    if message.kind == MessageKind.MESSAGE:
        for promise_id in wish.keeps:
            promise = promise_of_ticket(ticket.id, promise_id)
            if promise.state in OWED:
                keep_promise(
                    promise,
                    kept_at=message.sent_at,
                    message_id=message.id,
                    actor=actor,
                    now=max(now, message.sent_at),
                )
    if wish.due_at is not None:
        make_promise(
            ticket,
            text=wish.text,
            due_at=wish.due_at,
            owner_id=actor.id,
            customer_visible=wish.customer_visible,
            message_id=message.id,
            actor=actor,
            now=now,
        )
