"""A real Chromium, Foreword on http://localhost, host pages on http://127.0.0.1: two sites.

Chromium treats both as trustworthy, so Secure cookies work, and as different sites, so the panel
is a third party in its host. Profiles: ``default`` refuses third-party storage (as Chromium does
out of the box here), ``partitioned`` allows it, kept apart per host site.
"""

from __future__ import annotations

import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app.clock import utc_now
from app.db import unit_of_work
from app.events.actor import SYSTEM
from app.knowledge.services import create_article
from app.search.services import sync
from app.sites.services import change_site, create_shared_key, create_site
from app.widget import signing

#: Milliseconds: many times what a quiet machine needs, so that only what is broken misses it.
DEADLINE = 30_000

expect.set_options(timeout=DEADLINE)

ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PROFILES = {"default": [], "partitioned": ["--disable-features=TrackingProtection3pcd"]}


def browser_path() -> str | None:
    """Return the Chromium to drive; None lets Playwright take its own."""
    named = os.environ.get("BROWSER_PATH")
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return named or next((path for path in found if path), None)


class Traffic:
    """Counts the requests that are being answered, so that no test starts amid another's."""

    QUIET_SECONDS = 0.05

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.running = 0

    @contextmanager
    def request(self) -> Iterator[None]:
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, step: int) -> None:
        with self.changed:
            self.running += step
            self.changed.notify_all()

    def wait_until_quiet(self) -> None:
        """Return once nothing has been asked for a moment: a closed page reports a last time."""
        with self.changed:
            while True:
                assert self.changed.wait_for(lambda: self.running == 0, timeout=60)
                if not self.changed.wait(self.QUIET_SECONDS):
                    return


class Quiet(WSGIRequestHandler):
    """Serve without writing a line per request, and count those of this process."""

    traffic = Traffic()

    def run_wsgi(self):
        # Here and not around the application: when a browser drops its connection this server
        # never closes the response.
        with self.traffic.request():
            super().run_wsgi()

    def log(self, type, message, *args):  # noqa: A002
        pass


@dataclass
class Server:
    """A web server in a thread of its own."""

    url: str
    stop: object = None


def serve(application, host: str, name: str) -> tuple[Server, object]:
    server = make_server(host, 0, application, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return Server(f"http://{name}:{server.server_port}"), server


@pytest.fixture(autouse=True)
def hasty_people(monkeypatch):
    """Let forms be sent at once: scripts are faster than people, and tests do not sleep."""
    monkeypatch.setattr(signing, "FORM_SECONDS", (0, 3600))


@pytest.fixture(scope="session")
def foreword(_application) -> Iterator[Server]:
    """Foreword itself."""
    server, running = serve(_application, "127.0.0.1", "localhost")
    yield server
    running.shutdown()


@dataclass
class HostPages:
    """A web server of the customer's product.

    :ivar pages: path to its HTML; anything else is 404.
    :ivar scripts: path to JavaScript.
    :ivar policy: its Content-Security-Policy.
    """

    url: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    policy: str = ""

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        body = self.pages.get(path) or self.scripts.get(path) or ""
        kind = "text/javascript" if path in self.scripts else "text/html"
        headers = [("Content-Type", f"{kind}; charset=utf-8")]
        if self.policy:
            headers.append(("Content-Security-Policy", self.policy))
        start_response("200 OK" if body else "404 Not Found", headers)
        return [body.encode()]


@pytest.fixture(scope="session")
def _host_server() -> Iterator[HostPages]:
    pages = HostPages()
    server, running = serve(pages, "127.0.0.1", "127.0.0.1")
    pages.url = server.url
    yield pages
    running.shutdown()


@pytest.fixture
def stranger(host: HostPages) -> Iterator[str]:
    """A page that embeds the widget without being allowed to: its address."""
    pages = HostPages(pages=dict(host.pages), scripts=dict(host.scripts))
    server, running = serve(pages, "127.0.0.1", "127.0.0.1")
    yield f"{server.url}/calendar/week"
    running.shutdown()


STUB = (
    "window.Foreword=window.Foreword||((...a)=>"
    "new Promise(r=>(Foreword.q=Foreword.q||[]).push([a,r])));"
)


@pytest.fixture
def host(_host_server: HostPages, foreword: Server, widget_site) -> HostPages:
    """The customer's product: its pages embed the widget under the strictest policy that can."""
    snippet = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>{title}</title>"
        '<link rel="icon" href="data:,"><script src="/host.js"></script>'
        '<script async src="{widget}/widget/v1/loader.js" data-site="shop"></script></head>'
        "<body><h1>{title}</h1><p><a id=first href='/other'>Other page</a></p>{more}</body></html>"
    )

    def page(title: str, more: str = "") -> str:
        return snippet.format(title=title, widget=foreword.url, more=more)

    _host_server.pages = {
        "/calendar/week": page("Calendar"),
        "/other": page("Invoices"),
        "/own": page("Own", '<a href="/help" data-foreword-launcher>Need a hand?</a>'),
    }
    _host_server.scripts = {"/host.js": STUB}
    _host_server.policy = (
        f"default-src 'none'; img-src data:; "
        f"script-src 'self' {foreword.url}; frame-src {foreword.url}; connect-src 'self'"
    )
    return _host_server


@pytest.fixture
def widget_site(app, _host_server):
    """The site "shop", its signing key, and articles to find."""
    now = utc_now()
    with app.app_context():
        with unit_of_work():
            site = create_site(
                key="shop",
                name="Shop",
                allowed_origins=[_host_server.url],
                actor=SYSTEM,
                now=now,
            )
            change_site(site, changes={"color": "#2f5d50"}, actor=SYSTEM, now=now)
            key, secret = create_shared_key(
                site, secret_key=app.config["SECRET_KEY"], actor=SYSTEM, now=now
            )
            for number, (title, body, patterns) in enumerate(ARTICLES):
                create_article(
                    title=title,
                    body=body,
                    category_path="Calendar" if number < 3 else "Payments",
                    url_patterns=patterns,
                    summary=body.splitlines()[0],
                    actor=SYSTEM,
                    now=now,
                    publish=True,
                )
            made = SiteForTests(site.id, key.kid, secret)
        sync(owner="test")
    return made


@dataclass(frozen=True)
class SiteForTests:
    """The site "shop" and its signing key."""

    id: int
    kid: str
    secret: str

    def token(self, sub: str = "u-7") -> str:
        """Sign who is using the product, as the host's server does."""
        now = int(utc_now().timestamp())
        claims = {
            "iss": "shop", "aud": "helpwidget:shop", "sub": sub, "iat": now, "exp": now + 300,
            "jti": secrets.token_hex(8), "email": f"{sub}@shop.example", "email_verified": True,
            "name": "Mira Holt", "org": "acme", "org_name": "Acme Pottery",
        }  # fmt: skip
        return jwt.encode({"alg": "HS256", "kid": self.kid}, claims, OctKey.import_key(self.secret))


ARTICLES = [
    (
        "A booking shows at the wrong time",
        "Find which of three clocks is off.\n\n## Check the display\n\nOpen the booking.\n\n"
        + "The grey line below the time names the zone of the location. " * 40,
        ["/calendar/*"],
    ),
    (
        "Connect Google Calendar",
        "See also [the wrong time](/help/articles/a-booking-shows-at-the-wrong-time).",
        ["/calendar/*"],
    ),
    ("Block time off", "Holidays, lunch, the dentist.\n\nDrag across the hours and name it.", []),
    (
        "A client's card was declined",
        "What the message on the screen means.\n\nThe bank says no; a retry seldom helps.",
        ["/sales/*"],
    ),
    ("Refund a payment", "Refunds are possible for 180 days.\n\nOpen the payment.", []),
]


@pytest.fixture(scope="session")
def _playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def _browsers(_playwright) -> Iterator[dict[str, Browser]]:
    started: dict[str, Browser] = {}
    yield started
    for browser in started.values():
        browser.close()


@pytest.fixture
def new_context(_playwright, _browsers):
    """Return a maker of browser contexts: ``new_context("partitioned", locale="de-DE")``."""
    opened: list[BrowserContext] = []

    def make(profile: str = "default", **options) -> BrowserContext:
        if profile not in _browsers:
            _browsers[profile] = _playwright.chromium.launch(
                executable_path=browser_path(), args=ARGUMENTS + PROFILES[profile]
            )
        context = _browsers[profile].new_context(**options)
        context.set_default_timeout(DEADLINE)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    Quiet.traffic.wait_until_quiet()


@pytest.fixture
def page(new_context) -> Page:
    """A page in the default profile."""
    return new_context().new_page()
