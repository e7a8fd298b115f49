"""Loading the demo makes what a real installation would have, and never touches one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import utc_now
from app.config import Settings
from app.customers.models import Customer
from app.db import db, unit_of_work
from app.deflection.models import HelpEvent, HelpSession, Outcome
from app.errors import Conflict
from app.events.actor import SYSTEM
from app.events.models import EventRecord
from app.files.models import Attachment
from app.knowledge.models import Article, ArticleFeedback, Revision
from app.knowledge.services import find_articles
from app.satisfaction.models import Survey, SurveyState
from app.seeds.queries import is_empty
from app.seeds.services.loading import DEMO_PASSWORD, load_demo
from app.seeds.services.wiping import wipe_demo
from app.sites.services import create_site
from app.staff.models import Staff
from app.staff.queries import staff_by_email
from app.staff.services.passwords import password_matches
from app.tickets.models import Message, Ticket, TicketState

#: Few enough to be quick; the tickets are all there whatever the visits.
FEW = 0.6

pytestmark = pytest.mark.usefixtures("ctx")


def load(settings: Settings, **options: object) -> None:
    load_demo(
        settings=settings,
        now=utc_now(),
        progress=lambda *_: None,
        visits_a_day=FEW,
        **options,
    )


def count(model: type, *conditions: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


@pytest.fixture(autouse=True)
def _no_open_reading(ctx: None) -> Iterator[None]:
    yield
    db.session.rollback()


def test_the_demo_holds_a_true_story_and_can_be_told_anew(settings: Settings) -> None:
    load(settings)

    states = set(db.session.scalars(select(Ticket.state)))
    assert states == set(TicketState)
    assert count(Ticket, Ticket.state.in_(["new", "open", "waiting_customer", "on_hold"])) >= 12
    assert count(Ticket, Ticket.help_session_id.is_not(None)) >= 80
    assert count(Message, Message.kind == "note") >= 10

    outcomes = set(
        db.session.scalars(select(HelpSession.outcome).where(HelpSession.excluded == ""))
    )
    assert {Outcome.CONFIRMED, Outcome.LIKELY, Outcome.FAILED, Outcome.UNKNOWN} <= outcomes
    long_ago = utc_now() - timedelta(days=5)
    undecided = HelpSession.outcome == Outcome.PENDING
    assert count(HelpSession, undecided, HelpSession.started_at < long_ago) == 0
    assert count(HelpEvent, HelpEvent.kind == "search", HelpEvent.n_results > 0) > 0
    assert count(ArticleFeedback, ArticleFeedback.helped.is_(False)) > 10

    rewritten = db.session.scalars(select(Article).where(Article.slug == "card-was-declined")).one()
    first, second = db.session.scalars(
        select(Revision).where(Revision.article_id == rewritten.id).order_by(Revision.number)
    )
    assert "many reasons" in first.body
    assert rewritten.published_revision_id == second.id
    assert (second.created_at - first.created_at).days == 66
    assert count(Attachment, Attachment.article_id.is_(None)) == 0

    assert count(Customer, Customer.email_verified.is_(False)) == 0
    assert count(Customer, Customer.seen_at > utc_now() - timedelta(days=7)) > 10
    assert count(EventRecord, EventRecord.at > utc_now()) == 0
    assert count(Survey, Survey.state == SurveyState.ANSWERED) >= 15
    assert count(Survey, Survey.state == SurveyState.PLANNED, Survey.ask_at < utc_now()) == 0
    assert count(Ticket, Ticket.confirmed_at.is_not(None)) > 0
    administrator = staff_by_email("ingrid@marlow.example")
    assert administrator is not None
    assert password_matches(administrator.password_hash, DEMO_PASSWORD)
    found = find_articles("card declined", audiences={"public"}, limit=3)
    assert "card-was-declined" in [hit.slug for hit in found.items]
    db.session.rollback()

    with pytest.raises(Conflict, match="in use"):
        load(settings)

    wipe_demo(settings=settings, now=utc_now())
    assert is_empty()
    assert not list(settings.files_dir.iterdir())


def test_loading_refuses_a_database_in_use(settings: Settings, app: Flask) -> None:
    with unit_of_work():
        create_site(key="shop", name="Shop", allowed_origins=[], actor=SYSTEM, now=utc_now())
    with pytest.raises(Conflict):
        load(settings)
    assert count(Staff) == 0


def test_resetting_refuses_what_is_not_the_demos(settings: Settings, make_staff) -> None:
    with unit_of_work():
        create_site(key="marlow", name="Marlow", allowed_origins=[], actor=SYSTEM, now=utc_now())
    make_staff(email="real@company.example")
    with pytest.raises(Conflict, match="1 staff accounts"):
        wipe_demo(settings=settings, now=utc_now())
    assert count(Staff) == 1


def test_a_loading_that_was_cut_short_is_begun_anew(settings: Settings) -> None:
    class CutError(Exception):
        """Stands for Ctrl-C."""

    def cut(chapter: str, _done: int, _total: int) -> None:
        if chapter == "Search index":
            raise CutError

    with pytest.raises(CutError):
        load_demo(settings=settings, now=utc_now(), progress=cut, visits_a_day=FEW)
    articles = count(Article)
    assert articles
    db.session.rollback()
    with pytest.raises(CutError):
        load_demo(settings=settings, now=utc_now(), progress=cut, visits_a_day=FEW)
    assert count(Article) == articles
