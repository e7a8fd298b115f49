"""Reading the ticket threads of the story. Their grammar is in ``marlow/story/README.md``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from app.deflection.models import Surface
from app.seeds.moves import MoveList, Visit, new_key
from app.seeds.paths import STORY, read_yaml
from app.seeds.people import Cast
from app.seeds.visits import DAYS
from app.tickets.models import Resolution

_STEP = re.compile(r"(?P<after>(?:\d+[dhm] ?)+) (?P<who>\w+) (?P<verb>\w+)(?::(?P<what>\w+))?")
_SPAN = re.compile(r"(\d+)([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_TOKEN = re.compile(r"\{(weekday|date)\+(\d+)\}")
_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
#: Reading time of an article in a thread's trail that names none.
_USUAL_SECONDS = 30
#: After this long a solved ticket is closed.
CLOSES_AFTER = timedelta(days=7)
#: How long staff take to see that a "thank you" needs no answer.
_THANKS_SEEN_AFTER = timedelta(minutes=50)


@dataclass(frozen=True)
class Step:
    """One thing that happens to a ticket.

    :ivar at: when.
    :ivar who: key of a member of staff, ``customer``, or empty for what time does.
    :ivar verb: ``reply``, ``open``, ``hold``, ``solved`` (all answers), ``note``, ``take``,
        ``give``, ``priority``, ``flag``, ``promise``, ``kept``, ``moved``, ``tag``, ``snooze``,
        ``watch``, ``merge``, ``writes``, ``settles`` or ``closes``.
    :ivar text: the words, if there are any.
    :ivar what: to whom it is given, the new priority, the kind or gap of a flag, how it was
        resolved, what a hold waits for, in how many days, which tags, or the key of a thread.
    """

    at: datetime
    who: str
    verb: str
    text: str = ""
    what: str = ""


@dataclass(frozen=True)
class Thread:
    """A ticket from its first message to today.

    :ivar customer: key of a customer, or empty for a stranger with `name` and `email`.
    :ivar trail: what was tried before, or None.
    :ivar is_fresh: part of what is on the table today.
    """

    key: str
    at: datetime
    channel: str
    subject: str
    body: str
    locale: str
    context: dict[str, Any]
    trail: Visit | None
    steps: tuple[Step, ...]
    is_fresh: bool
    customer: str = ""
    name: str = ""
    email: str = ""


def read_threads(cast: Cast, *, rng: Random, now: datetime) -> list[Thread]:
    """Return the threads of the story, oldest first."""
    raw: list[dict[str, Any]] = []
    for path in sorted((STORY / "threads").glob("*.yaml")):
        raw += read_yaml(path)
    threads = [_read(entry, cast=cast, rng=rng, now=now) for entry in raw]
    return sorted(threads, key=lambda thread: thread.at)


def _read(entry: dict[str, Any], *, cast: Cast, rng: Random, now: datetime) -> Thread:
    at = _begins_at(entry, now)
    channel = entry.get("channel", "widget")
    locale = entry.get("locale", "en")
    who = _asker(entry["from"])
    trail = None
    if "tried" in entry:
        trail = _trail(entry["tried"], at=at, locale=locale, channel=channel, who=who, rng=rng)
    if who.get("customer"):
        assert who["customer"] in cast.customers, f"{entry['key']}: nobody is {entry['from']}"
    return Thread(
        key=entry["key"],
        at=at,
        channel=channel,
        subject=entry["subject"],
        body=entry["body"].strip(),
        locale=locale,
        context=_context(entry),
        trail=trail,
        steps=tuple(_steps(entry, at=at, locale=locale, now=now)),
        is_fresh="ago" in entry,
        **who,
    )


def _begins_at(entry: Mapping[str, Any], now: datetime) -> datetime:
    if "ago" in entry:
        return now - _span(entry["ago"])
    day = now.date() - timedelta(days=DAYS - entry["day"])
    return datetime.combine(day, time.fromisoformat(entry["at"]), tzinfo=now.tzinfo)


def _span(text: str) -> timedelta:
    return timedelta(**{_UNITS[unit]: int(number) for number, unit in _SPAN.findall(text)})


def _asker(text: str) -> dict[str, str]:
    stranger = re.fullmatch(r"visitor: (.+) <(.+)>", text)
    if stranger:
        return {"name": stranger[1], "email": stranger[2]}
    return {"customer": text}


def _context(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the widget sends along with a request."""
    context: dict[str, Any] = {}
    if "page" in entry:
        context["page"] = f"https://app.marlow.example{entry['page']}"
    if "browser" in entry:
        context["browser"] = entry["browser"]
    if "app" in entry:
        context["app_version"] = entry["app"]
    if "fields" in entry:
        context["fields"] = dict(entry["fields"])
    return context


def _trail(
    tried: list[str], *, at: datetime, locale: str, channel: str, who: dict[str, str], rng: Random
) -> Visit:
    """Turn ``?words``, ``>article seconds``, ``-reason: comment`` and ``+article`` into a visit."""
    moves = MoveList(rng)
    moves.open()
    slug = ""
    for item in tried:
        sign, text = item[0], item[1:]
        if sign == "?":
            moves.search(text)
        elif sign == ">":
            slug, _, seconds = text.partition(" ")
            moves.read(slug, int(seconds or _USUAL_SECONDS))
        elif sign == "+":
            moves.answer(text, helped=True)
        else:
            reason, _, comment = text.partition(":")
            moves.answer(slug, helped=False, reason=reason, comment=comment.strip())
    moves.open_form()
    return Visit(
        key=new_key(rng),
        ended_at=at - timedelta(seconds=rng.randint(40, 200)),
        surface=Surface.HELP if channel == "help" else Surface.WIDGET,
        locale=locale,
        moves=tuple(moves.moves),
        customer=who.get("customer", ""),
    )


def _steps(entry: Mapping[str, Any], *, at: datetime, locale: str, now: datetime) -> list[Step]:
    steps: list[Step] = []
    solver = ""
    for ((line, text),) in (item.items() for item in entry.get("then", [])):
        match = _STEP.fullmatch(line)
        assert match, f"{entry['key']}: cannot read {line!r}"
        at += _span(match["after"])
        words = _with_dates((text or "").strip(), at.date(), locale)
        what = match["what"] or ""
        if match["verb"] == "solved":
            solver = match["who"]
            what = what or _resolution_of(steps, words)
        steps.append(Step(at, match["who"], match["verb"], words, what))
    if solver and steps[-1].verb == "writes":
        at += _THANKS_SEEN_AFTER
        steps.append(Step(at, solver, "settles"))
    if solver and at + CLOSES_AFTER < now:
        steps.append(Step(at + CLOSES_AFTER, "", "closes"))
    return steps


def _resolution_of(steps: list[Step], last_words: str) -> str:
    """Return how a thread was resolved that does not say so itself."""
    answers = [step.text for step in steps if step.who != "customer" and step.verb != "note"]
    linked = any("/help/articles/" in text for text in [*answers, last_words])
    return (Resolution.ARTICLE if linked else Resolution.ANSWER).value


def _with_dates(text: str, day: date, locale: str) -> str:
    """Fill ``{weekday+2}`` and ``{date+3}``, counted from the day of writing."""

    def fill(match: re.Match[str]) -> str:
        target = day + timedelta(days=int(match[2]))
        if match[1] == "weekday":
            return _WEEKDAYS.get(locale, _WEEKDAYS["en"])[target.weekday()]
        return f"{target.day} {target:%B}"

    return _TOKEN.sub(fill, text)
