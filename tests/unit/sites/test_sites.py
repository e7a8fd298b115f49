"""Sites: settings, origins, keys, colours."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import db, rollback_session, unit_of_work
from app.errors import Conflict, Invalid
from app.events.actor import SYSTEM
from app.events.models import EventRecord
from app.sites.colors import (
    DARK_GROUND,
    LIGHT_GROUND,
    TEXT_CONTRAST,
    contrast,
    palette,
)
from app.sites.queries import active_keys_of, site_by_key
from app.sites.services import (
    add_public_key,
    change_site,
    clean_origins,
    create_shared_key,
    create_site,
    key_secret,
    retire_key,
)


@contextmanager
def writing():
    """End the reads so far, then write."""
    rollback_session()
    with unit_of_work():
        yield


NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def make(key="shop"):
    with writing():
        return create_site(
            key=key, name="Shop", allowed_origins=["https://a.example/"], actor=SYSTEM, now=NOW
        )


def test_site_is_found_by_its_key_while_active(ctx):
    site = make()
    make("noise")

    assert site_by_key("shop").id == site.id
    with writing():
        change_site(site, changes={"is_active": False}, actor=SYSTEM, now=NOW)
    assert site_by_key("shop") is None


@pytest.mark.parametrize("key", ["", "A", "-a", "a b", "a/b", "x" * 41])
def test_key_must_fit_into_an_address(ctx, key):
    with pytest.raises(Invalid), writing():
        create_site(key=key, name="X", allowed_origins=[], actor=SYSTEM, now=NOW)


def test_key_is_unique(ctx):
    make()
    with pytest.raises(Conflict), writing():
        create_site(key="shop", name="X", allowed_origins=[], actor=SYSTEM, now=NOW)


def test_origins_take_the_form_browsers_send():
    given_ = [
        "https://App.Example.com:443/",
        " http://localhost:3000",
        "",
        "https://bücher.example",
    ]

    assert clean_origins([*given_, "https://app.example.com"]) == [
        "https://app.example.com",
        "http://localhost:3000",
        "https://xn--bcher-kva.example",
    ]


@pytest.mark.parametrize(
    "origin",
    ["*", "https://*.example.com", "http://example.com", "https://a.example/path", "example.com",
     "https://a.example;script-src *", "https://user@a.example", "javascript:alert(1)", "https://",
     "https://a.example:99999", "https://[::1"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(origin):
    with pytest.raises(Invalid):
        clean_origins([origin])


def test_only_changes_are_recorded(ctx):
    site = make()
    with writing():
        change_site(
            site, changes={"color": "#2F5D50", "mode": "answer_first"}, actor=SYSTEM, now=NOW
        )

    record = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "site:changed")
    ).all()[-1]
    assert record.data["fields"] == "mode"
    assert site.mode == "answer_first"


@pytest.mark.parametrize(
    "changes", [{"color": "red"}, {"color": "#2f5d50;}"}, {"mode": "x"}, {"theme": None}]
)
def test_bad_settings_are_refused(ctx, changes):
    site = make()
    with pytest.raises(Invalid), writing():
        change_site(site, changes=changes, actor=SYSTEM, now=NOW)


def test_two_active_keys_at_most(ctx):
    site = make()
    with writing():
        first, secret = create_shared_key(site, secret_key="s", actor=SYSTEM, now=NOW)
        create_shared_key(site, secret_key="s", actor=SYSTEM, now=NOW)
    with pytest.raises(Conflict), writing():
        create_shared_key(site, secret_key="s", actor=SYSTEM, now=NOW)
    with writing():
        retire_key(first, actor=SYSTEM, now=NOW)
        create_shared_key(site, secret_key="s", actor=SYSTEM, now=NOW)

    assert len(active_keys_of(site)) == 2
    assert key_secret(first, secret_key="s").decode() == secret


def test_only_ed25519_public_keys(ctx):
    site = make()
    with pytest.raises(Invalid), writing():
        add_public_key(site, pem="nonsense", actor=SYSTEM, now=NOW)


@given(st.integers(0, 0xFFFFFF))
def test_any_brand_colour_stays_readable(number):
    colors = palette(f"#{number:06x}")

    assert contrast(colors.brand, colors.on_brand) >= TEXT_CONTRAST
    assert contrast(colors.text_light, LIGHT_GROUND) >= TEXT_CONTRAST
    assert contrast(colors.text_dark, DARK_GROUND) >= TEXT_CONTRAST
