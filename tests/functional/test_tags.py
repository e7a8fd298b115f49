"""The page of tags by HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from app.events.actor import staff_actor
from app.tickets.desk import TicketTag
from app.tickets.queries.tags import tags_of
from app.tickets.services.tags import tag_tickets
from tests.factories.forms import post_form
from tests.factories.tickets import NOW, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def tags(staff):
    """Two tags on one ticket; the key of each by its name."""
    ticket = opened()
    with unit():
        tag_tickets([ticket.id], add=["vip", "late"], actor=staff_actor(staff.id), now=NOW)
    return {tag.name: tag.id for tag in db.session.scalars(select(TicketTag))}


def test_tags_are_listed_with_their_tickets(staff_client, tags):
    page = staff_client.get("/portal/tags").text
    assert 'href="/portal/inbox?tag=late&amp;state=any"' in page
    assert "1 ticket" in page
    assert "1 unsolved" in page
    assert 'id="ticket-row-1"' in staff_client.get("/portal/inbox?tag=late,vip").text
    assert 'id="ticket-row-1"' not in staff_client.get("/portal/inbox?tag=late,refund").text
    row = staff_client.get("/portal/inbox?columns=tags").text
    assert '<span class="tag">late</span><span class="tag">vip</span>' in row


def test_an_empty_page_says_how_to_begin(staff_client):
    assert "No tags yet" in staff_client.get("/portal/tags").text


def test_a_tag_is_renamed_then_merged_then_deleted(staff_client, tags):
    vip, late = tags["vip"], tags["late"]
    renamed = post_form(staff_client, f"/portal/tags/{vip}", {f"tag{vip}-name": "Key Account"})
    assert renamed.headers["Location"].endswith(f"/portal/tags#tag-{vip}")
    assert tags_of(1) == ["key-account", "late"]
    post_form(staff_client, f"/portal/tags/{vip}", {f"tag{vip}-name": "late"})
    assert tags_of(1) == ["late"]
    page = staff_client.get("/portal/tags").text
    assert "“key-account” and “late” are one tag now." in page
    assert post_form(staff_client, f"/portal/tags/{vip}", {}).status_code == 404
    post_form(staff_client, f"/portal/tags/{late}/delete")
    assert tags_of(1) == []
    assert "No tags yet" in staff_client.get("/portal/tags").text


def test_a_refused_name_stays_in_its_field(staff_client, tags):
    typed = "x" * 41
    response = post_form(
        staff_client, f"/portal/tags/{tags['vip']}", {f"tag{tags['vip']}-name": typed}
    )
    assert response.status_code == 422
    assert f'value="{typed}"' in response.text
    assert "Please keep to 40 characters." in response.text
    assert 'value="late"' in response.text
