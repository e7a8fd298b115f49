"""Promises as a calendar that calendar programmes subscribe to (iCalendar)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from app.promises.models import OWED, PromiseState

#: How long an entry is, which ends when the promise is due.
LENGTH = timedelta(minutes=30)
#: How often programmes are asked to look again. Source: RFC 7986, section 5.7.
_REFRESH = timedelta(minutes=15)


@dataclass(frozen=True)
class FeedEntry:
    """A promise in a feed. Of the customer it holds nothing but the ticket's number.

    :ivar sequence: counts changes.
    :ivar address: of the ticket.
    """

    id: int
    text: str
    state: str
    due_at: datetime
    changed_at: datetime
    sequence: int
    number: int
    address: str


def calendar_of(entries: Iterable[FeedEntry], *, name: str, host: str) -> bytes:
    """Return a calendar; the same entries give the same bytes.

    What is kept or taken back is cancelled, so that programmes take it out.

    :param name: of the calendar, as programmes show it.
    :param host: of this installation; makes the entries' ids unique in the world.

    Source: RFC 5545, sections 3.6.1 and 3.8.7.4.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Foreword//Promises//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, host))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: FeedEntry, host: str) -> Event:
    event = Event()
    event.add("uid", f"promise-{entry.id}@{host}")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.due_at - LENGTH)
    event.add("dtend", entry.due_at)
    mark = "Broken: " if entry.state == PromiseState.BROKEN else ""
    event.add("summary", f"{mark}{entry.text} (#{entry.number})")
    event.add("url", entry.address)
    event.add("status", "CONFIRMED" if entry.state in OWED else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    return event
