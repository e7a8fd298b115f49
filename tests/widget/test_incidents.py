"""Known incidents in the panel: who reads them, and "me too"."""

from __future__ import annotations

import pytest

from app.clock import utc_now
from app.customers.models import Account, Customer
from app.db import db, unit_of_work
from app.escalations.models import EscalatedTicket, NoticeScope
from app.escalations.queries.finding import escalation_numbered
from app.escalations.services.incidents import set_notice
from app.escalations.services.linking import link_tickets
from app.escalations.services.raising import raise_escalation
from app.events.actor import staff_actor
from app.sites.models import Site
from app.staff.models import Staff
from app.tickets.models import Ticket
from tests.factories.tickets import kinds

TEXTS = {"en": "Bookings show an hour late.\nWe are mending it.", "de": "Eine Stunde zu spät."}
SUGGESTIONS = "suggestions?path=/calendar&title=Calendar"


@pytest.fixture
def known(app, site, make_staff):
    """Return a maker of running escalations with a notice, by the key of a site."""
    staff_id = make_staff().id

    def make(site_key: str = "shop", **changes) -> int:
        with app.app_context(), unit_of_work():
            by = db.session.get(Staff, staff_id)
            escalation = raise_escalation(
                [],
                title=f"Internal words of {site_key}",
                symptom="Late.",
                severity="s2",
                site_id=db.session.scalar(db.select(Site.id).where(Site.key == site_key)),
                raised_by=by,
                now=utc_now(),
            )
            values = {"texts": TEXTS, "scope": NoticeScope.SITE} | changes
            set_notice(escalation, actor=staff_actor(by.id), now=utc_now(), **values)
            return escalation.number

    return make


def links(app) -> list[tuple[int, int | None]]:
    with app.app_context():
        rows = db.session.execute(
            db.select(EscalatedTicket.ticket_id, EscalatedTicket.linked_by_id).order_by(
                EscalatedTicket.ticket_id
            )
        )
        return [tuple(row) for row in rows]


def test_it_is_read_on_its_site_in_the_readers_language(known, panel):
    known()
    known(site_key="noise", texts={"en": "Of another product."})
    text = panel.get(SUGGESTIONS).text
    assert "Bookings show an hour late." in text
    assert "Last update" in text
    assert "Internal words" not in text
    assert "Of another product." not in text
    german = panel.get(SUGGESTIONS, **{"Accept-Language": "de"}).text
    assert "Eine Stunde zu spät." in german


def test_a_visitor_says_me_too_once_and_hears_of_it(app, known, panel):
    number = known()
    panel.get(SUGGESTIONS)
    refused = panel.post(f"incidents/{number}/me-too", {"email": "noa@example.com"})
    assert refused.status_code == 401
    panel.start()
    refused = panel.post(f"incidents/{number}/me-too", {"email": "nowhere"})
    assert refused.status_code == 422
    for _press in range(2):
        answer = panel.post(f"incidents/{number}/me-too", {"email": "noa@example.com"})
        assert "request 1" in answer.json["html"]
    assert links(app) == [(1, None)]
    with app.app_context():
        ticket = db.session.scalars(db.select(Ticket)).one()
        assert ticket.subject == "Bookings show an hour late."
        assert "escalation:ticket_linked" in kinds()
    assert "Bookings show an hour late." in panel.get("requests").text


def test_a_customer_needs_no_address(app, known, panel, site):
    number = known()
    panel.sign_in(site.token())
    assert 'type="email"' not in panel.get(SUGGESTIONS).text
    assert panel.post(f"incidents/{number}/me-too").status_code == 200
    assert len(links(app)) == 1


def test_only_the_accounts_concerned_read_what_is_theirs(app, known, panel, other_panel, site):
    number = known(scope=NoticeScope.ACCOUNTS)
    panel.sign_in(site.token("u-1"))
    assert panel.ask(email="").status_code == 201
    other_panel.sign_in(site.token("u-2", org="other", org_name="Other"))
    with app.app_context(), unit_of_work():
        account = Account(name="Acme Pottery")
        db.session.add(account)
        db.session.flush()
        ticket = db.session.scalars(db.select(Ticket)).one()
        customer = db.session.get(Customer, ticket.customer_id)
        customer.account_id = customer.account_id or account.id
        link_tickets(escalation_numbered(number), [ticket.id], linked_by=None, now=utc_now())
    assert "an hour late" in panel.get(SUGGESTIONS).text
    assert "an hour late" not in other_panel.get(SUGGESTIONS).text
    assert other_panel.post(f"incidents/{number}/me-too").status_code == 404


def test_what_is_taken_down_is_gone(app, known, panel):
    number = known(texts={"en": " "})
    assert "Known problem" not in panel.get(SUGGESTIONS).text
    panel.start()
    answer = panel.post(f"incidents/{number}/me-too", {"email": "noa@example.com"})
    assert answer.status_code == 404
