"""Tags: how they are written, put on tickets, renamed, merged, deleted, and asked for."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from app.db import db
from app.errors import Invalid
from app.events.actor import staff_actor
from app.events.models import EventRecord
from app.tickets.desk import SavedView, Tagging, TicketTag
from app.tickets.queries.addresses import filter_args, read_filter
from app.tickets.queries.filters import Viewer
from app.tickets.queries.inbox import inbox_page
from app.tickets.queries.tags import tag_lines, tags_in_use, tags_of, tags_of_each
from app.tickets.services.properties import change_state
from app.tickets.services.tags import MOST_TAGS, delete_tag, rename_tag, tag_tickets
from app.tickets.services.views import save_view
from app.tickets.tag_names import TAG_MAX, clean_tag
from tests.factories.tickets import NOW, kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

ADA = staff_actor(1)


def tagged(*tickets, now=NOW, **names):
    with unit():
        return tag_tickets([each.id for each in tickets], actor=ADA, now=now, **names)


def named(name):
    return db.session.scalar(select(TicketTag).where(TicketTag.name == name))


def asked_for(**args):
    wanted = read_filter({"state": "any", "sort": "created", **args})
    return [row.number for row in inbox_page(wanted, viewer=Viewer(1, NOW)).rows]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Refund", "refund"),
        ("  #Card   Payments ", "card-payments"),
        ("a,b", "a-b"),
        ("Größe", "grösse"),
        ("\uff21\uff22", "ab"),
        ("x\x00y\tz", "x-y-z"),
        (" # ", ""),
        ("c#", "c#"),
    ],
)
def test_a_tag_has_one_way_to_be_written(typed, stored):
    assert clean_tag(typed) == stored


def test_tags_come_and_go_with_an_event_each(ctx):
    one, other, noise = opened(), opened(), opened()
    tagged(noise, add=["vip"])
    changes = tagged(one, other, add=["Refund", "VIP", "refund "], now=later(1))
    assert changes == {one.id: (["refund", "vip"], []), other.id: (["refund", "vip"], [])}
    before = len(kinds())
    assert tagged(one, noise, add=["vip", "late"], remove=["Refund", "never-used"]) == {
        one.id: (["late"], ["refund"]),
        noise.id: (["late"], []),
    }
    assert tags_of_each([one.id, other.id, noise.id]) == {
        one.id: ["late", "vip"],
        other.id: ["refund", "vip"],
        noise.id: ["late", "vip"],
    }
    assert kinds()[before:] == ["ticket:tagged", "ticket:untagged", "ticket:tagged"]
    newest = db.session.scalars(select(EventRecord).order_by(EventRecord.id)).all()[before:]
    assert [(each.subject_id, each.data) for each in newest] == [
        (one.id, {"tag": "late"}),
        (one.id, {"tag": "refund"}),
        (noise.id, {"tag": "late"}),
    ]


def test_tagging_is_no_activity_and_no_conflict(ticket):
    tagged(ticket, add=["vip"], now=later(5))
    db.session.refresh(ticket)
    assert (ticket.version, ticket.updated_at) == (1, NOW)


def test_the_same_again_changes_nothing(ticket):
    tagged(ticket, add=["vip"])
    before = kinds()
    assert tagged(ticket, add=["VIP"], remove=["other"]) == {}
    assert kinds() == before


def test_what_was_used_last_is_offered_first(ctx):
    one, other = opened(), opened()
    tagged(one, add=["old", "older"], now=later(1))
    tagged(one, add=["new"], now=later(2))
    tagged(other, add=["older"], now=later(3))
    assert tags_in_use() == ["older", "new", "old"]


@pytest.mark.parametrize(
    "names", [["x" * (TAG_MAX + 1)], [f"tag{number}" for number in range(MOST_TAGS + 1)]]
)
def test_too_long_and_too_many_are_refused(ticket, names):
    with pytest.raises(Invalid):
        tagged(ticket, add=names)
    db.session.rollback()
    assert tags_of(ticket.id) == []
    assert tag_lines() == []


def test_the_number_of_statements_does_not_grow_with_the_tickets(ctx):
    first, few, many = ([opened().id for _ in range(count)] for count in (1, 2, 30))

    def statements(ticket_ids):
        sent = []

        def note(_conn, _cursor, statement, *_rest):
            # Each change has its event, and not every driver takes several at once.
            if "INTO events" not in statement:
                sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        with unit():
            tag_tickets(ticket_ids, add=["a", "b"], remove=["c"], actor=ADA, now=NOW)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(sent)

    statements(first)  # makes the tags
    assert statements(few) == statements(many)


def test_a_list_is_narrowed_by_all_tags_that_are_named(ctx):
    one, two, _none, both = (opened() for _ in range(4))
    tagged(one, both, add=["refund"])
    tagged(two, both, add=["vip"])
    assert asked_for(tag="refund") == [4, 1]
    assert asked_for(tag="VIP, refund") == [4]
    assert asked_for(tag="nobody-has-this") == []
    assert asked_for(tag="") == [4, 3, 2, 1]
    wanted = read_filter({"tag": "VIP, #refund,refund"})
    assert filter_args(wanted) == {"tag": "refund,vip"}
    assert read_filter({"tag": "x" * (TAG_MAX + 1)}).ignored == ("tag",)


def test_rows_have_tags_where_they_are_shown(ctx):
    one, _other = opened(), opened()
    tagged(one, add=["vip", "late"])

    def rows(**args):
        page = inbox_page(read_filter({"sort": "created", **args}), viewer=Viewer(1, NOW))
        return [row.tags for row in page.rows]

    assert rows(columns="tags") == [(), ("late", "vip")]
    assert rows() == [(), ()]


@pytest.fixture
def view(staff):
    """A view that asks for a tag and more, beside one that does not."""
    with unit():
        save_view(staff, name="Other", query={"tag": "vipp"}, shared=False, now=NOW)
        asked = {"tag": "refund,vip", "priority": "urgent"}
        return save_view(staff, name="Mine", query=asked, shared=True, now=NOW)


def views():
    db.session.rollback()
    return [view.query for view in db.session.scalars(select(SavedView).order_by(SavedView.id))]


def test_a_renamed_tag_keeps_its_tickets_and_views(ticket, view):
    tagged(ticket, add=["vip", "late"])
    with unit():
        rename_tag(named("vip"), name="Key account", actor=ADA, now=later(1))
    assert tags_of(ticket.id) == ["key-account", "late"]
    assert kinds()[-1] == "tag:renamed"
    assert views() == [{"tag": "vipp"}, {"tag": "key-account,refund", "priority": "urgent"}]


def test_two_tags_become_one_on_tickets_that_had_either_or_both(ctx, view):
    one, two, both, noise = (opened() for _ in range(4))
    tagged(one, both, add=["refund"])
    tagged(two, both, add=["vip"])
    tagged(noise, add=["late"])
    with unit():
        kept = rename_tag(named("vip"), name="refund", actor=ADA, now=later(1))
    assert kept.name == "refund"
    every = tags_of_each([one.id, two.id, both.id, noise.id])
    assert every == {
        one.id: ["refund"], two.id: ["refund"], both.id: ["refund"], noise.id: ["late"],
    }  # fmt: skip
    assert kinds()[-1] == "tag:merged"
    assert named("vip") is None
    assert views()[1] == {"tag": "refund", "priority": "urgent"}


def test_a_tag_without_a_name_is_refused(ticket):
    tagged(ticket, add=["vip"])
    for name in ("", " # ", "x" * (TAG_MAX + 1)):
        with pytest.raises(Invalid), unit():
            rename_tag(named("vip"), name=name, actor=ADA, now=NOW)
    assert tags_of(ticket.id) == ["vip"]


def test_a_deleted_tag_leaves_tickets_and_views(ctx, view):
    one, other = opened(), opened()
    tagged(one, add=["vip", "late"])
    tagged(other, add=["vip"])
    with unit():
        delete_tag(named("vip"), actor=ADA, now=later(1))
    assert list(db.session.scalars(select(Tagging.ticket_id))) == [one.id]
    last = db.session.scalars(select(EventRecord).order_by(EventRecord.id.desc())).first()
    assert (last.kind, last.data) == ("tag:deleted", {"name": "vip", "tickets": 2})
    assert views()[1] == {"tag": "refund", "priority": "urgent"}


def test_the_numbers_beside_a_tag_tell_unsolved_ones_apart(ctx, staff):
    one, done = opened(), opened()
    tagged(one, done, add=["vip"])
    tagged(one, add=["late"])
    with unit():
        change_state(
            done, state="solved", resolution="answer", actor=staff_actor(staff.id), now=later(1)
        )
        db.session.add(TicketTag(name="unused", used_at=NOW))
    found = [(line.name, line.tickets, line.unsolved) for line in tag_lines()]
    assert found == [("late", 1, 1), ("unused", 0, 0), ("vip", 2, 1)]
