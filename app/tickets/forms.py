"""Forms of the inbox, and the filter that its address holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from app.tickets.models import Priority, TicketState
from app.tickets.queries.inbox import SORTS, STATE_FILTERS, Cursor, InboxFilter
from app.tickets.services.texts import BODY_MAX, EMAIL_MAX, NAME_MAX, SUBJECT_MAX

STATE_LABELS = {
    TicketState.NEW: _l("New"),
    TicketState.OPEN: _l("Open"),
    TicketState.WAITING_CUSTOMER: _l("Waiting for customer"),
    TicketState.ON_HOLD: _l("On hold"),
    TicketState.SOLVED: _l("Solved"),
    TicketState.CLOSED: _l("Closed"),
}
FILTER_LABELS = {
    "unsolved": _l("All unsolved"),
    **{state.value: label for state, label in STATE_LABELS.items()},
    "any": _l("Any state"),
}
PRIORITY_LABELS = {
    Priority.LOW: _l("Low"),
    Priority.NORMAL: _l("Normal"),
    Priority.HIGH: _l("High"),
    Priority.URGENT: _l("Urgent"),
}
TEXT_FILTER_MAX = 100


def inbox_filter(args: Mapping[str, str], *, staff_id: int) -> InboxFilter:
    """Read the filter out of an address; what makes no sense counts as not given.

    :param staff_id: whom ``assignee=me`` means.
    """
    state, sort = args.get("state", "unsolved"), args.get("sort", "recent")
    return InboxFilter(
        state=state if state in STATE_FILTERS else "unsolved",
        assignee=_assignee(args.get("assignee", "anyone"), staff_id),
        site_id=_number(args.get("site", "")),
        text=" ".join(args.get("q", "").replace("\x00", "").split())[:TEXT_FILTER_MAX],
        sort=sort if sort in SORTS else "recent",
        after=_cursor(args.get("after", "")),
    )


def filter_args(wanted: InboxFilter, *, staff_id: int) -> dict[str, str]:
    """Return what an address holds for a filter; defaults are left out, and so is the place."""
    assignee = "me" if wanted.assignee == staff_id else str(wanted.assignee)
    values = {
        "state": wanted.state,
        "assignee": assignee,
        "site": "" if wanted.site_id is None else str(wanted.site_id),
        "q": wanted.text,
        "sort": wanted.sort,
    }
    defaults = {"state": "unsolved", "assignee": "anyone", "site": "", "q": "", "sort": "recent"}
    return {name: value for name, value in values.items() if value != defaults[name]}


def cursor_text(cursor: Cursor) -> str:
    """Return a place in the list as an address holds it."""
    return f"{cursor[0].astimezone(UTC):%Y%m%dT%H%M%S.%f}-{cursor[1]}"


def _cursor(text: str) -> Cursor | None:
    at, _, key = text.partition("-")
    try:
        return datetime.strptime(at, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), int(key)
    except ValueError:
        return None


def _assignee(value: str, staff_id: int) -> str | int:
    if value == "me":
        return staff_id
    if value in ("anyone", "nobody"):
        return value
    return _number(value) or "anyone"


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None


def _choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class VersionedForm(FlaskForm):
    """A change of one property, and the version of the ticket it was chosen on."""

    version = IntegerField(validators=[InputRequired()])


class StateForm(VersionedForm):
    """Another state."""

    state = SelectField(_l("State"), choices=_choices(STATE_LABELS))


class PriorityForm(VersionedForm):
    """Another priority."""

    priority = SelectField(_l("Priority"), choices=_choices(PRIORITY_LABELS))


class AssigneeForm(VersionedForm):
    """Another assignee; empty is nobody. The service knows who there is."""

    assignee = IntegerField(_l("Assignee"), [Optional()])


class ComposerForm(FlaskForm):
    """An answer or a note, and what its writer had seen."""

    kind = RadioField(
        choices=[SelectChoice("reply", _l("Reply")), SelectChoice("note", _l("Internal note"))],
        default="reply",
    )
    body = TextAreaField(
        _l("Message"),
        [DataRequired(_l("Please write something.")), Length(max=BODY_MAX)],
    )
    files = MultipleFileField(_l("Attach files"))
    next = StringField(validators=[Optional(), AnyOf([state.value for state in TicketState])])
    version = IntegerField(validators=[Optional()])
    seen = IntegerField(validators=[Optional()])
    preview = StringField()


class NewTicketForm(FlaskForm):
    """A ticket that staff open for a customer."""

    customer_id = HiddenField()
    requester_name = StringField(_l("Customer's name"), [Length(max=NAME_MAX)])
    requester_email = EmailField(
        _l("Customer's e-mail"),
        [Length(max=EMAIL_MAX)],
        description=_l("They get the number, a link to this request, and your answers."),
    )
    subject = StringField(
        _l("Subject"),
        [DataRequired(_l("Please say what it is about.")), Length(max=SUBJECT_MAX)],
    )
    body = TextAreaField(
        _l("Message"),
        [DataRequired(_l("Please write something.")), Length(max=BODY_MAX)],
        description=_l("The customer reads this. Markdown works."),
    )
    priority = SelectField(
        _l("Priority"), choices=_choices(PRIORITY_LABELS), default=Priority.NORMAL
    )
    files = MultipleFileField(_l("Attach files"))


def first_errors(form: FlaskForm) -> dict[str, Any]:
    """Return the first message of each field that was refused."""
    return {name: messages[0] for name, messages in form.errors.items() if messages}
