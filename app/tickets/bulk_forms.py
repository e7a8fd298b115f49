"""The form of a change to several tickets: one, of which each act shows its own fields."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Optional

from app.tickets.forms import PRIORITY_LABELS, STATE_LABELS
from app.tickets.models import Disposition, TicketState
from app.web.locales import lazy_text as _l

#: Solving and holding ask for more, and are acts of their own.
PLAIN_STATES = (TicketState.OPEN, TicketState.WAITING_CUSTOMER)


class BulkForm(FlaskForm):
    """What to do to the tickets that were picked. The services know what there is.

    :ivar snooze: a name of :func:`app.tickets.moments.snooze_moments`, or ``day``.
    :ivar add: tags, separated by commas.
    """

    act = HiddenField()
    assignee = SelectField(_l("Assign to"), validate_choice=False)
    team = SelectField(_l("Team"), validate_choice=False)
    category = SelectField(_l("Category"), validate_choice=False)
    priority = SelectField(
        _l("Priority"),
        choices=[SelectChoice(value.value, label) for value, label in PRIORITY_LABELS.items()],
        validate_choice=False,
        default="normal",
    )
    state = SelectField(
        _l("State"),
        choices=[SelectChoice(state.value, STATE_LABELS[state]) for state in PLAIN_STATES],
        validate_choice=False,
    )
    resolution = StringField(_l("How was it resolved?"))
    reason = StringField(
        _l("Who has the ball, or what do we wait for?"), description=_l("Only staff read this.")
    )
    look_at = DateField(_l("Look at it again on"), [Optional()])
    snooze = RadioField(_l("Until when"), validate_choice=False, default="tomorrow")
    until = DateField(_l("On the morning of"), [Optional()])
    add = StringField(_l("Put on"), description=_l("Several with commas between them."))
    remove = SelectMultipleField(_l("Take off"), validate_choice=False)
    disposition = RadioField(
        _l("Where to"),
        choices=[
            SelectChoice(Disposition.SPAM.value, _l("Spam: it is in no list and no figure")),
            SelectChoice(Disposition.DELETED.value, _l("The bin: the customer no longer sees it")),
        ],
        validate_choice=False,
        default=Disposition.SPAM.value,
    )
