"""Histories of tickets and rules for clocks, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.calendars.algebra import ALWAYS_OPEN, Calendar, OpenHours
from app.calendars.walltime import EPOCH
from app.clocks.deriving import Clocks, derive_clocks
from app.clocks.history import Happening
from app.clocks.rules import Policy, PolicyVersion, Rules, Target
from app.clocks.vocabulary import CommitmentKind
from tests.factories.calendars import calendar, office

HOUR = 3_600
#: Monday, opening time of the office.
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
OFFICE, ALWAYS = 1, 2

#: First reply, next reply and resolution in open hours.
TARGETS = {
    "urgent": (2, 2, 8),
    "high": (2, 4, 16),
    "normal": (8, 8, 40),
    "low": (8, 16, 80),
}


def targets(hours=TARGETS, *, key: int = OFFICE, **changed) -> dict[str, Target]:
    """Return targets by priority; `changed` gives other hours for some."""
    return {
        priority: Target(key, *(None if each is None else int(each * HOUR) for each in values))
        for priority, values in ({**hours, **changed}).items()
    }


def version(number: int = 1, at: datetime = EPOCH, made=None) -> PolicyVersion:
    """Return a version of a policy."""
    return PolicyVersion(number, at, targets() if made is None else made)


def rules(*versions: PolicyVersion, hours: OpenHours | None = None, calendars=(), **sites) -> Rules:
    """Return rules with an office calendar and one that never closes.

    :param versions: of the policy for all sites; none for the usual.
    :param calendars: further ones, or others under the same key.
    :param sites: ``site_5=(version, …)`` for a policy of site 5.
    """
    known = [calendar(hours or office(), key=OFFICE), calendar(ALWAYS_OPEN, key=ALWAYS), *calendars]
    policies = [Policy(None, versions or (version(),))]
    policies += [Policy(int(name.removeprefix("site_")), each) for name, each in sites.items()]
    return Rules({each.key: each for each in known}, policies)


def at(text: str) -> datetime:
    """Return a time of March 2026 in UTC, such as ``2 09:30`` or ``2 09:30:01``."""
    day, _, clock = text.partition(" ")
    parts = [int(part) for part in clock.split(":")]
    return datetime(2026, 3, int(day), *parts, tzinfo=UTC)


def when(moment: str | datetime) -> datetime:
    """Return a time given as such or as :func:`at` reads it."""
    return at(moment) if isinstance(moment, str) else moment


class Story:
    """The events of one ticket in the making; every method returns the story."""

    def __init__(self) -> None:
        self.happenings: list[Happening] = []
        self._state, self._priority = "new", "normal"

    def add(self, moment, kind: str, actor: str, **data) -> Story:
        number = len(self.happenings) + 1
        self.happenings.append(Happening(number, when(moment), f"ticket:{kind}", actor, data))
        return self

    def opened(self, moment="2 09:00", *, by: str = "customer", **data) -> Story:
        self._state = data.get("state", "open" if by == "staff" else "new")
        self._priority = data.get("priority", "normal")
        self.add(moment, "opened", by, **{"priority": "normal", "site_id": None} | data)
        return self.add(moment, "message_added", by, message_id=1, author_kind=by)

    def asked(self, moment) -> Story:
        return self.add(moment, "message_added", "customer", message_id=1, author_kind="customer")

    def replied(self, moment, *, then: str = "") -> Story:
        self.add(moment, "message_added", "staff", message_id=1, author_kind="staff")
        return self.state(moment, then or ("open" if self._state == "new" else self._state))

    def noted(self, moment) -> Story:
        return self.add(moment, "note_added", "staff", message_id=1)

    def state(self, moment, new: str, *, by: str = "staff") -> Story:
        old, self._state = self._state, new
        return self if old == new else self.add(moment, "state_changed", by, old=old, new=new)

    def reopened(self, moment) -> Story:
        return self.asked(moment).state(moment, "open", by="customer")

    def priority(self, moment, new: str) -> Story:
        old, self._priority = self._priority, new
        return self.add(moment, "priority_changed", "staff", old=old, new=new)

    def aside(self, moment, new: str | None, *, old: str | None = None) -> Story:
        return self.add(moment, "disposition_changed", "staff", old=old, new=new, into_id=None)

    def only_thanks(self, moment, *, solved: str) -> Story:
        self.state(moment, "solved")
        return self.add(moment, "reopen_dismissed", "staff", solved_at=when(solved).isoformat())

    def due(self, moment, kind: str, new) -> Story:
        new = new and when(new).isoformat()
        return self.add(moment, "due_set", "staff", commitment=kind, old=None, new=new)

    def clocks(self, moment, given: Rules | None = None, **kwargs) -> Clocks:
        """Return the clocks as of a time."""
        return derive_clocks(self.happenings, given or rules(), as_of=when(moment), **kwargs)

    def first(self, moment, given: Rules | None = None):
        """Return the commitment of the first reply as of a time."""
        return only(self.clocks(moment, given), CommitmentKind.FIRST_REPLY)

    def resolution(self, moment, given: Rules | None = None):
        """Return the commitment of the resolution as of a time."""
        return only(self.clocks(moment, given), CommitmentKind.RESOLUTION)


def only(clocks: Clocks, kind: CommitmentKind, turn: int = 1):
    """Return one commitment."""
    (found,) = (each for each in clocks.commitments if (each.kind, each.turn) == (kind, turn))
    return found


def office_calendar(*versions) -> Calendar:
    """Return the office calendar with given versions."""
    return Calendar(OFFICE, versions)


def second(moment) -> datetime:
    """Return one second later."""
    return when(moment) + timedelta(seconds=1)
