"""Views of the inbox by HTTP: saved, shared, arranged, counted."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from app.db import db
from app.events.actor import staff_actor
from app.staff.models import Role
from app.tickets.desk import SavedView
from app.tickets.models import Ticket
from app.tickets.services.properties import assign_ticket, change_state
from app.tickets.services.views import save_view
from tests.conftest import sign_in
from tests.factories.forms import post_form
from tests.factories.tickets import NOW, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


def saved(owner, name="Urgent ones", shared=False, **query):
    with unit():
        return save_view(
            owner, name=name, query=query or {"priority": "urgent"}, shared=shared, now=NOW
        ).id


def views_now():
    db.session.rollback()
    return list(db.session.scalars(db.select(SavedView).order_by(SavedView.position)))


def numbers_beside(text):
    nav = text[text.index('id="views"') : text.index("</nav>", text.index('id="views"'))]
    found = re.findall(r"<bdi[^>]*>([^<]+)</bdi><span class=\"count[^>]*>([^<]+)</span>", nav)
    return dict(found)


@pytest.fixture
def elsewhere(app, make_staff):
    """A colleague's browser."""

    def sit_down(name="Ida Berg", role=Role.SUPPORT):
        db.session.rollback()
        person = make_staff(name=name, role=role)
        client = app.test_client()
        sign_in(client, person)
        return person, client

    return sit_down


def test_a_filter_is_saved_under_a_name_and_shows_its_number(staff_client, staff):
    opened(priority="urgent")
    opened(requester_email="b@x.example")
    page = staff_client.get("/portal/inbox/views?priority=urgent&sort=waiting&bad=1").text
    assert 'value="priority=urgent&amp;sort=waiting"' in page
    response = post_form(
        staff_client,
        "/portal/inbox/views",
        {"name": "  Urgent   ones ", "query": "priority=urgent&sort=waiting&x=y&state=nonsense"},
    )
    assert response.headers["Location"].endswith("/portal/inbox?priority=urgent&sort=waiting")
    (view,) = views_now()
    assert (view.name, view.shared, view.owner_id) == ("Urgent ones", False, staff.id)
    assert view.query == {"priority": "urgent", "sort": "waiting"}
    listed = staff_client.get("/portal/inbox?sort=waiting&priority=urgent").text
    assert numbers_beside(listed) == {}
    assert numbers_beside(staff_client.get("/portal/inbox/counts").text)["Urgent ones"] == "1"
    assert "Save this filter" not in listed
    assert "Save this filter" in staff_client.get("/portal/inbox?priority=low").text


def test_counts_are_those_of_the_viewer_and_of_every_kind_of_view(staff_client, staff, make_staff):
    ida = make_staff(name="Ida Berg")
    for number in range(6):
        opened(requester_email=f"c{number}@x.example", now=later(number))
    with unit():
        mine, hers, done, asleep, waiting, _rest = db.session.scalars(
            db.select(Ticket).order_by(Ticket.id)
        )
        actor = staff_actor(staff.id)
        assign_ticket(mine, assignee_id=staff.id, actor=actor, now=later(9))
        assign_ticket(hers, assignee_id=ida.id, actor=actor, now=later(9))
        change_state(done, state="solved", resolution="answer", actor=actor, now=later(9))
        change_state(waiting, state="waiting_customer", actor=actor, now=later(9))
        asleep.snoozed_until = later(99_999)
    saved(staff, "Solved by mail", state="solved", channel="mail")
    saved(staff, "Solved in widget", state="solved", channel="widget")
    saved(staff, "Blank", q="Invoices")
    assert numbers_beside(staff_client.get("/portal/inbox/counts").text) == {
        "Mine": "1", "Unassigned": "2", "Unsolved": "4", "Waiting for customer": "1",
        "My drafts": "0", "Overdue": "4",
        "Snoozed": "1", "All": "5", "Solved by mail": "0", "Solved in widget": "1", "Blank": "5",
    }  # fmt: skip


def test_counting_takes_two_statements_however_many_views_there_are(staff_client, staff):
    for number in range(20):
        saved(staff, f"View {number}", **({"state": "closed"} if number % 2 else {"team": "1"}))
    sent = []

    def note(_conn, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    staff_client.get("/portal/inbox/counts")
    event.remove(db.engine, "before_cursor_execute", note)
    assert len([each for each in sent if "count(*)" in each.lower()]) == 2


def test_one_s_own_views_are_private_until_shared(staff_client, staff, elsewhere):
    _ida, ida_client = elsewhere()
    key = saved(staff)
    assert "Urgent ones" not in ida_client.get("/portal/inbox").text
    for path in ("", "/delete", "/copy", "/move"):
        assert post_form(ida_client, f"/portal/inbox/views/{key}{path}").status_code == 404
    changed = {f"view{key}-name": "Hot", f"view{key}-shared": "y"}
    assert post_form(staff_client, f"/portal/inbox/views/{key}", changed).status_code == 303
    assert "Hot" in ida_client.get("/portal/inbox").text
    # Shared is to be looked at and copied; only its owner or an administrator changes it.
    for path in ("", "/delete", "/move"):
        assert post_form(ida_client, f"/portal/inbox/views/{key}{path}").status_code == 404
    assert post_form(ida_client, f"/portal/inbox/views/{key}/copy").status_code == 303
    assert sorted((view.name, view.shared) for view in views_now()) == [
        ("Hot", False),
        ("Hot", True),
    ]
    _boss, boss_client = elsewhere("Bo Sund", Role.ADMINISTRATOR)
    assert post_form(boss_client, f"/portal/inbox/views/{key}/delete").status_code == 303
    assert [view.shared for view in views_now()] == [False]


def test_me_in_a_shared_view_is_whoever_looks(staff_client, staff, elsewhere):
    ida, ida_client = elsewhere()
    saved(staff, "My urgent", shared=True, assignee="me")
    opened()
    with unit():
        ticket = db.session.scalar(db.select(Ticket))
        assign_ticket(ticket, assignee_id=ida.id, actor=staff_actor(ida.id), now=later(1))
    assert numbers_beside(staff_client.get("/portal/inbox/counts").text)["My urgent"] == "0"
    assert numbers_beside(ida_client.get("/portal/inbox/counts").text)["My urgent"] == "1"


def test_views_are_put_in_order(staff_client, staff):
    keys = [saved(staff, name) for name in ("One", "Two", "Three")]
    post_form(staff_client, f"/portal/inbox/views/{keys[2]}/move", {"up": "1"})
    post_form(staff_client, f"/portal/inbox/views/{keys[0]}/move")
    post_form(staff_client, f"/portal/inbox/views/{keys[2]}/move", {"up": "1"})
    assert [view.name for view in views_now()] == ["Three", "One", "Two"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_view_without_a_proper_name_is_refused_with_all_that_was_typed(staff_client, staff, name):
    response = post_form(
        staff_client, "/portal/inbox/views", {"name": name, "query": "team=3", "shared": "y"}
    )
    assert response.status_code == 422
    assert 'value="team=3"' in response.text
    key = saved(staff)
    response = post_form(staff_client, f"/portal/inbox/views/{key}", {f"view{key}-name": name})
    assert response.status_code == 422
    assert [view.name for view in views_now()] == ["Urgent ones"]


def test_a_filter_shows_its_address_and_says_what_it_left_out(staff_client):
    opened()
    asked = "/portal/inbox/rows?filtered=1&q=&state=open&priority=high&priority=urgent&team=&sort=x"
    response = staff_client.get(asked, headers={"HX-Request": "true"})
    address = response.headers["HX-Replace-Url"]
    assert address == "/portal/inbox?state=open&priority=high,urgent"
    assert "Not understood and left out: Order" in response.text
    beside = staff_client.get(asked + "&selected=1", headers={"HX-Request": "true"})
    assert beside.headers["HX-Replace-Url"].startswith("/portal/tickets/1?state=open")


def test_a_row_shows_the_chosen_columns(staff_client):
    opened()
    page = staff_client.get("/portal/inbox?columns=channel,waiting").text
    row = page[page.index('id="ticket-row-1"') : page.index("</li>", page.index("ticket-row-1"))]
    assert "Widget" in row
    assert "Last heard from us" in row
    assert '<span class="num">#1<' not in row
