"""Forms of escalations."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from app.escalations.labels import NOTICED_WORDS
from app.escalations.models import EntryLevel, NoticedBy, NoticeScope, Severity
from app.escalations.severities import PROMISES


def _number_or_none(value: Any) -> int | None:
    return int(value) if str(value or "").isdecimal() else None


class RaiseForm(FlaskForm):
    """What makes an escalation; the service says what is missing."""

    title = StringField("What is broken?", description="In a few words, for everybody.")
    severity = RadioField(
        "How do customers suffer?",
        choices=[SelectChoice(each.value, promise.effect) for each, promise in PROMISES.items()],
        validate_choice=False,
        description="If unsure, take the higher one; whether it was right is for the review.",
    )
    symptom = TextAreaField("What do customers see?", description="In their words.")
    question = TextAreaField("What do you need to know?")
    noticed_by = SelectField(
        "Who noticed it?",
        choices=[SelectChoice(each.value, word) for each, word in NOTICED_WORDS.items()],
        default=NoticedBy.CUSTOMER.value,
    )
    #: Numbers of tickets, separated by commas.
    tickets = HiddenField()


class FactsForm(FlaskForm):
    """What is known of it; a change carries the version it was made on."""

    version = IntegerField()
    title = StringField("Title")
    severity = SelectField(
        "Severity",
        choices=[
            SelectChoice(each.value, f"{each.value.upper()}: {promise.effect}")
            for each, promise in PROMISES.items()
        ],
        validate_choice=False,
    )
    symptom = TextAreaField("What customers see")
    question = TextAreaField("What support needs to know")
    workaround = TextAreaField("Way around it", description="What customers can do meanwhile.")
    area = SelectField("Area", coerce=_number_or_none, validate_choice=False)
    impact_started_at = DateTimeLocalField("Customers suffer since", [Optional()])


class MoveForm(FlaskForm):
    """Another state."""

    version = IntegerField()
    state = HiddenField()
    reason = StringField("What is new?", id="move-reason")


class DeclineForm(FlaskForm):
    """Why engineering will not take it."""

    version = IntegerField()
    reason = StringField(
        "Why?", id="decline-reason", description="Kind and honest; whoever raised it reads this."
    )
    instead = StringField("What to do instead", description="So that the customer is helped.")


class OtherForm(FlaskForm):
    """Another escalation, by its number."""

    version = IntegerField()
    of = StringField("Number of the other escalation")
    kind = SelectField(
        "What became of what was agreed then?",
        choices=[
            SelectChoice("", "Not known yet"),
            SelectChoice("known_unpaid", "It is still open"),
            SelectChoice("fix_did_not_hold", "It was done, and did not hold"),
        ],
        validate_choice=False,
    )

    @property
    def number(self) -> int | None:
        """Return the number that was typed, with or without its letter."""
        typed = (self.of.data or "").strip().upper().removeprefix("E-").strip()
        return int(typed) if typed.isdecimal() and len(typed) < 10 else None


class EntryForm(FlaskForm):
    """Something that happened."""

    text = TextAreaField("What happened?")
    happened_at = DateTimeLocalField("When?", [Optional()], description="Empty is now.")
    level = SelectField(
        "Part of",
        choices=[
            SelectChoice(EntryLevel.STORY.value, "The story"),
            SelectChoice(EntryLevel.LOG.value, "The log"),
        ],
        validate_choice=False,
    )


class TextsForm(FlaskForm):
    """Words to customers, one text for each language that they read."""

    text_en = TextAreaField("In English")
    text_de = TextAreaField("In German")
    text_ar = TextAreaField("In Arabic")

    @property
    def texts(self) -> dict[str, str]:
        """Return what was written, by language."""
        fields = {"en": self.text_en, "de": self.text_de, "ar": self.text_ar}
        return {language: field.data or "" for language, field in fields.items()}


class UpdateForm(TextsForm):
    """What every affected customer is told."""

    next_update_at = DateTimeLocalField(
        "By when will they hear again?",
        [Optional()],
        description="Customers read it, and it becomes a promise of yours on each ticket.",
    )
    asks = BooleanField("Ask whether it is solved for them")


class NoticeForm(TextsForm):
    """What those who may be affected read in the widget and the help centre."""

    text_en = TextAreaField("In English", id="notice-en")
    text_de = TextAreaField("In German", id="notice-de")
    text_ar = TextAreaField("In Arabic", id="notice-ar")
    scope = SelectField(
        "Who reads it?",
        choices=[
            SelectChoice(NoticeScope.SITE.value, "Everybody on its site"),
            SelectChoice(NoticeScope.ACCOUNTS.value, "The accounts whose tickets are linked"),
        ],
        validate_choice=False,
    )


class ReleaseForm(FlaskForm):
    """Something that went out."""

    version = StringField("Version", description="As the team names it.")
    released_at = DateTimeLocalField("When?", [Optional()], description="Empty is now.")
    area = SelectField("Area", coerce=_number_or_none, validate_choice=False)
    flags = StringField("Flags", description="What was switched on or off with it.")
    note = TextAreaField("What changed?")


class TargetForm(FlaskForm):
    """By when the team means to have it."""

    kind = SelectField(
        "What?",
        choices=[SelectChoice("mitigate", "Mitigated"), SelectChoice("resolve", "Resolved")],
        id="target-kind",
        validate_choice=False,
    )
    due_at = DateTimeLocalField(
        "By when?", [Optional()], description="Empty takes the time back.", id="target-due"
    )


class LinkForm(FlaskForm):
    """Tickets to link, by their numbers."""

    numbers = StringField("Numbers of tickets", description="Several with commas.")


SEVERITIES = tuple(Severity)
