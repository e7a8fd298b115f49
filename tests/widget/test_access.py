"""Who may frame the panel, and which requests are its own."""

from __future__ import annotations

import pytest

from app.customers.models import PersonSession
from app.db import db, unit_of_work
from app.sites.models import Site
from tests.widget.conftest import ORIGIN


def ancestors(answer) -> str:
    policy = answer.headers["Content-Security-Policy"]
    return next(part for part in policy.split("; ") if part.startswith("frame-ancestors"))


def test_panel_may_be_framed_by_its_sites_origins_only(panel, client):
    answer = client.get("/w/shop/")

    assert ancestors(answer) == f"frame-ancestors 'self' {ORIGIN}"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["", "search?q=x", "ask", "theme.css", "session"])
def test_unknown_site_is_an_empty_404_nobody_may_frame(site, client, path):
    answer = client.get(f"/w/nobody/{path}")

    assert answer.status_code == 404
    assert answer.data == b""
    assert ancestors(answer) == "frame-ancestors 'none'"


def test_switched_off_site_is_unknown(site, client, app):
    with app.app_context(), unit_of_work():
        db.session.get(Site, site.id).is_active = False

    assert client.get("/w/shop/").status_code == 404


def test_nothing_inline_on_the_page(panel):
    assert "style=" not in panel.page
    assert "<style" not in panel.page
    assert "<script>" not in panel.page
    assert " onclick" not in panel.page


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": None, "Origin": "https://evil.example"},
        {"X-Widget-CSRF": ""},
        {"X-Widget-CSRF": "made-up"},
    ],
    ids=str,
)
def test_requests_that_are_not_the_panels_own_are_refused(panel, app, headers):
    sent = panel.headers()
    for name, value in headers.items():
        if value is None:
            sent.pop(name)
        else:
            sent[name] = value
    answer = panel.client.post("/w/shop/session", json={}, headers=sent)

    assert answer.status_code == 403
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(PersonSession)) == 0


def test_token_of_another_sites_page_is_refused(panel, client):
    other = client.get("/w/noise/").text.split('data-token="')[1].split('"')[0]

    answer = panel.post("session", **{"X-Widget-CSRF": other})

    assert answer.status_code == 403
    assert answer.json["error"]["code"] == "stale_page"


def test_an_old_browser_is_known_by_its_origin(panel):
    headers = panel.headers(Origin="http://localhost")
    headers.pop("Sec-Fetch-Site")

    answer = panel.client.post("/w/shop/session", json={}, headers=headers)

    assert answer.status_code == 201


def test_loader_is_cached_briefly_and_open_to_every_host(client):
    answer = client.get("/widget/v1/loader.js")

    assert answer.headers["Cache-Control"].startswith("public, max-age=300")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get("/widget/v1/loader.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_panel_scripts_are_kept_for_good_under_their_hash_only(panel, client):
    address = panel.page.split('type="module" src="')[1].split('"')[0]

    assert "immutable" in client.get(address).headers["Cache-Control"]
    old = address.replace(address.split("/")[3], "0" * 12)
    assert client.get(old).headers["Cache-Control"] == "no-cache"
    assert client.get("/widget/v1/x/loader.js").status_code == 404
    assert client.get("/widget/v1/x/README.md").status_code == 404


def test_theme_has_the_sites_colour_with_readable_text(panel, client):
    sheet = client.get("/w/shop/theme.css").text

    assert "--brand:#2f5d50;--on-brand:#ffffff" in sheet


def test_language_by_parameter_then_browser_then_site(panel, client, app, site):
    assert '<html lang="ar" dir="rtl"' in client.get("/w/shop/?locale=ar-EG").text
    german = client.get("/w/shop/", headers={"Accept-Language": "de-CH, en;q=0.5"}).text
    assert '<html lang="de" dir="ltr"' in german
    with app.app_context(), unit_of_work():
        db.session.get(Site, site.id).locale = "de"
    assert '<html lang="de"' in client.get("/w/shop/", headers={"Accept-Language": "fi"}).text
