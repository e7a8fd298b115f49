"""The acts a help session is made of, and what a client may say about each.

A client posts batches: ``{"v": 1, "session": "…", "input": true, "locale": "de", "events": […]}``.
Each event is ``{"id", "kind", "t"}`` and the fields of its kind; ``t`` is in milliseconds on
any clock of the page, since only differences within the batch are used. Nothing else is
accepted: an unknown field or a wrong type refuses the batch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.deflection.texts import clean_text
from app.errors import Invalid

#: Version of the event fields, stored with each event.
SCHEMA_VERSION = 1
MAX_BATCH = 50
#: Longest reading one event may claim; an open tab is not a reader.
MAX_READ_SECONDS = 600
#: Largest key of a row on PostgreSQL.
MAX_ID = 2**31 - 1

KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
LOCALE = re.compile(r"[A-Za-z0-9-]{0,20}")


class Kind(StrEnum):
    """What can happen in a help session."""

    VISIT = "visit"  # the widget was loaded: says nothing about need
    OPEN = "open"  # the widget or help centre was opened: the first sign of intent
    SEARCH = "search"  # a settled query: Enter, or a second without typing
    IMPRESSION = "impression"  # a result at least half visible for a second
    CLICK = "click"  # an article was opened from a list
    READ = "read"  # active reading since the article's last such event
    FEEDBACK = "feedback"  # yes or no on a revision, with reasons and a comment
    RESOLVED_CLAIM = "resolved_claim"  # "this solved it"
    FORM_OPENED = "form_opened"
    SUGGESTION_ELIGIBLE = "suggestion_eligible"  # there were results for the typed subject
    SUGGESTION_SHOWN = "suggestion_shown"  # …and they were shown, or withheld
    SUGGESTION_CLICK = "suggestion_click"
    FORM_ABANDONED = "form_abandoned"  # derived when the session ends with an unsent form
    TICKET_CREATED = "ticket_created"
    CONTACT_ELSEWHERE = "contact_elsewhere"  # the person wrote by another way


#: Kinds that only the server may record.
SERVER_KINDS = frozenset({Kind.FORM_ABANDONED, Kind.TICKET_CREATED, Kind.CONTACT_ELSEWHERE})


@dataclass(frozen=True)
class ClientEvent:
    """One act as a client reports it.

    :ivar event_id: random, made once per act; a repeat is stored once.
    :ivar t_ms: time on the client's own clock; only differences within a batch are used.
    :ivar data: the further fields of the kind.
    """

    event_id: str
    kind: Kind
    t_ms: int = 0
    article_id: int | None = None
    revision_id: int | None = None
    query: str | None = None
    n_results: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """What one request of a client carries.

    :ivar had_input: pointer, touch or keys were seen on the page; None if not said.
    """

    session_key: str
    locale: str
    had_input: bool | None
    events: list[ClientEvent]


Check = Callable[[Any], Any]


def _integer(low: int, high: int) -> Check:
    def check(value: Any) -> int:
        # True is an int in Python and none in JSON.
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return check


def _text(low: int, high: int) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError("text")
        cleaned = clean_text(value)
        if not low <= len(cleaned) <= high:
            raise ValueError(f"text of {low} to {high} characters")
        return cleaned

    return check


def _pattern(pattern: re.Pattern[str]) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError(f"text of the form {pattern.pattern}")
        return value

    return check


def _one_of(*choices: str) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value

    return check


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false")
    return value


def _list_of(item: Check, most: int) -> Check:
    def check(value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError(f"a list of at most {most}")
        return [item(entry) for entry in value]

    return check


_row_id = _integer(1, MAX_ID)
_rank = _integer(1, 100)
_n_results = _integer(0, 1_000_000)
_key = _pattern(KEY)

#: Fields that have a column of their own; the others go into `data`.
COLUMNS = frozenset({"article_id", "revision_id", "query", "n_results"})


@dataclass(frozen=True)
class _Fields:
    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)


_PLACE = {"rank": _rank, "search_id": _key, "revision_id": _row_id}

FIELDS: Mapping[Kind, _Fields] = {
    Kind.VISIT: _Fields(),
    Kind.OPEN: _Fields(),
    Kind.SEARCH: _Fields(
        # The end of typing is what makes a search one; keystrokes in between are not recorded.
        {"query": _text(3, 200), "n_results": _n_results, "settled": _one_of("idle", "enter")},
        {"ranker": _text(1, 20), "degraded": _flag},
    ),
    Kind.IMPRESSION: _Fields({"article_id": _row_id, "rank": _rank}, {"search_id": _key}),
    Kind.CLICK: _Fields({"article_id": _row_id}, _PLACE),
    Kind.READ: _Fields(
        {
            "article_id": _row_id,
            "seconds": _integer(0, MAX_READ_SECONDS),
            "depth": _integer(0, 100),
        },
        {"revision_id": _row_id},
    ),
    Kind.FEEDBACK: _Fields(
        {"article_id": _row_id, "helped": _flag},
        {
            "revision_id": _row_id,
            "reasons": _list_of(_text(1, 40), 8),
            "comment": _text(0, 1000),
        },
    ),
    Kind.RESOLVED_CLAIM: _Fields({}, {"article_id": _row_id, "revision_id": _row_id}),
    Kind.FORM_OPENED: _Fields(),
    Kind.SUGGESTION_ELIGIBLE: _Fields({"n_results": _n_results}),
    Kind.SUGGESTION_SHOWN: _Fields({}, {"article_ids": _list_of(_row_id, 10), "withheld": _flag}),
    Kind.SUGGESTION_CLICK: _Fields({"article_id": _row_id}, _PLACE),
}

_ENVELOPE = {
    "v": _integer(SCHEMA_VERSION, SCHEMA_VERSION),
    "session": _key,
    "events": lambda value: value,
}
_ENVELOPE_OPTIONAL: dict[str, Check] = {"input": _flag, "locale": _pattern(LOCALE)}
_COMMON = {"id": _key, "kind": _one_of(*FIELDS), "t": _integer(0, 2**53)}


def parse_batch(payload: Any) -> Batch:
    """Check a decoded JSON document and turn it into events.

    :raises Invalid: something is missing, unknown, of the wrong type or too much.
    """
    envelope = _checked(payload, _ENVELOPE, _ENVELOPE_OPTIONAL, "")
    raw_events = envelope["events"]
    if not isinstance(raw_events, list) or not 1 <= len(raw_events) <= MAX_BATCH:
        raise Invalid(fields={"events": [f"must be a list of 1 to {MAX_BATCH} events"]})
    return Batch(
        session_key=envelope["session"],
        locale=envelope.get("locale", ""),
        had_input=envelope.get("input"),
        events=[_parse_event(raw, f"events.{i}.") for i, raw in enumerate(raw_events)],
    )


def _parse_event(raw: Any, path: str) -> ClientEvent:
    kind = _one_of(*FIELDS)
    try:
        fields = FIELDS[Kind(kind(raw["kind"]))]
    except (TypeError, KeyError, ValueError):
        raise Invalid(fields={f"{path}kind": ["must be a kind that clients may send"]}) from None
    values = _checked(raw, {**_COMMON, **fields.required}, fields.optional, path)
    return ClientEvent(
        event_id=values.pop("id"),
        kind=Kind(values.pop("kind")),
        t_ms=values.pop("t"),
        **{name: values.pop(name) for name in COLUMNS & values.keys()},
        data=values,
    )


def _checked(
    raw: Any, required: Mapping[str, Check], optional: Mapping[str, Check], path: str
) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise Invalid(fields={path.rstrip(".") or "body": ["must be an object"]})
    errors: dict[str, list[str]] = {}
    for name in required.keys() - raw.keys():
        errors[path + name] = ["is missing"]
    values = {}
    for name, value in raw.items():
        check = required.get(name) or optional.get(name)
        if check is None:
            errors[path + name[:40]] = ["is not known"]
            continue
        try:
            values[name] = check(value)
        except (TypeError, ValueError) as error:
            errors[path + name] = [f"must be {error}"]
    if errors:
        raise Invalid(fields=errors)
    return values
