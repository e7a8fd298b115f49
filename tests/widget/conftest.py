"""A site with the widget, and a browser that behaves like its panel."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from app.clock import utc_now
from app.db import unit_of_work
from app.events.actor import SYSTEM
from app.knowledge.services import create_article
from app.limits.services import forget_memory
from app.search.services import sync
from app.sites.services import create_shared_key, create_site
from app.widget import signing
from app.widget.access import COOKIE

ORIGIN = "https://app.shop.example"


@dataclass(frozen=True)
class MadeSite:
    """The site "shop" and its signing key."""

    id: int
    kid: str
    secret: str

    def token(self, sub="u-7", **changes) -> str:
        """Sign who is using the product, as the host's server does."""
        now = int(utc_now().timestamp())
        claims = {
            "iss": "shop", "aud": "helpwidget:shop", "sub": sub, "iat": now, "exp": now + 300,
            "jti": secrets.token_hex(8), "email": f"{sub}@shop.example", "email_verified": True,
            "name": "Mira Holt", "org": "acme", "org_name": "Acme Pottery", **changes,
        }  # fmt: skip
        header = {"alg": "HS256", "kid": self.kid}
        return jwt.encode(header, claims, OctKey.import_key(self.secret))


@pytest.fixture
def site(app, monkeypatch) -> MadeSite:
    """The site, without the wait that keeps bots out of the form."""
    monkeypatch.setattr(signing, "FORM_SECONDS", (0, 3600))
    forget_memory()
    with app.app_context(), unit_of_work():
        now = utc_now()
        create_site(key="noise", name="Noise", allowed_origins=[], actor=SYSTEM, now=now)
        made = create_site(key="shop", name="Shop", allowed_origins=[ORIGIN], actor=SYSTEM, now=now)
        key, secret = create_shared_key(
            made, secret_key=app.config["SECRET_KEY"], actor=SYSTEM, now=now
        )
        return MadeSite(made.id, key.kid, secret)


@pytest.fixture
def articles(app, site):
    """Published articles for everybody, and one for customers."""
    with app.app_context():
        with unit_of_work():
            for title, audience, patterns in [
                ("A booking shows at the wrong time", "public", ["/calendar/*"]),
                ("A card was declined", "public", ["/sales/*"]),
                ("Discount codes for loyal customers", "customers", ["/calendar/*"]),
                ("Refunds and goodwill for staff", "staff", ["/calendar/*"]),
            ]:
                create_article(
                    title=title, body=f"All about it: {title.lower()}.", audience=audience,
                    url_patterns=patterns, actor=SYSTEM, now=utc_now(), publish=True,
                )  # fmt: skip
        sync(owner="test")


class Panel:
    """The panel's page in one browser: sends what its script sends."""

    def __init__(self, client) -> None:
        self.client = client
        self.page = client.get("/w/shop/").text
        self.token = re.search(r'data-token="([^"]+)"', self.page).group(1)
        self.bearer = ""

    def headers(self, **more):
        headers = {
            "Accept": "application/json, text/html;q=0.9",
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "X-Widget-CSRF": self.token,
            "Sec-Fetch-Site": "same-origin",
        }
        if self.bearer:
            headers["Authorization"] = f"Bearer {self.bearer}"
        return {**headers, **more}

    def get(self, path, **headers):
        return self.client.get(f"/w/shop/{path}", headers=self.headers(**headers))

    def post(self, path, body=None, **headers):
        return self.client.post(
            f"/w/shop/{path}", json={} if body is None else body, headers=self.headers(**headers)
        )

    def start(self):
        """Begin an anonymous session, as before the first write."""
        self.post("session")
        return self

    def sign_in(self, token):
        """Exchange a signed token."""
        answer = self.post("identity", {"token": token})
        self.bearer = (answer.json or {}).get("token", "")
        return answer

    def ask(self, **changes):
        """Send the form."""
        rendered = re.search(r'name="rendered" value="([^"]+)"', self.get("ask").text).group(1)
        body = {
            "subject": "Wrong time", "body": "It says five.", "email": "noa@example.com",
            "name": "Noa", "key": secrets.token_hex(16), "rendered": rendered, "website": "",
            "attachments": [], "context": {"Page": "/calendar"}, "session": "s" * 32, **changes,
        }  # fmt: skip
        return self.post("tickets", body)

    @property
    def cookie(self):
        """Return the person's cookie, if the browser has one."""
        return self.client.get_cookie(COOKIE)


@pytest.fixture
def panel(site, client) -> Panel:
    """A panel nobody has written in yet."""
    return Panel(client)


@pytest.fixture
def other_panel(app, site) -> Panel:
    """Another browser's panel."""
    return Panel(app.test_client())
