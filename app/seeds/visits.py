"""Drawing ninety days of help sessions from what people type.

The same seed and the same present give the same visits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from app.deflection.models import Surface
from app.seeds.moves import MoveList, Visit, new_key
from app.seeds.paths import STORY, read_yaml
from app.seeds.people import Cast, SeedCustomer

#: Days of the story; the last one is today.
DAYS = 90

#: Visits on an ordinary working day.
VISITS_A_DAY = 17
#: Monday to Sunday.
_WEEKDAY = (1.25, 1.2, 1.1, 1.1, 1.0, 0.7, 0.5)
#: Hours of the day in UTC, as often as they are to come.
_HOURS = (6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 11, 11, 12, 13, 13, 14, 14, 15, 15, 16, 16, 17, 17,
          18, 18, 19, 19, 20, 21, 22)  # fmt: skip
_VISITORS = 420
_CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@dataclass(frozen=True)
class Pattern:
    """Something that many people want, and how it usually goes. See ``story/sessions.yaml``."""

    q: tuple[str, ...]
    open: tuple[str, ...]
    ends: dict[str, int]
    weight: int
    complaints: tuple[str, ...] = ("incomplete: ",)
    peaks: tuple[tuple[int, int, float], ...] = ()
    from_day: int = 0
    until_day: int = DAYS
    after: dict[str, Any] | None = None
    locale: str = ""
    pages: tuple[str, ...] = ()
    surface: str = Surface.WIDGET
    customers_only: bool = False

    def weight_on(self, day: int) -> float:
        """Return how common it is on a day of the story."""
        if not self.from_day <= day <= self.until_day:
            return 0.0
        factors = (factor for first, last, factor in self.peaks if first <= day <= last)
        return self.weight * max(factors, default=1.0)

    def ends_on(self, day: int) -> dict[str, int]:
        """Return how often each end comes on a day of the story."""
        if self.after and day >= self.after["day"]:
            return dict(self.after["ends"])
        return self.ends

    def reading_on(self, day: int, usual: int) -> int:
        """Return the usual seconds of reading on a day of the story."""
        if self.after and day >= self.after["day"]:
            return int(self.after["read"])
        return usual


def read_patterns() -> list[Pattern]:
    """Return the patterns in the order of the file."""
    raw = read_yaml(STORY / "sessions.yaml")
    return [Pattern(**{name: _frozen(value) for name, value in entry.items()}) for entry in raw]


def _frozen(value: Any) -> Any:
    """Return lists, also nested ones, as tuples."""
    return tuple(_frozen(entry) for entry in value) if isinstance(value, list) else value


def draw_visits(
    cast: Cast, *, rng: Random, now: datetime, visits_a_day: float = VISITS_A_DAY
) -> list[Visit]:
    """Return the visits of the story up to the present, oldest first.

    :param visits_a_day: on an ordinary working day.
    """
    patterns = read_patterns()
    usual = sum(pattern.weight_on(40) for pattern in patterns)
    first_day = now.date() - timedelta(days=DAYS)
    visits: list[Visit] = []
    for day in range(DAYS + 1):
        date = first_day + timedelta(days=day)
        weights = [pattern.weight_on(day) for pattern in patterns]
        wanted = visits_a_day * sum(weights) / usual * _WEEKDAY[date.weekday()] * (1 + day / 400)
        for pattern in rng.choices(patterns, weights, k=round(wanted)):
            at = datetime.combine(date, _clock(rng), tzinfo=now.tzinfo)
            visits.append(_visit(pattern, day=day, at=at, cast=cast, rng=rng))
        visits += _others(datetime.combine(date, _clock(rng), tzinfo=now.tzinfo), rng)
    latest = now - timedelta(minutes=5)
    return sorted(
        (visit for visit in visits if visit.ended_at <= latest), key=lambda visit: visit.ended_at
    )


def _clock(rng: Random) -> time:
    return time(rng.choice(_HOURS), rng.randrange(60), rng.randrange(60))


def _visit(pattern: Pattern, *, day: int, at: datetime, cast: Cast, rng: Random) -> Visit:
    end = _choose(pattern.ends_on(day), rng)
    moves = MoveList(rng)
    moves.open()
    query = rng.choice(pattern.q)
    # Some find the article among the suggestions of the page and type nothing.
    searched = end in ("leave", "form") or rng.random() > 0.07
    if searched:
        for words in query.split(" -> "):
            moves.search(words)
        if end == "leave" and rng.random() < 0.4:
            moves.search(rng.choice(pattern.q).split(" -> ")[-1])
    if end not in ("leave", "form") or (end == "form" and rng.random() < 0.5):
        _read_and_end(moves, pattern, end, day, rng)
    if end == "form" or (end == "unhelped" and rng.random() < 0.2):
        moves.open_form()
    customer = _customer_for(pattern, cast, rng)
    surface = Surface(pattern.surface)
    if not customer and rng.random() < 0.35:
        surface = Surface.HELP
    known = not customer and rng.random() < 0.6
    return Visit(
        key=new_key(rng),
        ended_at=at + timedelta(milliseconds=moves.length_ms),
        surface=surface,
        locale=pattern.locale or (customer.account.locale if customer else "en"),
        moves=tuple(moves.moves),
        customer=customer.key if customer else "",
        visitor=rng.randrange(_VISITORS) if known else None,
    )


def _read_and_end(moves: MoveList, pattern: Pattern, end: str, day: int, rng: Random) -> None:
    route = rng.choice(pattern.open).split(" > ")
    slug = ""
    for number, stop in enumerate(route, start=1):
        slug, usual = stop.split(":")
        seconds = round(pattern.reading_on(day, int(usual)) * rng.uniform(0.55, 1.7))
        if end == "skim" and number == len(route):
            seconds = rng.randint(3, 16)
        elif end == "read":
            seconds = max(seconds, rng.randint(31, 60))
        moves.read(slug, min(seconds, 580))
    if end == "helped":
        moves.answer(slug, helped=True)
    elif end == "unhelped":
        reason, comment = rng.choice(pattern.complaints).split(":", 1)
        moves.answer(slug, helped=False, reason=reason, comment=comment.strip())
    elif end == "solved":
        moves.claim_solved(slug)


def _choose(shares: dict[str, int], rng: Random) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def _customer_for(pattern: Pattern, cast: Cast, rng: Random) -> SeedCustomer | None:
    """Choose who it is: most are signed in to Marlow, the others are strangers to us."""
    if not pattern.customers_only and rng.random() > 0.58:
        return None
    if pattern.surface == Surface.HELP:
        return None
    fitting = [
        customer
        for customer in cast.customers.values()
        if not pattern.locale or customer.account.locale == pattern.locale
    ]
    return rng.choice(fitting)


def _others(at: datetime, rng: Random) -> list[Visit]:
    """Return what counts for nothing: colleagues, a crawler, somebody who only opens the help."""
    visits = []
    if rng.random() < 0.35:
        moves = MoveList(rng)
        moves.open()
        moves.search(rng.choice(("refund", "waitlist", "card declined", "double booking")))
        visits.append(_nobody(moves, at, rng, is_staff=True))
    if rng.random() < 0.4:
        moves = MoveList(rng)
        moves.read(rng.choice(("plans-compared", "import-clients-csv", "card-was-declined")), 1)
        visits.append(_nobody(moves, at, rng, user_agent=_CRAWLER, surface=Surface.HELP))
    if rng.random() < 0.4:
        moves = MoveList(rng)
        moves.open()
        visits.append(_nobody(moves, at, rng))
    return visits


def _nobody(
    moves: MoveList,
    at: datetime,
    rng: Random,
    *,
    is_staff: bool = False,
    surface: Surface = Surface.WIDGET,
    user_agent: str = Visit.user_agent,
) -> Visit:
    return Visit(
        key=new_key(rng),
        ended_at=at + timedelta(milliseconds=moves.length_ms, minutes=rng.randrange(40)),
        surface=surface,
        locale="en",
        moves=tuple(moves.moves),
        is_staff=is_staff,
        user_agent=user_agent,
    )
