"""Handling the widget in a page, for the browser tests."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

from app.clock import utc_now
from app.db import db, unit_of_work
from app.staff.models import Staff
from app.tickets.models import Ticket
from app.tickets.services.replies import add_reply


def panel_of(page: Page) -> FrameLocator:
    """Return the panel of a page, open or not."""
    return page.frame_locator("foreword-widget iframe")


def launcher(page: Page):
    """Return the launcher's button."""
    return page.locator("foreword-widget button")


def open_panel(page: Page) -> FrameLocator:
    """Press the launcher and return the panel once it can be used."""
    launcher(page).click()
    panel = panel_of(page)
    expect(panel.get_by_role("heading", name="How can we help?")).to_be_visible()
    return panel


def write(panel: FrameLocator, *, email: str = "noa@example.com", body: str = "It says five."):
    """Fill the form; without an address for somebody signed in."""
    if email:
        panel.get_by_label("Your e-mail address").fill(email)
    panel.get_by_label("What is it about?").fill("Wrong time")
    panel.get_by_label("What happened").fill(body)


def send(panel: FrameLocator) -> None:
    """Press Send and wait for the confirmation."""
    panel.get_by_role("button", name="Send", exact=True).click()
    expect(panel.get_by_role("heading", name="We have it")).to_be_visible()


def tickets(app) -> list[Ticket]:
    """Return all tickets, oldest first."""
    with app.app_context():
        found = list(db.session.scalars(db.select(Ticket).order_by(Ticket.id)))
        db.session.expunge_all()
    return found


def answer_as_staff(app, staff: Staff, body: str) -> None:
    """Answer the newest ticket."""
    with app.app_context(), unit_of_work():
        newest = db.select(Ticket).order_by(Ticket.id.desc()).limit(1)
        add_reply(db.session.scalars(newest).one(), author=staff, body=body, now=utc_now())


def record_events(page: Page) -> None:
    """Collect the widget's events of a page in ``window.seen``."""
    page.evaluate(
        "() => { window.seen = []; for (const name of ['ready','open','close','search','article',"
        "'feedback','helped','ticket','gaveup','error'])"
        " Foreword('on', name, (detail) => seen.push([name, detail])); }"
    )


def seen_events(page: Page) -> list[str]:
    """Return the names of the events so far."""
    return page.evaluate("() => seen.map(([name]) => name)")
