"""Creating and changing sites, and the keys with which they vouch for their customers."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import select

from app.db import db
from app.errors import Conflict, Invalid
from app.events.actor import Actor
from app.events.catalogue.people import IdentityKeyChanged, SiteChanged
from app.events.services import record
from app.sites.colors import HEX
from app.sites.models import IdentityKey, KeyState, Site, WidgetMode
from app.sites.queries import active_keys_of, site_by_mail_address
from app.sites.senders import checked_sender_address, checked_sender_name

KEY_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")

#: Settings that :func:`change_site` accepts.
EDITABLE = (
    "name", "mode", "allowed_origins", "color", "position", "launcher_label", "theme", "locale",
    "is_active", "mail_name", "mail_address",
)  # fmt: skip

#: A site may sign with two keys at a time: the one in use and the one it moves to.
MOST_ACTIVE_KEYS = 2

#: How long a retired key still verifies: longer than the oldest token and any clock skew.
RETIRED_FOR = timedelta(hours=24)


def create_site(
    *, key: str, name: str, allowed_origins: Sequence[str], actor: Actor, now: datetime
) -> Site:
    """Create a site.

    :param key: public name for the snippet: small letters, digits and hyphens, 2 to 40.
    :param allowed_origins: exact origins that may embed the widget.
    :raises Invalid: a value that cannot be accepted.
    :raises Conflict: the key is taken.
    """
    if not KEY_NAME.fullmatch(key):
        message = "Use 2 to 40 small letters, digits and hyphens."
        raise Invalid(fields={"key": [message]})
    if db.session.scalar(select(Site.id).where(Site.key == key)):
        raise Conflict("There is a site with this key already.", fields={"key": ["Taken."]})
    site = Site(key=key, name=name.strip(), allowed_origins=clean_origins(allowed_origins))
    site.created_at = now
    db.session.add(site)
    db.session.flush()  # the event names the key
    record(SiteChanged(site_id=site.id, fields="key,name"), actor=actor, at=now)
    return site


def change_site(site: Site, *, changes: dict[str, object], actor: Actor, now: datetime) -> Site:
    """Change settings of a site; only real changes are recorded.

    :param changes: of :data:`EDITABLE`, new values.
    :raises Invalid: a value that cannot be accepted.
    """
    checked = {name: _checked(name, value) for name, value in changes.items() if name in EDITABLE}
    owner = site_by_mail_address(str(checked.get("mail_address", "")))
    if owner is not None and owner.id != site.id:
        raise Invalid(fields={"mail_address": [f"{owner.name} has this address already."]})
    changed = [name for name, value in checked.items() if getattr(site, name) != value]
    for name in changed:
        setattr(site, name, checked[name])
    if changed:
        record(SiteChanged(site_id=site.id, fields=",".join(changed)), actor=actor, at=now)
    return site


def _checked(name: str, value: object) -> object:
    allowed = {
        "mode": tuple(WidgetMode),
        "position": ("end", "start"),
        "theme": ("auto", "light", "dark"),
    }
    if name == "allowed_origins":
        return clean_origins(value if isinstance(value, list | tuple) else [])
    if name == "color":
        color = str(value).strip().lower()
        if not HEX.fullmatch(color):
            raise Invalid(fields={"color": ["Give the colour as #rrggbb."]})
        return color
    if name in allowed:
        if value not in allowed[name]:
            raise Invalid(fields={name: ["Choose one of the values."]})
        return str(value)
    if name == "is_active":
        return bool(value)
    if name == "mail_name":
        return checked_sender_name(value)
    if name == "mail_address":
        return checked_sender_address(value)
    return str(value).strip()


def clean_origins(origins: Sequence[str]) -> list[str]:
    """Return origins in the one form that browsers send.

    :param origins: addresses; a path behind the host is refused, since an origin has none.
    :raises Invalid: something that is no origin, or one with a wildcard or without TLS
        (``http`` is accepted for this machine only).
    """
    cleaned: list[str] = []
    for origin in (line.strip() for line in origins):
        if not origin:
            continue
        try:
            parts = urlsplit(origin)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
        local = host in ("localhost", "127.0.0.1")
        fits = parts.scheme == "https" or (parts.scheme == "http" and local)
        extra = parts.path not in ("", "/") or parts.query or parts.fragment or parts.username
        if not fits or not re.fullmatch(r"[a-z0-9.-]+", host) or extra:
            message = f"“{origin}” is not an origin such as https://app.example.com."
            raise Invalid(fields={"allowed_origins": [message]})
        default = {"https": 443, "http": 80}[parts.scheme]
        shown = f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")
        if shown not in cleaned:
            cleaned.append(shown)
    return cleaned


def _cipher(secret_key: str) -> Fernet:
    digest = hashlib.sha256(b"identity-keys:" + secret_key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def key_secret(key: IdentityKey, *, secret_key: str) -> bytes:
    """Return the secret of an HS256 key.

    :param secret_key: the installation's key, which encrypts it at rest.
    :raises cryptography.fernet.InvalidToken: the installation's key has changed.
    """
    return _cipher(secret_key).decrypt(key.material.encode())


def create_shared_key(
    site: Site, *, secret_key: str, actor: Actor, now: datetime
) -> tuple[IdentityKey, str]:
    """Make an HS256 key: 32 random bytes shared with the host's server.

    :returns: the key and its secret, which is shown this once.
    :raises Conflict: two keys are active already.
    """
    secret = secrets.token_urlsafe(32)
    material = _cipher(secret_key).encrypt(secret.encode()).decode()
    return _add_key(site, "HS256", material, actor=actor, now=now), secret


def add_public_key(site: Site, *, pem: str, actor: Actor, now: datetime) -> IdentityKey:
    """Take an Ed25519 public key, for sites that keep their private key to themselves.

    :param pem: SubjectPublicKeyInfo in PEM.
    :raises Invalid: not such a key.
    :raises Conflict: two keys are active already.
    """
    try:
        loaded = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        loaded = None
    if not isinstance(loaded, Ed25519PublicKey):
        raise Invalid(fields={"pem": ["Paste an Ed25519 public key in PEM form."]})
    return _add_key(site, "EdDSA", pem.strip(), actor=actor, now=now)


def _add_key(
    site: Site, algorithm: str, material: str, *, actor: Actor, now: datetime
) -> IdentityKey:
    if len(active_keys_of(site)) >= MOST_ACTIVE_KEYS:
        raise Conflict("Retire one of the two active keys first.")
    key = IdentityKey(
        site_id=site.id,
        kid=f"{site.key}-{secrets.token_hex(4)}",
        algorithm=algorithm,
        material=material,
        state=KeyState.ACTIVE,
    )
    key.created_at = now
    db.session.add(key)
    db.session.flush()  # the event names the key
    _record_state(key, actor=actor, now=now)
    return key


def retire_key(key: IdentityKey, *, actor: Actor, now: datetime) -> None:
    """Take a key out of use: its tokens are accepted for another 24 hours."""
    key.state = KeyState.VERIFY_ONLY
    key.verify_until = now + RETIRED_FOR
    _record_state(key, actor=actor, now=now)


def revoke_key(key: IdentityKey, *, actor: Actor, now: datetime) -> None:
    """Refuse a key from now on; the event ends every session it vouched for."""
    key.state = KeyState.REVOKED
    key.verify_until = None
    _record_state(key, actor=actor, now=now)


def _record_state(key: IdentityKey, *, actor: Actor, now: datetime) -> None:
    record(
        IdentityKeyChanged(site_id=key.site_id, key_id=key.id, state=str(key.state)),
        actor=actor,
        at=now,
    )
