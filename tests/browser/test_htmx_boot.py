"""htmx from its CDN with the local copy behind it: works once, whatever the CDN does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
HTMX = next((ROOT / "static/vendor").glob("htmx-*.min.js")).read_bytes()
BOOT = (ROOT / "static/js/boot.js").read_bytes()
INTEGRITY = "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"


@dataclass
class Cdn:
    """A stand-in for the CDN, and the site that asks it."""

    behaviour: str = "works"
    url: str = ""
    site: str = ""
    posts: list[str | None] = field(default_factory=list)
    local_loads: int = 0
    finished: threading.Event = field(default_factory=threading.Event)


def answer(handler: BaseHTTPRequestHandler, body: bytes, kind: str, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Access-Control-Allow-Origin", "*")
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def cdn() -> Iterator[Cdn]:
    state = Cdn()

    class Quiet(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

    class Remote(Quiet):
        def do_GET(self):
            if state.behaviour == "silent":
                state.finished.wait(20)  # accepts and says nothing until the test is over
                return
            wrong = b"// changed" if state.behaviour == "tampered" else b""
            status = 404 if state.behaviour == "missing" else 200
            answer(self, HTMX + wrong, "text/javascript", status)

    class Site(Quiet):
        def do_GET(self):
            if self.path == "/boot.js":
                answer(self, BOOT, "text/javascript")
            elif self.path == "/local.js":
                state.local_loads += 1
                answer(self, HTMX, "text/javascript")
            else:
                cdn_url = "" if state.behaviour == "switched off" else f"{state.url}/htmx.js"
                answer(self, PAGE.format(cdn=cdn_url).encode(), "text/html")

        def do_POST(self):
            state.posts.append(self.headers.get("X-CSRFToken"))
            answer(self, f"answer {len(state.posts)}".encode(), "text/html")

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), each) for each in (Remote, Site)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url, state.site = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    yield state
    state.finished.set()
    for server in servers:
        server.shutdown()
        server.server_close()


PAGE = (
    '<!doctype html><title>t</title><link rel="icon" href="data:,">'
    '<meta name="csrf-token" content="the-token">'
    f'<script defer src="/boot.js" data-cdn="{{cdn}}" data-integrity="{INTEGRITY}"'
    ' data-local="/local.js" data-wait="600"></script>'
    '<button hx-post="/said" hx-target="#out">Say</button><div id="out"></div>'
)


@pytest.mark.parametrize(
    ("behaviour", "loads"),
    [("works", 0), ("missing", 1), ("tampered", 1), ("silent", 1), ("switched off", 1)],
)
def test_a_click_is_sent_once_with_the_token(page: Page, cdn: Cdn, behaviour, loads) -> None:
    cdn.behaviour = behaviour
    page.goto(cdn.site, wait_until="commit")
    ready = page.locator("button[data-htmx-powered]")
    expect(ready).to_be_visible()
    page.get_by_role("button").click()
    expect(page.locator("#out")).to_have_text("answer 1")
    assert cdn.posts == ["the-token"]
    assert cdn.local_loads == loads


def test_a_tab_that_met_a_broken_cdn_does_not_ask_it_again(page: Page, cdn: Cdn) -> None:
    cdn.behaviour = "missing"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(cdn.site)
    expect(page.locator("button[data-htmx-powered]")).to_be_visible()
    asked.clear()
    page.goto(cdn.site)
    expect(page.locator("button[data-htmx-powered]")).to_be_visible()
    assert not [url for url in asked if url.startswith(cdn.url)]
