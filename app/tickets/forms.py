"""Forms of the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from app.clocks.vocabulary import CommitmentKind
from app.knowledge.forms import NewArticleForm
from app.promises.forms import PromiseFields
from app.tickets.labels import RELATION_LABELS
from app.tickets.models import Priority, TicketState
from app.tickets.relations import CHOSEN
from app.tickets.services.texts import BODY_MAX, EMAIL_MAX, NAME_MAX, SUBJECT_MAX
from app.tickets.services.views import VIEW_NAME_MAX
from app.web.locales import lazy_text as _l

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


def _choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class VersionedForm(FlaskForm):
    """A change of one property, and the version of the ticket it was chosen on."""

    version = IntegerField(validators=[InputRequired()])


class StateForm(VersionedForm):
    """Another state."""

    state = SelectField(_l("State"), choices=_choices(STATE_LABELS))


class HoldForm(VersionedForm):
    """Why a ticket is on hold, and when to look at it again."""

    reason = StringField(
        _l("Who has the ball, or what do we wait for?"),
        description=_l("Only staff read this."),
    )
    look_at = DateField(
        _l("Look at it again on"),
        [Optional()],
        description=_l("It comes back into the lists that morning, or when the customer writes."),
    )


class AsideForm(VersionedForm):
    """Out of a ticket's normal life. The service knows what staff may choose."""

    disposition = HiddenField()


class MergeForm(VersionedForm):
    """The ticket that another one goes on in."""

    into = IntegerField(
        _l("Another number"),
        [Optional()],
        description=_l("If the ticket is not in the list. It must be of the same person."),
    )
    choice = IntegerField(validators=[Optional()])
    tell = BooleanField(
        _l("Tell the customer by mail"),
        description=_l(
            "In a few kind words, with the number and the link. It counts as no answer."
        ),
    )


class RelationForm(VersionedForm):
    """Another ticket, what this one is to it, and whether it is solved with that."""

    choice = IntegerField(validators=[Optional()])
    kind = RadioField(
        _l("This ticket"), choices=_choices({kind: RELATION_LABELS[kind] for kind in CHOSEN})
    )
    solve = BooleanField(_l("Solve it as asked twice"))
    find = HiddenField()


class SplitForm(VersionedForm):
    """What becomes a ticket of its own, and what that is about."""

    subject = StringField(_l("What the new ticket is about"))
    message = SelectMultipleField(coerce=int, validate_choice=False)


class ResolutionForm(VersionedForm):
    """How a ticket was resolved, and how long that took, if somebody likes to say so.

    The service refuses what there is not.
    """

    resolution = StringField(_l("How was it resolved?"))
    minutes = IntegerField(_l("Minutes you worked on it"), [Optional()])


class KnowledgeForm(FlaskForm):
    """Whether an article answers a ticket, and which. The service knows what there is."""

    knowledge = StringField(_l("Would an article have answered it?"))
    article = IntegerField(_l("Which article?"), [Optional()])


class SolveForm(KnowledgeForm, ResolutionForm):
    """How a ticket was resolved, and what the knowledge base has to do with it."""


class ArticleFromTicketForm(NewArticleForm):
    """The draft of an article, and that its writer has read it through."""

    is_clean = BooleanField(
        _l("I have read it through: it tells nothing about this customer"),
    )


class PriorityForm(VersionedForm):
    """Another priority."""

    priority = SelectField(_l("Priority"), choices=_choices(PRIORITY_LABELS))


class AssigneeForm(VersionedForm):
    """Another assignee; empty is nobody. The service knows who there is."""

    assignee = IntegerField(_l("Assignee"), [Optional()])


class ViewForm(FlaskForm):
    """A view: its name, and what the address of the list holds in it."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Please give it a name.")), Length(max=VIEW_NAME_MAX)]
    )
    shared = BooleanField(_l("Everybody sees it"))
    query = HiddenField()


class TagNameForm(FlaskForm):
    """Another name for a tag."""

    name = StringField(_l("Name"), description=_l("The name of another tag makes them one."))


class SpentForm(FlaskForm):
    """Minutes that somebody worked on a ticket; below zero takes off what they said before."""

    minutes = IntegerField(
        _l("Minutes to add"), [InputRequired(_l("How many minutes? Zero is fine."))]
    )


class DueForm(FlaskForm):
    """By when something is due, said by hand.

    :ivar hand_back: the rules say it again.
    """

    commitment = SelectField(
        choices=[SelectChoice(kind.value, kind.value) for kind in CommitmentKind]
    )
    due = StringField(_l("By when"), [Length(max=40)])
    hand_back = BooleanField()
    version = IntegerField(validators=[Optional()])


class ComposerForm(PromiseFields, FlaskForm):
    """An answer or a note, what it promises and keeps, and what its writer had seen.

    :ivar other: the text of the mode that is not shown, and `other_kind` that mode.
    :ivar uploads: keys of files that were taken in before.
    :ivar chosen: the state that was chosen for after an answer which came back.
    :ivar writer: names the window; with `seq` and `draft_version` it orders the saves of a draft.
    :ivar save: any value keeps everything as a draft instead of sending it.
    :ivar drop: key of an upload to leave out.
    :ivar put_back: number of an older text to show again.
    """

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
    resolution = StringField(_l("How was it resolved?"))
    version = IntegerField(validators=[Optional()])
    seen = IntegerField(validators=[Optional()])
    preview = StringField()
    other = TextAreaField()
    other_kind = HiddenField()
    uploads = SelectMultipleField(validate_choice=False)
    chosen = HiddenField()
    writer = HiddenField()
    seq = IntegerField(validators=[Optional()])
    draft_version = IntegerField(validators=[Optional()])
    save = StringField()
    drop = StringField()
    put_back = IntegerField(validators=[Optional()])


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
