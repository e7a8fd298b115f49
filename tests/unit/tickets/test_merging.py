"""Two tickets become one and two again: nothing said is lost, nobody reads what is not theirs."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import db
from app.errors import Invalid
from app.events.actor import staff_actor, visitor_actor
from app.notifications.models import OutgoingMail
from app.tickets.errors import SetAside, TicketChanged, TicketClosed
from app.tickets.models import Message, Ticket
from app.tickets.queries.filters import InboxFilter, Viewer
from app.tickets.queries.fulltext import holds_words
from app.tickets.queries.inbox import inbox_page
from app.tickets.queries.own import public_thread
from app.tickets.queries.tags import tags_of_each
from app.tickets.queries.threads import thread_for_staff
from app.tickets.queries.watchers import watcher_ids
from app.tickets.services.links import create_request_link, ticket_of_link
from app.tickets.services.merging import merge_ticket, unmerge_ticket
from app.tickets.services.replies import add_customer_message, add_note, add_reply
from app.tickets.services.splitting import split_ticket
from app.tickets.services.tags import tag_tickets
from app.tickets.services.watching import watch_ticket
from tests.factories.tickets import kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


def asked(subject: str, minute: int, **changes) -> Ticket:
    known = {"requester_verified": True, "now": later(minute)}
    return opened(subject=subject, body=f"{subject}?", **(known | changes))


def now(number: int) -> Ticket:
    return db.session.scalars(
        db.select(Ticket).where(Ticket.number == number).execution_options(populate_existing=True)
    ).one()


def merge(staff, number: int, into: int, minute: int = 60, **changes) -> Ticket:
    with unit():
        return merge_ticket(
            now(number), into=now(into), actor=staff_actor(staff.id), now=later(minute), **changes
        )


def unmerge(staff, number: int, minute: int = 90) -> None:
    with unit():
        unmerge_ticket(now(number), actor=staff_actor(staff.id), now=later(minute))


def bodies(ticket: Ticket) -> list[str]:
    return [message.body for message in public_thread(ticket)]


def listed(staff) -> list[int]:
    page = inbox_page(InboxFilter(state="any"), viewer=Viewer(staff.id, later(200)))
    return sorted(row.number for row in page.rows)


def test_a_merged_ticket_goes_on_in_the_other(staff):
    first, second = asked("Card declined", 0), asked("Card again", 5)
    with unit():
        token = create_request_link(first, now=later(6))
        add_note(first, author=staff, body="Seen at the bank", now=later(7))
    target = merge(staff, first.number, second.number)
    assert target.number == second.number
    assert (now(1).state, now(1).disposition) == ("closed", "merged")
    assert listed(staff) == [2]
    # Staff read everything in order of time, each message saying where it came in.
    thread = thread_for_staff(now(2), viewer_id=staff.id)
    said = [
        (entry.message.body, entry.message.ticket_id) for entry in thread.entries if entry.message
    ]
    assert said == [("Card declined?", 1), ("Card again?", 2), ("Seen at the bank", 1)]
    assert thread.numbers == {1: 1, 2: 2}
    assert [e.change.new for e in thread.entries if e.change and e.change.field == "merge"] == ["1"]
    # The customer finds both under either address, without the note.
    assert ticket_of_link(token, now=later(61)).number == 2
    assert bodies(now(2)) == ["Card declined?", "Card again?"]
    # It is found by the words of both.
    words = db.select(Ticket.number).where(holds_words("declined"), Ticket.disposition.is_(None))
    assert db.session.scalars(words).all() == [2]


def test_what_the_customer_writes_to_the_old_one_arrives_in_the_new(staff):
    asked("First", 0), asked("Second", 1)
    merge(staff, 1, 2)
    with unit():
        message = add_customer_message(
            now(1), body="Still broken", actor=visitor_actor(), now=later(70)
        )
    assert message.ticket_id == now(2).id
    assert now(2).state == "new"


def test_words_that_wait_for_an_answer_count_in_the_other(staff):
    asked("First", 0), asked("Second", 1)
    with unit():
        add_reply(now(2), author=staff, body="Try 2.4", next_state="waiting_customer", now=later(5))
    merge(staff, 1, 2)
    assert now(2).state == "open"
    assert kinds().count("ticket:message_added") == 4


def test_an_answered_ticket_leaves_the_other_as_it_is(staff):
    asked("First", 0), asked("Second", 1)
    with unit():
        for number in (1, 2):
            add_reply(
                now(number), author=staff, body="Done", next_state="waiting_customer", now=later(5)
            )
    merge(staff, 1, 2)
    assert now(2).state == "waiting_customer"


def test_tags_and_watchers_come_along_once(staff, make_staff):
    ida = make_staff(name="Ida Berg")
    asked("First", 0), asked("Second", 1)
    with unit():
        actor = staff_actor(staff.id)
        tag_tickets([now(1).id, now(2).id], add=["bank"], actor=actor, now=later(2))
        tag_tickets([now(1).id], add=["visa"], actor=actor, now=later(2))
        watch_ticket(now(1).id, staff_ids=[ida.id], actor=actor, now=later(2))
    merge(staff, 1, 2)
    target = now(2).id
    assert watcher_ids(target) == {ida.id}
    assert sorted(tags_of_each([target])[target]) == ["bank", "visa"]


@pytest.mark.parametrize(
    "changes",
    [
        {"requester_email": "other@studio.example"},
        {"requester_verified": False},
    ],
)
def test_tickets_of_different_people_are_not_merged(staff, changes):
    asked("First", 0), asked("Second", 1, **changes)
    before = kinds()
    with pytest.raises(Invalid, match="different people"):
        merge(staff, 1, 2)
    assert kinds() == before


def test_a_ticket_is_not_merged_into_itself_nor_in_a_circle(staff):
    asked("First", 0), asked("Second", 1)
    with pytest.raises(Invalid, match="itself"):
        merge(staff, 1, 1)
    merge(staff, 1, 2)
    with pytest.raises(Invalid, match="itself"):
        merge(staff, 2, 1)  # which goes on in 2
    with pytest.raises(SetAside):
        merge(staff, 1, 2)


def test_nobody_merges_what_moved_on(staff):
    asked("First", 0), asked("Second", 1)
    with unit():
        add_reply(now(1), author=staff, body="Wait", next_state="open", now=later(3))
    with pytest.raises(TicketChanged):
        merge(staff, 1, 2, expected_version=1)


def test_a_chain_can_be_undone_link_by_link(staff):
    asked("First", 0), asked("Second", 1), asked("Third", 2)
    merge(staff, 1, 2)
    merge(staff, 2, 3)
    assert bodies(now(3)) == ["First?", "Second?", "Third?"]
    assert listed(staff) == [3]
    unmerge(staff, 2)
    assert (bodies(now(2)), bodies(now(3))) == (["First?", "Second?"], ["Third?"])
    unmerge(staff, 1)
    assert [bodies(now(number)) for number in (1, 2, 3)] == [["First?"], ["Second?"], ["Third?"]]
    assert [now(number).state for number in (1, 2, 3)] == ["new", "new", "new"]
    with pytest.raises(SetAside):
        unmerge(staff, 1)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4), st.integers(1, 4)), max_size=8))
def test_however_tickets_are_merged_and_freed_no_word_is_lost(app, staff, acts):
    """Every message is read in exactly one ticket that is in the list."""
    with app.app_context():
        db.session.rollback()
        base = db.session.scalar(db.select(db.func.max(Ticket.number))) or 0
        for place in range(4):
            asked(f"Word{place}", place)
        own = range(base + 1, base + 5)
        for is_merge, one, other in acts:
            try:
                if is_merge:
                    merge(staff, base + one, base + other)
                else:
                    unmerge(staff, base + one)
            except (Invalid, SetAside):
                db.session.rollback()
        alive = [number for number in own if now(number).disposition is None]
        said = sorted(body for number in alive for body in bodies(now(number)))
        assert said == [f"Word{place}?" for place in range(4)]


@pytest.fixture
def two_things(staff):
    """A ticket whose requester asks a second thing in the third message."""
    ticket = asked("Invoice", 0)
    with unit():
        tag_tickets([ticket.id], add=["bank"], actor=staff_actor(staff.id), now=later(1))
        add_reply(now(1), author=staff, body="We look", next_state="open", now=later(2))
        add_customer_message(now(1), body="Also: no mails", actor=visitor_actor(), now=later(3))
        add_note(now(1), author=staff, body="Two things", now=later(4))
    return now(1)


def split(staff, keys, **changes) -> Ticket:
    values = {"message_ids": keys, "subject": "No mails", "now": later(30)} | changes
    with unit():
        return split_ticket(now(1), actor=staff_actor(staff.id), **values)


def keys_of(*texts: str) -> list[int]:
    return list(db.session.scalars(db.select(Message.id).where(Message.body.in_(texts))))


def test_messages_become_a_ticket_of_their_own(staff, two_things):
    new = split(staff, keys_of("Also: no mails", "Two things"))
    assert (new.number, new.subject, new.state) == (2, "No mails", "open")
    assert (bodies(now(1)), bodies(now(2))) == (["Invoice?", "We look"], ["Also: no mails"])
    assert now(2).requester_email == "nora@studio.example"
    for number, words in ((1, "split:2"), (2, "split:1")):
        changes = [
            e.change for e in thread_for_staff(now(number), viewer_id=staff.id).entries if e.change
        ]
        assert words in [f"{change.field}:{change.new or change.old}" for change in changes]
    assert kinds()[-3:] == ["ticket:split", "ticket:split_off", "mail:queued"] or (
        "ticket:split_off" in kinds()
    )
    assert now(2).next_due_at is not None  # what is owed on it counts from now


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["We look"], "at least one message of the customer."),
        (["Two things"], "at least one message of the customer."),
        (["Invoice?", "Also: no mails"], "customer here"),
        ([], "at least one message"),
    ],
)
def test_a_choice_that_makes_no_sense_splits_nothing(staff, two_things, texts, said):
    with pytest.raises(Invalid) as refused:
        split(staff, keys_of(*texts))
    assert said in refused.value.fields["message"][0]
    assert db.session.scalar(db.select(db.func.count(Ticket.id))) == 1


def test_messages_of_another_ticket_do_not_come_along(staff, two_things):
    asked("Elsewhere", 9)
    split(staff, [*keys_of("Also: no mails"), *keys_of("Elsewhere?")])
    assert bodies(now(2)) == ["Elsewhere?"]
    assert bodies(now(3)) == ["Also: no mails"]


def test_an_empty_subject_and_a_closed_ticket_are_refused(staff, two_things):
    with pytest.raises(Invalid):
        split(staff, keys_of("Also: no mails"), subject="  ")
    with unit():
        now(1).state = "closed"
    with pytest.raises(TicketClosed):
        split(staff, keys_of("Also: no mails"))


def test_what_was_split_off_can_be_merged_back(staff, two_things):
    split(staff, keys_of("Also: no mails"))
    merge(staff, 2, 1)
    assert bodies(now(1)) == ["Invoice?", "We look", "Also: no mails"]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "your request 1 goes on in request 2"),
        ("de", "geht Ihre Anfrage 1 in der Anfrage 2 weiter"),
    ],
)
def test_the_customer_is_told_only_if_whoever_merges_likes_so(staff, locale, words):
    for number in (1, 2, 3):
        asked(f"Matter {number}", number, locale=locale)
    db.session.execute(db.delete(OutgoingMail))
    db.session.commit()
    merge(staff, 3, 2)
    assert db.session.scalars(db.select(OutgoingMail)).all() == []
    merge(staff, 1, 2, minute=70, tell=True)
    (mail,) = db.session.scalars(db.select(OutgoingMail)).all()
    assert (mail.to_address, mail.subject) == ("nora@studio.example", "Re: Matter 2")
    assert words in " ".join(mail.text_body.split())
    # It is no answer: the ticket waits for one as before.
    assert (now(2).state, now(2).last_staff_message_at) == ("new", None)
    link = re.search(r"/help/requests/([\w-]+)", mail.text_body)
    assert link is not None
    assert ticket_of_link(link[1], now=later(71)).number == 2


def test_a_refused_merge_tells_nobody(staff):
    asked("Mine", 0)
    asked("Not mine", 1, requester_email="lin@paper.example")
    db.session.execute(db.delete(OutgoingMail))
    db.session.commit()
    with pytest.raises(Invalid):
        merge(staff, 1, 2, tell=True)
    assert db.session.scalars(db.select(OutgoingMail)).all() == []
