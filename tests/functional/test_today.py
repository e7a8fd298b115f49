"""The day's page: broken promises first, then what waits; every number opens its list."""

from __future__ import annotations

import re

import pytest
import time_machine

from app.events.actor import staff_actor
from app.tickets.services.properties import assign_ticket, change_state
from tests.factories.promises import promised
from tests.factories.tickets import NOW, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")
DAY = 24 * 60
LIST = re.compile(
    r'href="(/portal/inbox[^"]*)" data-hotkey-item>[^<]+</a></div>'
    r'<div class="row__end"><span class="count">(\d+)<'
)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def numbers_by_title(text: str) -> dict[str, int]:
    rows = re.findall(
        r'data-hotkey-item>([^<]+)</a></div><div class="row__end"><span class="count">(\d+)<', text
    )
    return {title: int(count) for title, count in rows}


def titles(text: str) -> list[str]:
    return re.findall(r"data-hotkey-item><bdi>([^<]+)</bdi>", text)


def test_nothing_promised_and_nothing_to_do_is_said(staff_client):
    text = staff_client.get("/portal/day").text
    assert "Broken promises" not in text
    assert "Nothing." in text
    assert set(numbers_by_title(text).values()) == {0}


def test_broken_promises_come_first_and_the_viewers_own_before_the_others(
    staff_client, staff, make_staff, clock
):
    ida = make_staff(name="Ida Berg")
    ticket = opened()
    promised(ticket, text="Next week", due_at=later(9 * DAY))
    promised(ticket, text="This week", due_at=later(3 * DAY))
    promised(ticket, text="Late today", due_at=later(7 * 60))
    promised(ticket, text="Hers, broken", due_at=later(10), owner_id=ida.id)
    promised(ticket, text="Mine, broken", due_at=later(20), owner_id=staff.id)
    clock.shift(3600)
    text = staff_client.get("/portal/day").text
    assert titles(text) == ["Mine, broken", "Hers, broken", "Late today", "This week"]
    assert text.index("Broken promises") < text.index("Promised for today")


def test_each_number_is_that_of_the_list_it_opens(staff_client, staff):
    actor = staff_actor(staff.id)
    mine, other, done = opened(), opened(subject="Later"), opened(subject="Done")
    with unit():
        assign_ticket(mine, assignee_id=staff.id, actor=actor, now=later(1))
        change_state(done, state="solved", resolution="answer", actor=actor, now=later(2))
    text = staff_client.get("/portal/day").text
    numbers = numbers_by_title(text)
    assert (numbers["Mine, unsolved"], numbers["Nobody's yet"]) == (1, 1)
    for address, count in LIST.findall(text):
        listed = staff_client.get(address.replace("&amp;", "&")).text
        assert len(re.findall(r'id="ticket-row-\d+', listed)) == int(count), address
    assert other.number == 2


def test_the_page_asks_the_same_however_much_there_is(staff_client, count_queries):
    promised(opened(), due_at=later(5))
    few = count_queries(lambda: staff_client.get("/portal/day"))
    for number in range(8):
        promised(opened(subject=f"More {number}"), due_at=later(5 + number))
    assert count_queries(lambda: staff_client.get("/portal/day")) == few
