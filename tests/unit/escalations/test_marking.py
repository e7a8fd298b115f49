"""The mark on tickets: the worst escalation that is open, else the newest."""

from __future__ import annotations

import pytest

from app.db import db
from app.escalations.services.changing import change_severity
from app.escalations.services.exits import decline_escalation
from app.escalations.services.linking import link_tickets, unlink_ticket
from app.escalations.services.raising import raise_escalation
from app.events.actor import staff_actor
from app.staff.models import Staff
from app.tickets.models import Ticket
from app.tickets.queries.addresses import read_filter
from app.tickets.queries.filters import Viewer
from app.tickets.queries.inbox import inbox_page
from tests.factories.tickets import NOW, later, opened, unit


@pytest.fixture
def ida(ctx, make_staff) -> Staff:
    return make_staff(name="Ida Vos")


def raised(ida, tickets, severity="s3", title="Bookings are late"):
    with unit():
        return raise_escalation(
            tickets,
            title=title,
            symptom="All of them.",
            severity=severity,
            raised_by=db.session.get(Staff, ida.id),
            now=NOW,
        )


def mark(ticket) -> int | None:
    return db.session.scalar(db.select(Ticket.escalation_number).where(Ticket.id == ticket.id))


def found(ida, **args) -> list[int]:
    page = inbox_page(read_filter(args), viewer=Viewer(ida.id, later(60)))
    return sorted(row.number for row in page.rows)


def test_of_several_the_worst_that_is_open_is_named(ida):
    ticket, noise = opened(), opened()
    first, second = raised(ida, [ticket]), raised(ida, [ticket], severity="s2")
    by = staff_actor(ida.id)
    assert (mark(ticket), mark(noise)) == (second.number, None)
    with unit():
        change_severity(db.session.merge(first), "s1", actor=by, now=later(1))
    assert mark(ticket) == first.number
    with unit():
        decline_escalation(
            db.session.merge(first), reason="No.", instead="Yes.", by=ida, now=later(2)
        )
    assert mark(ticket) == second.number
    with unit():
        unlink_ticket(db.session.merge(second), ticket.id, actor=by, now=later(3))
    assert mark(ticket) is None
    with unit():
        link_tickets(db.session.merge(second), [noise.id], linked_by=None, now=later(4))
    assert mark(noise) == second.number


def test_the_list_is_narrowed_down_by_it(ida):
    one, two, three = opened(), opened(), opened()
    first = raised(ida, [one])
    raised(ida, [two], title="Another one")
    assert found(ida, escalation="any") == [one.number, two.number]
    assert found(ida, escalation=str(first.number)) == [one.number]
    assert found(ida, escalation="none") == [three.number]
    assert read_filter({"escalation": "some"}).ignored == ("escalation",)
