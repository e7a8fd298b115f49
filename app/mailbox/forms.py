"""Forms of received mail."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.tickets.services.texts import BODY_MAX, EMAIL_MAX
from app.web.locales import lazy_text as _l


class PlayForm(FlaskForm):
    """What a customer would answer in their own mail program."""

    sender = StringField(
        _l("From"),
        validators=[DataRequired(), Length(max=EMAIL_MAX)],
        description=_l("Try another address, or a colleague's: a mail can claim anything."),
    )
    body = TextAreaField(_l("Answer"), validators=[DataRequired(), Length(max=BODY_MAX)])
