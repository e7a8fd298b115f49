"""What a visit costs: the budgets are promises to host pages."""

from __future__ import annotations

import pytest

from app.clock import utc_now
from app.db import unit_of_work
from app.events.actor import SYSTEM
from app.knowledge.services import create_article
from app.search.services import sync
from app.sites.services import create_site
from bench.sizes import FIRST_OPEN_BYTES, LOADER_BYTES
from bench.weight import transferred, weigh


@pytest.fixture
def site(app):
    with app.app_context():
        with unit_of_work():
            create_site(
                key="shop", name="Shop", allowed_origins=["https://a.example"], actor=SYSTEM,
                now=utc_now(),
            )  # fmt: skip
            for number in range(12):
                create_article(
                    title=f"What to do when a booking shows at the wrong time, part {number}",
                    body="Find which of the three clocks is off, and set it right.",
                    url_patterns=["/calendar/*"],
                    actor=SYSTEM,
                    now=utc_now(),
                    publish=True,
                )
        sync(owner="test")


def test_loader(client):
    size, _text = transferred(client, "/widget/v1/loader.js")
    assert size <= LOADER_BYTES


def test_first_open_of_the_panel(client, site):
    sizes = weigh(client, "/w/shop/")
    suggestions = "/w/shop/suggestions?path=/calendar/week&title=Calendar&heading=Calendar"
    sizes["suggestions"], text = transferred(client, suggestions)

    kinds = {address.partition("?")[0].rpartition(".")[2] for address in sizes}
    assert {"js", "css"} <= kinds  # the list is really what the page loads
    assert len(sizes) >= 5
    assert "booking" in text
    assert sum(sizes.values()) <= FIRST_OPEN_BYTES, sizes
