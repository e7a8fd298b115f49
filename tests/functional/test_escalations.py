"""Escalating from a ticket, and moving it along, through the pages."""

from __future__ import annotations

import pytest
from sqlalchemy import event as sqlalchemy_event

from app.clock import utc_now
from app.db import db
from app.jobs.services import run_due_jobs
from app.tickets.models import Ticket
from app.tickets.services.links import create_request_link
from tests.factories.forms import post_form
from tests.factories.tickets import opened, unit

SENT = {
    "title": "Bookings show an hour late",
    "severity": "s2",
    "symptom": "Every booking after Sunday is an hour late.",
    "noticed_by": "customer",
}


def work(app) -> None:
    """Do all that is due, as the worker does."""
    with app.app_context():
        while run_due_jobs(owner="test"):
            pass


@pytest.fixture
def number(app):
    with app.app_context():
        opened(subject="Another one")
        return opened(subject="Bookings are an hour late").number


@pytest.fixture
def escalated(staff_client, number):
    """An escalation of one ticket, as its page address."""
    answer = post_form(staff_client, "/portal/escalations", SENT | {"tickets": str(number)})
    assert answer.status_code == 303
    return answer.location


def test_a_ticket_is_escalated_and_taken(staff_client, number):
    form = staff_client.get(f"/portal/escalations/new?ticket={number}").text
    assert "Bookings are an hour late" in form
    assert "cannot work and there is no way around it" in form
    refused = post_form(staff_client, "/portal/escalations", SENT | {"severity": ""})
    assert refused.status_code == 422
    assert "If unsure, take the higher one." in refused.text
    assert "Every booking after Sunday" in refused.text

    answer = post_form(staff_client, "/portal/escalations", SENT | {"tickets": str(number)})
    assert answer.location.endswith("/portal/escalations/1")
    board = staff_client.get("/portal/escalations").text
    assert "Bookings show an hour late" in board
    assert "Nobody coordinates it yet" in board
    assert "1 ticket" in board

    assert post_form(staff_client, "/portal/escalations/1/take").status_code == 303
    page = staff_client.get("/portal/escalations/1").text
    assert "Acknowledged" in page
    assert "Owner: Ada Lind" in page
    assert "E-1" in staff_client.get(f"/portal/escalations/beside/{number}").text


def test_going_back_asks_what_is_new_and_a_wrong_move_says_why(staff_client, escalated):
    refused = post_form(staff_client, f"{escalated}/state", {"state": "mitigated", "version": "1"})
    assert refused.status_code == 422
    assert "Somebody has to acknowledge it first." in refused.text
    exit_ = post_form(staff_client, f"{escalated}/state", {"state": "declined", "version": "1"})
    assert "Please decline it with a reason" in exit_.text
    for version, state in enumerate(("acknowledged", "mitigated"), start=1):
        sent = {"state": state, "version": str(version)}
        assert post_form(staff_client, f"{escalated}/state", sent).status_code == 303
    back = {"state": "investigating", "version": "3"}
    assert "Please say what is new." in post_form(staff_client, f"{escalated}/state", back).text
    back["reason"] = "Two more customers report it"
    assert post_form(staff_client, f"{escalated}/state", back).status_code == 303
    stale = post_form(staff_client, f"{escalated}/state", back | {"state": "resolved"})
    assert stale.status_code == 409
    assert "changed while you were working on it" in stale.text
    assert "Two more customers report it" in stale.text


def test_it_is_declined_with_what_to_do_instead(staff_client, escalated):
    sent = {"reason": "Works as meant.", "instead": "", "version": "1"}
    refused = post_form(staff_client, f"{escalated}/decline", sent)
    assert refused.status_code == 422
    assert "Please say what to do instead" in refused.text
    sent["instead"] = "Send the article on time zones."
    assert post_form(staff_client, f"{escalated}/decline", sent).status_code == 303
    assert "Instead: Send the article on time zones." in staff_client.get(escalated).text
    assert "Bookings show" not in staff_client.get("/portal/escalations").text
    assert "Bookings show" in staff_client.get("/portal/escalations?group=over").text


def test_a_duplicate_takes_its_tickets_along(staff_client, escalated, number):
    other = post_form(staff_client, "/portal/escalations", SENT | {"title": "The first one"})
    wrong = post_form(staff_client, f"{escalated}/duplicate", {"of": "77", "version": "1"})
    assert wrong.status_code == 422
    assert "There is no escalation with this number." in wrong.text
    sent = {"of": "e-2", "version": "1"}
    assert post_form(staff_client, f"{escalated}/duplicate", sent).location == other.location
    assert f"#{number}" in staff_client.get(other.location).text
    assert "The first one" in staff_client.get(escalated).text


def test_tickets_are_linked_and_taken_off(staff_client, escalated, number):
    refused = post_form(staff_client, f"{escalated}/tickets", {"numbers": "#999"})
    assert refused.status_code == 422
    assert "There is no ticket #999." in refused.text
    added = post_form(staff_client, f"{escalated}/tickets", {"numbers": f"{number}, 1"})
    assert added.status_code == 303
    assert "Another one" in staff_client.get(escalated).text
    assert post_form(staff_client, f"{escalated}/tickets/1/unlink").status_code == 303
    assert "Another one" not in staff_client.get(escalated).text
    assert post_form(staff_client, f"{escalated}/tickets/1/unlink").status_code == 404


def test_a_ticket_that_reads_alike_is_linked_with_one_click(app, staff_client, escalated):
    with app.app_context():
        like = opened(subject="All our bookings are one hour late").number
        unlike = opened(subject="Invoices are empty").number
    assert "About the same?" in staff_client.get(f"/portal/escalations/beside/{like}").text
    assert "About the same?" not in staff_client.get(f"/portal/escalations/beside/{unlike}").text
    sent = post_form(staff_client, f"{escalated}/tickets?from=ticket", {"numbers": str(like)})
    assert sent.location.endswith(f"/portal/tickets/{like}")
    assert "About the same?" not in staff_client.get(f"/portal/escalations/beside/{like}").text


def test_the_timeline_takes_words_and_promotes_lines(staff_client, escalated):
    refused = post_form(staff_client, f"{escalated}/timeline", {"text": " ", "level": "story"})
    assert refused.status_code == 422
    assert "Please say what happened." in refused.text
    sent = {"text": "Release 4.2 went out", "happened_at": "2026-03-01T09:00", "level": "log"}
    assert post_form(staff_client, f"{escalated}/timeline", sent).status_code == 303
    page = staff_client.get(escalated).text
    assert page.index("The log:") < page.index("Release 4.2 went out")
    sent = {"key": "entry:1", "level": "story"}
    assert post_form(staff_client, f"{escalated}/timeline/level", sent).status_code == 303
    page = staff_client.get(escalated).text
    assert page.index("Release 4.2 went out") < page.index("The log:")
    unknown = {"key": "entry:99", "level": "story"}
    assert post_form(staff_client, f"{escalated}/timeline/level", unknown).status_code == 404


def test_roles_are_taken_given_and_kept_apart_in_the_worst_kind(
    staff_client, escalated, make_staff
):
    other = make_staff(name="Bo Lund")
    sent = {"staff": str(other.id)}
    assert post_form(staff_client, f"{escalated}/roles/communicator", sent).status_code == 303
    assert "Communicator: Bo Lund" in staff_client.get(escalated).text
    assert post_form(staff_client, f"{escalated}/roles/communicator").status_code == 303
    assert "Communicator: Ada Lind, instead of Bo Lund" in staff_client.get(escalated).text
    facts = {"version": "1", "title": "Worse", "severity": "s1", "symptom": "Data is gone."}
    assert post_form(staff_client, escalated, facts).status_code == 303
    post_form(staff_client, f"{escalated}/roles/owner")
    post_form(staff_client, f"{escalated}/roles/resolver")
    page = staff_client.get(escalated).text
    assert "whoever coordinates does not also fix it" in page
    assert "Severity: S1 (was S2)" in page


def test_escalations_are_for_staff(app, escalated):
    stranger = app.test_client()
    for path in ("/portal/escalations", "/portal/escalations/new", escalated):
        assert stranger.get(path).status_code in (302, 303, 401)


def test_customers_are_told_and_asked_on_the_page_of_their_request(
    app, client, staff_client, number
):
    with app.app_context(), unit():
        token = create_request_link(db.session.get(Ticket, number), now=utc_now())
    sent = SENT | {"tickets": f"1,{number}"}
    escalated = post_form(staff_client, "/portal/escalations", sent).location
    empty = post_form(staff_client, f"{escalated}/updates", {"text_en": " "})
    assert empty.status_code == 422
    assert "Please say what customers should know." in empty.text
    text = {"text_en": "We found it and are mending it."}
    assert post_form(staff_client, f"{escalated}/updates", text).status_code == 303
    assert "0 of 2 have it" in staff_client.get(escalated).text
    work(app)
    assert "2 have it" in staff_client.get(escalated).text
    theirs = client.get(f"/help/requests/{token}").text
    assert "We found it and are mending it." in theirs
    assert "Is it solved?" not in theirs

    for version, state in enumerate(("acknowledged", "resolved"), start=1):
        moved = {"state": state, "version": str(version)}
        assert post_form(staff_client, f"{escalated}/state", moved).status_code == 303
    work(app)
    assert "Is it solved?" in client.get(f"/help/requests/{token}").text
    origin = {"Origin": "http://localhost"}
    doubt = client.post(
        f"/help/requests/{token}/not-yet", data={"body": "Still late"}, headers=origin
    )
    assert doubt.status_code == 303
    assert "Not solved for them yet" in staff_client.get(escalated).text
    client.post(f"/help/requests/{token}/solved", headers=origin)
    assert "Solved for them" in staff_client.get(escalated).text


def test_several_that_were_chosen_in_the_list_are_escalated_together(staff_client, number):
    chosen = {"ticket": ["1:1", f"{number}:3"]}
    form = post_form(staff_client, "/portal/escalations/new", chosen).text
    assert f'value="1,{number}"' in form
    post_form(staff_client, "/portal/escalations", SENT | {"tickets": f"1,{number}"})
    listed = staff_client.get("/portal/inbox?escalation=1").text
    assert listed.count('class="row__link"') == 2
    assert "E-1" in listed
    assert "/portal/escalations/1" in staff_client.get(f"/portal/tickets/{number}").text


def test_a_known_incident_is_read_in_the_help_centre_and_joined_there(
    app, client, staff_client, escalated
):
    stranger = app.test_client()
    assert "Known problem" not in stranger.get("/help").text
    sent = {"text_en": "Bookings show an hour late.", "scope": "nobody"}
    refused = post_form(staff_client, f"{escalated}/notice", sent)
    assert refused.status_code == 422
    assert "Please choose who should read it." in refused.text
    sent["scope"] = "site"
    assert post_form(staff_client, f"{escalated}/notice", sent).status_code == 303
    front = stranger.get("/help").text
    assert "Bookings show an hour late." in front
    assert "incident=1" in front
    asking = stranger.get("/help/ask?incident=1&subject=Late").text
    assert "We know of this and are on it." in asking
    question = {
        "subject": "Late", "body": "Mine too", "email": "noa@example.com", "incident": "1",
        "key": "k" * 22,
    }  # fmt: skip
    answer = stranger.post("/help/ask", data=question, headers={"Origin": "http://localhost"})
    assert answer.status_code == 303
    page = staff_client.get(escalated).text
    assert "Said “me too”" in page
    assert post_form(staff_client, f"{escalated}/notice", sent | {"down": "1"}).status_code == 303
    assert "Bookings show an hour late." not in stranger.get("/help").text
    ordinary = question | {"key": "l" * 22}
    assert (
        stranger.post(
            "/help/ask", data=ordinary, headers={"Origin": "http://localhost"}
        ).status_code
        == 303
    )
    assert staff_client.get(escalated).text.count("Said “me too”") == 1


def test_a_release_is_noted_and_stands_in_the_timeline(staff_client, escalated):
    refused = post_form(staff_client, "/portal/escalations/releases", {"version": ""})
    assert refused.status_code == 422
    assert "Please name it." in refused.text
    sent = {"version": "4.2", "flags": "zones on"}
    assert post_form(staff_client, "/portal/escalations/releases", sent).status_code == 303
    assert "zones on" in staff_client.get("/portal/escalations/releases").text
    assert "Release 4.2. zones on" in staff_client.get(escalated).text
    off = post_form(staff_client, "/portal/escalations/releases/1/off")
    assert off.status_code == 303
    assert "Release 4.2" not in staff_client.get(escalated).text


def test_more_tickets_and_more_escalations_cost_no_more_statements(app, staff_client, number):
    def statements(path: str) -> int:
        asked = []
        with app.app_context():
            engine = db.engine

        def note(*_args) -> None:
            asked.append(1)

        sqlalchemy_event.listen(engine, "before_cursor_execute", note)
        try:
            assert staff_client.get(path).status_code == 200
        finally:
            sqlalchemy_event.remove(engine, "before_cursor_execute", note)
        return len(asked)

    def more(count: int) -> None:
        for each in range(count):
            with app.app_context():
                numbers = [opened().number for _ in range(3)]
            sent = SENT | {"title": f"Late {count} {each}"}
            post_form(
                staff_client,
                "/portal/escalations",
                sent | {"tickets": ",".join(map(str, numbers))},
            )
            post_form(
                staff_client,
                "/portal/escalations/1/tickets",
                {"numbers": ",".join(map(str, numbers))},
            )

    more(2)
    paths = ("/portal/escalations", "/portal/escalations/1", f"/portal/escalations/beside/{number}")
    before = [statements(path) for path in paths]
    before = [statements(path) for path in paths]
    more(4)
    assert [statements(path) for path in paths] == before
