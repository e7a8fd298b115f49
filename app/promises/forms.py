"""Forms of promises. The services know what goes with what, and what a date means."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Optional

from app.web.locales import lazy_text as _l


class DueFields:
    """By when: one of the offered moments, else the time beside them."""

    promise_due = StringField(_l("By when"))
    promise_at = StringField(_l("Day and time"))

    @property
    def due(self) -> str:
        """Return the date as it was given, for `read_due`."""
        chosen = self.promise_due.data
        return str(self.promise_at.data or "") if chosen in (None, "at") else str(chosen)


class PromiseFields(DueFields):
    """A promise beside an answer, and what the answer keeps."""

    promise_text = StringField(_l("What do you promise?"))
    promise_visible = BooleanField(_l("The customer sees it"), default=True)
    keeps = SelectMultipleField(coerce=int, validate_choice=False)


class PromiseForm(PromiseFields, FlaskForm):
    """A promise made beside the conversation; no owner is the team."""

    promise_owner = IntegerField(_l("Who keeps it"), [Optional()])


class PromiseChangeForm(DueFields, FlaskForm):
    """A change of a promise, and the sequence of the promise it was chosen on."""

    sequence = IntegerField(validators=[InputRequired()])
    reply = IntegerField(validators=[Optional()])
    reason = StringField(_l("Why"))
    promise_owner = IntegerField(_l("Who keeps it"), [Optional()])


class HandOverForm(FlaskForm):
    """All that one person owes on a ticket goes to another; nobody is the team."""

    former = IntegerField(validators=[Optional()])
    promise_owner = IntegerField(validators=[Optional()])
