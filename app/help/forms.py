"""Forms of the help centre."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.knowledge.services import FEEDBACK_REASONS
from app.web.locales import lazy_text as _


class PublicForm(FlaskForm):
    """Base of forms for anyone: their access rule checks the origin, so there is no token."""

    class Meta:
        """No session, so nothing to bind a token to."""

        csrf = False


class FeedbackForm(PublicForm):
    """A vote on an article."""

    revision_id = IntegerField(validators=[InputRequired()])
    helped = RadioField(choices=["yes", "no"], validators=[InputRequired()])
    asked = StringField(default="")
    reasons = SelectMultipleField(choices=list(FEEDBACK_REASONS), default=[])
    comment = TextAreaField(default="", validators=[Optional(), Length(max=2000)])


class AskForm(PublicForm):
    """Write to us."""

    name = StringField(_("Your name"), default="", validators=[Length(max=120)])
    email = StringField(_("Your e-mail address"), default="", validators=[Length(max=254)])
    subject = StringField(_("What is it about?"), default="", validators=[Length(max=200)])
    body = TextAreaField(_("Tell us more"), default="", validators=[Length(max=50_000)])
    files = MultipleFileField(_("Choose files"))
    article = StringField(default="")
    #: Number of a known incident that it is about.
    incident = IntegerField(default=None, validators=[Optional()])
    key = HiddenField(default="")
    #: People do not see it; programs fill it in.
    website = StringField(_("Leave this empty"), default="")


class ReplyForm(PublicForm):
    """Answer on one's own request."""

    body = TextAreaField(_("Your message"), default="", validators=[Length(max=50_000)])
    files = MultipleFileField(_("Choose files"))


class DoubtForm(PublicForm):
    """What is still missing on a request that we took for solved."""

    body = TextAreaField(_("What is still missing?"), default="", id="missing")


class SignInForm(PublicForm):
    """Where to mail the link to one's requests."""

    email = StringField(_("Your e-mail address"), default="")
