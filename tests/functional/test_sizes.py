"""What the first pages of portal and help centre cost to load."""

from __future__ import annotations

import gzip

import pytest

from app.web.compression import zipped_once
from bench.sizes import FIRST_PAGE_BYTES
from bench.weight import weigh
from tests.factories.tickets import later, opened

SPRITE = "/static/img/icons.svg"


@pytest.fixture
def many_tickets(ctx):
    """More than a page of the inbox holds."""
    for number in range(60):
        opened(
            subject=f"Invoice {number * 7919} shows the wrong sum since last week",
            body="It was right in March. The statement lists two lessons that never were.",
            now=later(number),
        )


@pytest.mark.parametrize("address", ["/portal/inbox", "/portal/tickets/1"])
def test_a_first_page_of_the_portal(staff_client, many_tickets, address):
    sizes = weigh(staff_client, address)

    loaded = " ".join(sizes)
    for part in ("htmx", "main.js", "behaviors/", ".css", "icons.svg", "favicon"):
        assert part in loaded  # the list is really what the page loads
    assert sum(sizes.values()) <= FIRST_PAGE_BYTES, sizes


@pytest.mark.parametrize("address", ["/portal/sign-in", "/help"])
def test_a_first_page_of_a_stranger(client, address):
    assert sum(weigh(client, address).values()) <= FIRST_PAGE_BYTES


def test_static_files_are_gzipped_once(client):
    zipped_once.cache_clear()
    first = client.get(SPRITE, headers={"Accept-Encoding": "gzip"})
    second = client.get(SPRITE, headers={"Accept-Encoding": "gzip"})

    assert first.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in first.headers["Vary"]
    assert gzip.decompress(second.data) == client.get(SPRITE).data
    assert zipped_once.cache_info()[:2] == (1, 1)  # one found, one made


def test_a_part_of_a_file_is_sent_as_it_is(client):
    whole = client.get(SPRITE).data
    part = client.get(SPRITE, headers={"Accept-Encoding": "gzip", "Range": "bytes=0-1999"})

    assert part.status_code == 206
    assert part.data == whole[:2000]
