"""The form of the question, as customers and staff fill it in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import Length

from app.web.locales import lazy_text as _

#: One is as easy to choose as five, and they always stand in this order.
SCORE_LABELS = {
    1: _("Very dissatisfied"),
    2: _("Dissatisfied"),
    3: _("Neither satisfied nor dissatisfied"),
    4: _("Satisfied"),
    5: _("Very satisfied"),
}


class RateForm(FlaskForm):
    """How satisfied somebody is, and why."""

    class Meta:
        """Whoever answers has a link, not a session to bind a token to."""

        csrf = False

    score = RadioField(
        _("How satisfied are you with our help?"),
        choices=[SelectChoice(str(score), label) for score, label in SCORE_LABELS.items()],
        validate_choice=False,
    )
    comment = TextAreaField(_("What should we know?"), default="", validators=[Length(max=50_000)])
    page = HiddenField(default="")
    #: People do not see it; programs fill it in.
    website = StringField(_("Leave this empty"), default="")

    @property
    def chosen(self) -> int | None:
        """Return the chosen score, or None if there is none that can be read."""
        value = self.score.data or ""
        return int(value) if value in {str(score) for score in SCORE_LABELS} else None


class ContestForm(FlaskForm):
    """What staff write beside an answer."""

    note = TextAreaField("Note", default="")
