"""What the templates of promises are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale

from app.clock import utc_now
from app.promises.dates import DueChoice, WorkingDays, quick_choices, read_due, usual_days
from app.promises.forms import PromiseChangeForm, PromiseFields, PromiseForm
from app.promises.queries import owed_by, promises_a_reply_may_keep, promises_of_ticket
from app.staff.access import current_staff
from app.staff.queries import staff_member
from app.texts import clean_line
from app.tickets.models import Ticket
from app.tickets.queries.filters import PROMISE_SOON
from app.tickets.queries.inbox import assignable_staff
from app.tickets.queries.promised import last_reply
from app.tickets.services.promising import USUAL_PROMISE, PromiseWish
from app.web.locales import LOCALES, best_locale, translated
from app.web.settings import current_settings


@dataclass(frozen=True)
class LeftBehind:
    """What a former assignee of a ticket still owes on it.

    :ivar former: their name.
    :ivar count: of promises.
    :ivar assignee: name of whoever has the ticket now, or empty.
    """

    former_id: int
    former: str
    count: int
    assignee_id: int | None
    assignee: str


def promises_left_behind(ticket: Ticket, former_id: int | None) -> LeftBehind | None:
    """Return what somebody still owes on a ticket that was given to somebody else.

    :param former_id: the assignee before; None leaves nothing behind.
    """
    if former_id is None or former_id == ticket.assignee_id or ticket.promise_due_at is None:
        return None
    count = len(owed_by(ticket.id, former_id))
    if not count:
        return None
    now = staff_member(ticket.assignee_id).name if ticket.assignee_id is not None else ""
    former = staff_member(former_id).name
    return LeftBehind(former_id, former, count, ticket.assignee_id, now)


def working_days() -> WorkingDays:
    """Return when the team works."""
    return usual_days(ZoneInfo(current_settings().timezone))


def due_choices() -> list[DueChoice]:
    """Return the dates to offer now."""
    return quick_choices(utc_now(), working_days())


def composer_promises(ticket: Ticket) -> dict[str, Any]:
    """Return what the promise beside an answer needs."""
    return {
        "due_choices": due_choices(),
        "keepable": promises_a_reply_may_keep(ticket.id) if ticket.promise_due_at else [],
        "zone": current_settings().timezone,
    }


def wished_promise(form: PromiseFields, ticket: Ticket, *, now: datetime) -> PromiseWish:
    """Return what a form wants to happen to promises when its message is sent.

    :raises Invalid: something is promised, and the date is missing or makes no sense.
    """
    keeps = tuple(form.keeps.data or ())
    if not (form.promise_text.data or form.due):
        return PromiseWish(keeps=keeps)
    text, due_at = read_promise(form, ticket, now=now)
    return PromiseWish(text, due_at, bool(form.promise_visible.data), keeps)


def read_promise(form: PromiseFields, ticket: Ticket, *, now: datetime) -> tuple[str, datetime]:
    """Return what a form promises, and by when.

    :raises Invalid: the date is missing or makes no sense.
    """
    due_at = read_due(form.due, now=now, days=working_days(), field="promise_due")
    text = clean_line(str(form.promise_text.data or ""))
    if not text:
        with force_locale(best_locale(ticket.locale) or LOCALES[0]):
            text = translated(USUAL_PROMISE)
    return text, due_at


def promises_context(
    ticket: Ticket,
    form: PromiseForm | PromiseChangeForm | None = None,
    *,
    promise_id: int = 0,
    act: str = "",
) -> dict[str, Any]:
    """Return what the promises beside the conversation need.

    :param form: as it was sent, when something was refused.
    :param promise_id: the promise it was about; 0 for a new one.
    :param act: what should have become of it.
    """
    now = utc_now()
    promises = promises_of_ticket(ticket.id)
    owed = any(promise.is_owed for promise in promises)
    return {
        "ticket": ticket,
        "promises": promises,
        "promise_form": form,
        "promise_id": promise_id,
        "promise_act": act,
        "due_choices": due_choices(),
        "last_reply": last_reply(ticket.id) if owed else None,
        "assignee_choices": assignable_staff(),
        "me": current_staff().id,
        "now": now,
        "soon": now + PROMISE_SOON,
        "zone": current_settings().timezone,
    }
