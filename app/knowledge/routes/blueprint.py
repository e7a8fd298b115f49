"""The blueprint of the article pages, and what they share."""

from __future__ import annotations

from flask import Blueprint
from flask_wtf import FlaskForm

from app.errors import PortalError
from app.staff.access import requires
from app.staff.permissions import Permission

blueprint = Blueprint("knowledge", __name__, url_prefix="/portal/articles")

may_edit = requires(Permission.EDIT_ARTICLES)


def show_errors(form: FlaskForm, error: PortalError) -> None:
    """Put what a service said into the form, so that it is shown at its fields."""
    for name, messages in error.fields.items():
        if name in form:
            form[name].errors = list(messages)
        else:
            form.form_errors += messages
    if not error.fields:
        form.form_errors.append(error.user_message)
