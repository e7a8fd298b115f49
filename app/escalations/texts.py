"""What the words of an escalation must keep to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.errors import Invalid
from app.texts import clean_line
from app.tickets.services.texts import BODY_MAX, SUBJECT_MAX, clean_body, too_long

_BODIES = ("symptom", "question", "workaround")


def checked_facts(facts: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return title, words and start of the impact as they are stored, with all else as it was.

    :param facts: by name of the column.
    :raises Invalid: naming every field that cannot be accepted.
    """
    values = dict(facts)
    values["title"] = clean_line(values["title"])
    values |= {name: clean_body(values[name]) for name in _BODIES if name in values}
    errors: dict[str, list[str]] = {}
    if not values["title"]:
        errors["title"] = ["Please say in a few words what is broken."]
    elif len(values["title"]) > SUBJECT_MAX:
        errors["title"] = [too_long(SUBJECT_MAX)]
    if not values["symptom"]:
        errors["symptom"] = ["Please say what customers see."]
    for name in _BODIES:
        if len(values.get(name, "")) > BODY_MAX:
            errors[name] = [too_long(BODY_MAX)]
    started = values.get("impact_started_at")
    if started is not None and started > now:
        errors["impact_started_at"] = ["This is still to come."]
    if errors:
        raise Invalid(fields=errors)
    return values
