"""The trail tells what happened, in order and without repeating itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import render_template

from app.deflection.queries.trails import trail_of_session
from tests.factories.help_sessions import MONDAY, act, article, play, search

pytestmark = pytest.mark.usefixtures("ctx")


def steps(session):
    return trail_of_session(session.id).steps


def test_results_seen_stand_with_their_search_and_reading_adds_up():
    one, two = article("Calendar is empty"), article("Bookings gone")
    session = play(
        act("open"),
        search("empty calendar", n_results=2),
        act("impression", article_id=one.id, rank=1),
        act("impression", article_id=two.id, rank=2),
        act("impression", article_id=one.id, rank=1),
        act("click", article_id=two.id, revision_id=two.published_revision_id),
        act("read", article_id=two.id, seconds=30, depth=40),
        act("read", article_id=two.id, seconds=50, depth=97),
        now=MONDAY,
    )
    found, read = steps(session)
    assert (found.kind, found.query, found.n_results) == ("search", "empty calendar", 2)
    assert [seen.title for seen in found.articles] == ["Calendar is empty", "Bookings gone"]
    assert (read.kind, read.seconds, read.depth) == ("read", 80, 97)
    assert (read.article.title, read.article.revision_number) == ("Bookings gone", 3)


def test_typing_on_is_one_search_and_another_text_is_another():
    session = play(search("cal"), search("Calendar empty"), search("sync"), now=MONDAY)
    assert [step.query for step in steps(session)] == ["Calendar empty", "sync"]


def test_the_tail_of_a_reading_belongs_to_it_even_after_the_vote():
    one = article()
    session = play(
        act("click", article_id=one.id),
        act("feedback", article_id=one.id, helped=False, reasons=["out_of_date"]),
        act("feedback", article_id=one.id, helped=False, comment="Shows the old menu"),
        act("read", article_id=one.id, seconds=20, depth=50),
        now=MONDAY,
    )
    read, vote = steps(session)
    assert (read.kind, read.seconds) == ("read", 20)
    assert (vote.kind, vote.reasons, vote.comment) == ("no", ["out_of_date"], "Shows the old menu")


def test_what_was_offered_while_writing_is_the_last_list():
    one, two = article("One"), article("Two")
    session = play(
        act("form_opened"),
        act("suggestion_shown", article_ids=[one.id]),
        act("suggestion_shown", article_ids=[two.id, 99_999]),
        now=MONDAY,
    )
    form, offered = steps(session)
    assert form.kind == "form"
    assert [seen.title for seen in offered.articles] == ["Two"]


def test_a_session_that_is_gone_has_no_trail():
    assert trail_of_session(1) is None


def test_the_partial_draws_every_kind_of_step_and_escapes_what_people_typed(app):
    one = article("<b>Bold</b> title")
    session = play(
        act("suggestion_shown", article_ids=[one.id]),
        search("<script>x</script> [a](b)", n_results=0),
        act("click", article_id=one.id, revision_id=one.published_revision_id),
        act("read", article_id=one.id, seconds=80, depth=30),
        act("feedback", article_id=one.id, helped=True),
        act("feedback", article_id=one.id, helped=False, comment="<img src=x onerror=y>"),
        act("resolved_claim"),
        act("form_opened"),
        act("suggestion_shown", withheld=True),
        now=MONDAY + timedelta(hours=1),
    )
    with app.test_request_context():
        html = render_template("deflection/_trail.html", trail=trail_of_session(session.id))
    for wanted in ("No result", "1 min 20 s", "30 % of it", "revision 3", "this solved it"):
        assert wanted in html
    assert "<script>" not in html
    assert "<img" not in html
    assert "<b>Bold" not in html
