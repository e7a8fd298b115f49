"""Reading a JSON body strictly: what is not declared is refused, and types are not guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from app.errors import Invalid, PortalError


class NotJson(PortalError):
    """The body is not said to be JSON."""

    status = 415
    code = "unsupported_media_type"
    user_message = "Send the body as Content-Type: application/json."


class BrokenJson(PortalError):
    """The body cannot be read as a JSON object."""

    status = 400
    code = "bad_json"
    user_message = "The body is not a JSON object."


@dataclass(frozen=True)
class Text:
    """A declared text field.

    :ivar longest: in characters.
    :ivar required: present and not blank.
    :ivar choices: the only values, or empty for any.
    """

    longest: int
    required: bool = False
    choices: tuple[str, ...] = ()


def json_fields(declared: Mapping[str, Text]) -> dict[str, str]:
    """Return the fields of the request's JSON object, absent ones left out.

    :raises NotJson: the content type is another.
    :raises BrokenJson: it cannot be read, or is no object.
    :raises Invalid: naming every field that is missing, unknown, of another type or too long.
    """
    if not request.is_json:
        raise NotJson
    try:
        body = request.get_json()
    except BadRequest as error:
        if error.code != 400:
            raise
        raise BrokenJson from None
    except (RecursionError, ValueError):
        raise BrokenJson from None
    if not isinstance(body, dict):
        raise BrokenJson
    errors: dict[str, list[str]] = {
        name: ["There is no such field."] for name in body if name not in declared
    }
    for name, field in declared.items():
        problem = _problem(body.get(name), field)
        if problem:
            errors[name] = [problem]
    if errors:
        raise Invalid("The request was not accepted; see fields.", fields=errors)
    return {name: value for name, value in body.items() if value is not None}


def _problem(value: Any, field: Text) -> str | None:
    if value is None:
        return "This field is required." if field.required else None
    if not isinstance(value, str):
        return "This must be a text."
    if not _is_storable(value):
        return "This holds characters that are no text."
    if field.required and not value.strip():
        return "This field is required."
    if len(value) > field.longest:
        return f"This is longer than {field.longest} characters."
    if field.choices and value not in field.choices:
        return f"This must be one of: {', '.join(field.choices)}."
    return None


def _is_storable(value: str) -> bool:
    """Say whether a text can be stored: lone surrogates, which JSON can write, cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
