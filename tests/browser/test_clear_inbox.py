"""A dozen tickets, one person, no mouse: the inbox is cleared by keyboard alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.clock import utc_now
from app.db import db, unit_of_work
from app.events.actor import staff_actor
from app.staff.models import Staff
from app.tickets.models import Message, Ticket
from app.tickets.queries.tags import tags_of
from app.tickets.services.properties import assign_ticket
from tests.browser.staff import employ, sign_in
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser

#: The last one is the newest, and the first in the list.
QUESTIONS = [
    ("Where is my invoice for March?", "We need it for the tax office by Friday."),
    ("Win a free cruise!!!", "Click here to claim it."),
    ("Cheap followers", "10 000 for 5 dollars."),
    ("Two bookings at the same time", "Both of them paid, what do I tell them?"),
    ("Refund for a cancelled class", "My knee, sorry. Order 8812."),
    ("Refund please, wrong date", "I clicked the wrong Tuesday. Order 8817."),
    ("Newsletter arrives twice", "Since the update."),
    ("Thank you!", "The new calendar is lovely."),
    ("Thanks, works now", "Solved itself after a restart."),
    ("All good, thank you", "You can close this."),
    ("Can you import from a spreadsheet?", "I have 400 students in it."),
    ("Calendar is off by one hour", "Since Sunday every class is shown an hour late."),
]


class Keys:
    """A person who only has a keyboard, and notices when the focus is nowhere."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys one after the other, and look where the focus is after each."""
        for key in keys:
            self.page.keyboard.press(key)
        self.has_focus()

    def type(self, text: str) -> None:
        """Type where the focus is, which must be a place for text."""
        self.page.wait_for_function("document.activeElement.matches('textarea, input, select')")
        self.page.keyboard.type(text)

    def has_focus(self) -> None:
        """Hold that the focus is on something a person can see."""
        self.page.wait_for_function(
            """() => {
                const at = document.activeElement;
                return at && at !== document.body && at.checkVisibility();
            }"""
        )

    def row(self, subject: str):
        return self.page.locator("#ticket-list").get_by_role("link", name=subject, exact=True)

    def go_to(self, subject: str) -> None:
        """Walk the list until the focus is on a ticket."""
        row = self.row(subject)
        row.wait_for()
        for key in "k" * len(QUESTIONS) + "j" * len(QUESTIONS):
            if row.evaluate("link => link === document.activeElement"):
                return
            self.press(key)
        raise AssertionError(f"{subject} is not reached by j")

    def open(self, subject: str) -> None:
        self.go_to(subject)
        self.press("Enter")
        self.opened(subject)

    def opened(self, subject: str) -> None:
        expect(self.page.get_by_role("heading", name=subject, level=1)).to_be_visible()
        self.page.locator("form.composer[data-htmx-powered]").wait_for()
        # The behaviour of the box has its number to say.
        self.page.locator('form.composer [name="writer"]:not([value=""])').wait_for(
            state="attached"
        )

    def asked(self, text: str) -> None:
        """Wait for a dialog; a key within its first milliseconds would send it without script."""
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_contain_text(text)
        dialog.locator("form[data-htmx-powered]").wait_for()

    def send(self, text: str) -> None:
        """Send what is typed, and wait for the empty box that follows."""
        self.press("Control+Enter")
        expect(self.page.get_by_role("region", name="Messages")).to_contain_text(text)
        expect(self.page.get_by_label("Message", exact=True)).to_have_value("")
        self.page.locator("form.composer[data-htmx-powered]").wait_for()

    def said(self, text: str) -> None:
        expect(self.page.locator("#flash")).to_contain_text(text)


@pytest.fixture
def people(app, widget_site) -> tuple[Staff, Staff]:
    """Who clears the list, and a colleague; one of the tickets is the colleague's."""
    ida, ben = employ(app), employ(app, name="Ben Ode")
    with app.app_context():
        morning = utc_now() - timedelta(hours=2)
        for number, (subject, body) in enumerate(QUESTIONS, start=1):
            at, name = morning + timedelta(minutes=5 * number), f"Customer {number}"
            address = f"customer{number}@studio.example"
            opened(subject=subject, body=body, requester_name=name, requester_email=address, now=at)
        with unit_of_work():
            his = db.session.scalar(select(Ticket).where(Ticket.number == 7))
            by = staff_actor(ben.id)
            assign_ticket(his, assignee_id=ben.id, actor=by, now=his.created_at)
    return ida, ben


@pytest.fixture
def keys(people, foreword, page: Page) -> Keys:
    """The page of notices, where a working day begins; no pointer from here on."""
    sign_in(page, foreword.url, people[0])
    page.goto(f"{foreword.url}/portal/notices")
    for name in ("click", "dblclick", "hover", "tap"):
        setattr(page, name, None)
    return Keys(page)


def ticket(app, subject: str) -> Ticket:
    with app.app_context():
        found = db.session.scalar(select(Ticket).where(Ticket.subject == subject))
        db.session.expunge(found)
        return found


def messages(app, subject: str) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.execute(
            select(Message.kind, Message.body)
            .join(Ticket)
            .where(Ticket.subject == subject)
            .order_by(Message.id)
        )
        return [(str(row.kind), row.body) for row in rows]


def test_an_inbox_is_cleared_by_keyboard_alone(keys: Keys, people, app):
    page = keys.page
    # To the inbox, and there to the view of what nobody has.
    keys.page.keyboard.press("g")
    keys.page.keyboard.press("i")
    page.wait_for_url("**/portal/inbox**")
    page.locator("#bulk[data-htmx-powered]").wait_for(state="attached")
    keys.page.keyboard.press("v")
    keys.press("ArrowDown", "ArrowDown")
    expect(page.locator(".menu__item:focus")).to_contain_text("Unsolved")
    keys.press("Enter")
    page.wait_for_url("**/portal/inbox")
    expect(page.locator("#ticket-list .row")).to_have_count(12)
    keys.has_focus()

    # The first is answered, and solved with the answer: the next one opens.
    keys.open("Calendar is off by one hour")
    keys.press("r")
    keys.type("Daylight saving time: fixed an hour ago. Please reload the page.")
    keys.press("Escape", "e")
    keys.asked("How was it resolved?")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.press("r")
    keys.send("Please reload the page.")
    keys.press("Escape", "e")
    keys.asked("How was it resolved?")
    keys.press("Enter")
    keys.opened("Can you import from a spreadsheet?")
    expect(keys.row("Can you import from a spreadsheet?")).to_be_focused()

    # A note for colleagues, a tag, and aside until tomorrow: the next one opens.
    keys.press("n")
    keys.type("The importer comes on Thursday, ask Kofi.")
    keys.send("ask Kofi")
    keys.press("Escape", "t")
    keys.asked("Tag 1 ticket")
    keys.type("import")
    keys.press("Enter")
    keys.said("1 ticket: tagged import")
    keys.press("s")
    keys.asked("Until when")
    keys.press("Enter")
    keys.said("1 ticket: snoozed until")
    keys.opened("All good, thank you")

    # Three thank-yous are chosen and solved at once.
    keys.go_to("All good, thank you")
    keys.press("x", "j", "j", "Shift+X")
    expect(page.locator(".bulk__count")).to_have_text("3 chosen")
    keys.press("e")
    keys.asked("Solve 3 tickets")
    keys.press("ArrowDown", "Enter")
    keys.said("3 tickets: solved")
    # One of the answers was wrong: undone, and done again.
    keys.press("z")
    keys.said("3 tickets are as they were.")
    expect(keys.row("Thank you!")).to_be_visible()
    for subject in ("Thank you!", "Thanks, works now", "All good, thank you"):
        assert ticket(app, subject).state == "new"
    clear_thanks(keys)

    # Two refunds go to the colleague.
    keys.go_to("Refund please, wrong date")
    keys.press("x", "j", "x", "a")
    keys.asked("Assign 2 tickets")
    expect(page.get_by_label("Assign to")).to_be_focused()
    keys.type("Ben")
    keys.press("Enter")
    keys.said("2 tickets: assigned to Ben Ode")

    # Two are spam.
    keys.go_to("Cheap followers")
    keys.press("x", "j", "x")
    expect(page.locator(".bulk__count")).to_have_text("2 chosen")
    tab_to(keys, "More")
    keys.press("Enter", "ArrowUp")
    expect(page.locator(".menu__item:focus")).to_have_text("Spam or bin")
    keys.press("Enter")
    keys.asked("Set 2 tickets aside")
    keys.press("Enter")
    keys.said("2 tickets: marked as spam")

    # What is left is taken and answered.
    for subject in ("Two bookings at the same time", "Where is my invoice for March?"):
        keys.open(subject)
        keys.press("a")
        expect(page.get_by_role("region", name="Messages")).to_contain_text("Ida Berg took it")
        keys.press("r")
        keys.type("It is on its way to you.")
        keys.send("It is on its way to you.")
        expect(page.get_by_label("State").last).to_have_value("open")
        keys.press("Escape")

    # What is on the list now is in somebody's hands.
    expect(page.locator("#ticket-list .row")).to_have_count(5)
    expect(page.locator("#ticket-list .inbox-assignee")).to_have_count(5)
    states = {subject: ticket(app, subject) for subject, _body in QUESTIONS}
    left = [subject for subject, each in states.items() if each.state in ("new", "open")]
    assert [states[subject].assignee_id for subject in left] == [
        people[0].id,
        people[0].id,
        people[1].id,
        people[1].id,
        people[1].id,
        None,
    ]
    assert states["Can you import from a spreadsheet?"].snoozed_until > utc_now()
    assert tags_in(app, "Can you import from a spreadsheet?") == ["import"]
    assert messages(app, "Can you import from a spreadsheet?")[-1] == (
        "note",
        "The importer comes on Thursday, ask Kofi.",
    )
    assert states["Refund for a cancelled class"].assignee_id == people[1].id
    assert states["Newsletter arrives twice"].state == "new", "nobody touched the colleague's"


def clear_thanks(keys: Keys) -> None:
    keys.go_to("All good, thank you")
    keys.press("x", "j", "j", "Shift+X", "e")
    keys.asked("Solve 3 tickets")
    keys.press("Enter")
    keys.said("3 tickets: solved (answered)")


def tab_to(keys: Keys, name: str) -> None:
    """Go on with Tab until a control of the bar has the focus."""
    for _step in range(120):
        keys.page.keyboard.press("Tab")
        text = keys.page.evaluate("document.activeElement.textContent")
        if re.fullmatch(rf"\s*{name}\s*", text or ""):
            return
    raise AssertionError(f"{name} is not reached by Tab")


def tags_in(app, subject: str) -> list[str]:
    with app.app_context():
        found = db.session.scalar(select(Ticket).where(Ticket.subject == subject))
        return tags_of(found.id)
