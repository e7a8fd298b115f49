"""Flags: what goes with what, and settling once."""

from __future__ import annotations

import pytest

from app.care.queries import flags_of_ticket
from app.care.services import raise_flag, settle_flag
from app.errors import Conflict, Invalid, NotFound
from app.events.actor import SYSTEM, staff_actor
from app.knowledge.services import create_article
from app.tickets.queries.flagged import flag_lines, open_flags
from tests.factories.tickets import NOW, kinds, later, opened, unit


@pytest.fixture
def actor(ctx, staff):
    return staff_actor(staff.id)


@pytest.fixture
def article(ctx):
    with unit():
        return create_article(title="Refunds", body="Open it.", actor=SYSTEM, now=NOW, publish=True)


def flagged(actor, *, ticket=None, now=NOW, **values):
    ticket = ticket or opened()
    with unit():
        values = {"kind": "bug", "note": "The total is off by one."} | values
        return raise_flag(ticket.id, actor=actor, now=now, **values)


def test_a_wrong_article_is_named_with_what_was_looked_for(actor, article):
    ticket = opened()
    flagged(actor)
    flagged(
        actor, ticket=ticket, kind="docs_fix", gap="wrong", article_id=article.id,
        looked_for="money back", note="Step 2 is gone.",
    )  # fmt: skip
    (flag,) = flags_of_ticket(ticket.id)
    assert (flag.gap, flag.looked_for, flag.article.title) == ("wrong", "money back", "Refunds")
    assert kinds()[-1] == "ticket:flagged"
    (line,) = flag_lines(kind="docs_fix", settled=False)
    assert (line.number, line.article_title, line.note) == (
        ticket.number,
        "Refunds",
        "Step 2 is gone.",
    )
    assert open_flags() == {"bug": 1, "docs_fix": 1}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"kind": "docs_fix"}, "gap"),
        ({"kind": "docs_fix", "gap": "odd"}, "gap"),
        ({"kind": "docs_fix", "gap": "wrong"}, "article"),
        ({"kind": "docs_fix", "gap": "missing", "article_id": 999}, "article"),
        ({"note": "  "}, "note"),
        ({"note": "x" * 2_001}, "note"),
        ({"note": "zero\x00byte"}, "note"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(actor, values, field):
    with pytest.raises(Invalid) as refused:
        flagged(actor, **values)
    assert set(refused.value.fields) == {field}
    assert open_flags() == {}


def test_a_bug_keeps_nothing_that_is_about_articles(actor, article):
    ticket = opened()
    flagged(actor, ticket=ticket, gap="wrong", article_id=article.id, looked_for="refund")
    (flag,) = flags_of_ticket(ticket.id)
    assert (flag.gap, flag.article_id, flag.looked_for) == (None, None, "")


def test_settling_says_what_was_done_and_happens_once(actor):
    noise = flagged(actor)
    flag = flagged(actor, now=later(1))
    with pytest.raises(Invalid), unit():
        settle_flag(flag.id, note=" ", actor=actor, now=later(2))
    with unit():
        settle_flag(flag.id, note="Mended in 4.2.", actor=actor, now=later(3))
    assert kinds()[-1] == "ticket:flag_settled"
    with pytest.raises(Conflict), unit():
        settle_flag(flag.id, note="Again.", actor=actor, now=later(4))
    with pytest.raises(NotFound), unit():
        settle_flag(999, note="Nothing.", actor=actor, now=later(4))
    (settled,) = flag_lines(kind="bug", settled=True)
    assert (settled.id, settled.settled_note, settled.settled_at) == (
        flag.id, "Mended in 4.2.", later(3),
    )  # fmt: skip
    assert [line.id for line in flag_lines(kind="bug", settled=False)] == [noise.id]
