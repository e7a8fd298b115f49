"""Join what a service refused to the form that was sent."""

from __future__ import annotations

from flask_wtf import FlaskForm

from app.errors import PortalError
from app.web.locales import translated, translated_fields


def add_errors(form: FlaskForm, error: PortalError) -> None:
    """Show the messages of a refusal at the fields they belong to.

    :param form: the form that was sent.
    :param error: what a service raised; messages without a field of this form go to the top.
    """
    for name, messages in translated_fields(error.fields).items():
        if name in form:
            form[name].errors = [*form[name].errors, *messages]
        else:
            form.form_errors.extend(messages)
    if not error.fields:
        form.form_errors.append(translated(error.user_message))
