"""What can be refused around questions to customers."""

from __future__ import annotations

from app.errors import Conflict, Forbidden, Invalid
from app.texts import Sentence


class QuestionOver(Conflict):
    """The question was withdrawn or has run out."""

    code = "question_over"
    user_message = Sentence("This question cannot be answered any more.")


class NotForStaff(Forbidden):
    """Staff do not answer in the place of customers."""

    code = "not_for_staff"
    user_message = Sentence("You are signed in as staff. Only the customer can answer this.")


class AnsweredTooFast(Invalid):
    """An answer looks like a program's; a person keeps theirs and presses once more."""

    code = "answered_too_fast"
    user_message = Sentence("That was very quick. Please press the button once more.")
