"""Telling the whole story into an empty database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from operator import itemgetter
from random import Random

from app.config import Settings
from app.db import db, unit_of_work
from app.deflection.services.refreshing import recheck_due_sessions
from app.errors import Conflict
from app.events.actor import SYSTEM
from app.search.services import sync
from app.seeds.articles import read_articles
from app.seeds.moves import Visit
from app.seeds.people import read_cast
from app.seeds.queries import demo_was_cut_short, is_empty
from app.seeds.services.company import Company, meet_company, note_last_visits, settle_company
from app.seeds.services.conversing import Conversations
from app.seeds.services.hearing import hear_customers
from app.seeds.services.helping import HelpDesk
from app.seeds.services.library import Shelved, put_up_shelves, shelve, teach_synonyms
from app.seeds.services.wiping import wipe_demo
from app.seeds.threads import Step, Thread, read_threads
from app.seeds.visits import DAYS, VISITS_A_DAY, draw_visits
from app.sites.queries import get_site
from app.sites.services import change_site
from app.staff.services.passwords import hash_password

#: The same seed on the same day tells the same story.
SEED = 20260402

#: Password of every member of the demo's staff; it exists nowhere else.
DEMO_PASSWORD = "marlow-demo-2026"  # noqa: S105 - printed on purpose, see docs

#: Hears how far the loading is: what is being done, how much is done, of how much.
Progress = Callable[[str, int, int], None]

_RECHECK_BATCH = 500
#: Progress is told every so many visits and steps.
_TELL_EVERY = 25


@dataclass(frozen=True)
class Loaded:
    """What the demo now holds."""

    articles: int
    visits: int
    tickets: int


@dataclass(frozen=True)
class _Act:
    """One thing that happens at a time: a visit, a thread's beginning or one of its steps."""

    at: datetime
    visit: Visit | None = None
    thread: Thread | None = None
    step: Step | None = None


def load_demo(
    *,
    settings: Settings,
    now: datetime,
    progress: Progress,
    visits_a_day: float = VISITS_A_DAY,
) -> Loaded:
    """Load the demo into an empty database, or over a demo whose loading was cut short.

    Three transactions: people and articles, whose search index is then built so that visits find
    what they would; the visits and tickets of ninety days; their outcomes as of now.

    :param now: the present, which the story ends in.
    :param progress: hears how far it is.
    :param visits_a_day: help sessions on an ordinary working day.
    :raises Conflict: the database holds data.
    """
    with unit_of_work():
        empty, cut_short = is_empty(), demo_was_cut_short()
    if cut_short:
        wipe_demo(settings=settings, now=now)
    elif not empty:
        raise Conflict(
            "This database is in use. `flask demo reset` loads the demo anew if it holds nothing "
            "else; DATA_DIR or DATABASE_URL choose another place."
        )
    rng = Random(SEED)  # noqa: S311 - a story, not a secret
    cast = read_cast()
    hashes = {key: hash_password(DEMO_PASSWORD) for key in cast.staff}
    first_day = datetime.combine(now.date() - timedelta(days=DAYS), time(), tzinfo=now.tzinfo)
    with unit_of_work():
        company = settle_company(cast, password_hashes=hashes, settings=settings, now=first_day)
        put_up_shelves(actor=SYSTEM, now=first_day)
        library = _shelve_all(company, first_day, settings, progress)
        teach_synonyms(now=first_day)
    progress("Search index", 0, 1)
    sync(owner=f"demo:{os.getpid()}")
    progress("Search index", 1, 1)
    threads = read_threads(cast, rng=rng, now=now)
    visits = draw_visits(cast, rng=rng, now=now, visits_a_day=visits_a_day)
    with unit_of_work():
        # The index was built in between, so the rows of before are of no use any more.
        company = meet_company(cast)
        conversations = Conversations(HelpDesk(company, library, settings))
        _tell(_acts(threads, visits), conversations, now=now, progress=progress)
        for thread in threads:
            conversations.file(thread, now=now)
        hear_customers(rng=rng, zone=settings.timezone, now=now)
        note_last_visits(cast, company, last_seen=conversations.desk.last_seen)
        # Switched on with the last word of the story: see `demo_was_cut_short`.
        site = get_site(company.site_id)
        change_site(site, changes={"is_active": True}, actor=SYSTEM, now=now)
    _settle_outcomes(len(visits) + len(threads), settings=settings, now=now, progress=progress)
    return Loaded(len(library), len(visits), len(threads))


def _shelve_all(
    company: Company, first_day: datetime, settings: Settings, progress: Progress
) -> dict[str, Shelved]:
    seeds = read_articles()
    library = {}
    for number, seed in enumerate(seeds, start=1):
        library[seed.slug] = shelve(
            seed, staff=company.staff_by_email, first_day=first_day, settings=settings
        )
        progress("Articles", number, len(seeds))
    return library


def _acts(threads: Sequence[Thread], visits: Sequence[Visit]) -> list[_Act]:
    """Return everything that happens, in the order it happened."""

    def all_acts() -> Iterator[_Act]:
        for visit in visits:
            yield _Act(visit.ended_at, visit=visit)
        for thread in threads:
            yield _Act(thread.at, thread=thread)
            for step in thread.steps:
                yield _Act(step.at, thread=thread, step=step)

    numbered = ((act.at, number, act) for number, act in enumerate(all_acts()))
    return [act for _, _, act in sorted(numbered, key=itemgetter(0, 1))]


def _tell(
    acts: Sequence[_Act], conversations: Conversations, *, now: datetime, progress: Progress
) -> None:
    for number, act in enumerate(acts, start=1):
        if act.visit is not None:
            conversations.desk.receive(act.visit)
        elif act.thread is not None and act.step is not None:
            conversations.go_on(act.thread, act.step, now=now)
        elif act.thread is not None:
            conversations.begin(act.thread)
        if number % _TELL_EVERY == 0 or number == len(acts):
            progress("Ninety days", number, len(acts))


def _settle_outcomes(
    expected: int, *, settings: Settings, now: datetime, progress: Progress
) -> None:
    """Let the outcomes be what they are by now: most visits were decided long ago."""
    done = 0
    while True:
        with unit_of_work():
            number = recheck_due_sessions(settings=settings, now=now, limit=_RECHECK_BATCH)
            db.session.flush()  # before the rows are let go, so that memory stays small
            db.session.expunge_all()
        done += number
        progress("Outcomes", min(done, expected), expected)
        if number < _RECHECK_BATCH:
            progress("Outcomes", expected, expected)
            return
