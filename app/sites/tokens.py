"""Verifying the signed tokens with which a site says who its customer is.

The key record decides the algorithm; nothing in the token does. A token is refused for the
smallest doubt, and the reason is for the host's developer, not for an attacker's oracle: it
names the failed check and nothing of the key.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import OctKey, OKPKey
from joserfc.jws import JWSRegistry

from app.errors import PortalError
from app.sites.models import IdentityKey, KeyState, Site
from app.sites.queries import key_by_kid
from app.sites.services import key_secret

LARGEST_BYTES = 4096
LEEWAY_SECONDS = 60
LONGEST_LIFE_SECONDS = 600

#: Header fields a token may carry. `jwk`, `jku`, `x5u` and `crit` would let it choose its own key
#: or rules.
HEADER_FIELDS = frozenset({"alg", "kid", "typ"})

TEXT_LIMITS = {"sub": 128, "jti": 128, "email": 254, "name": 200, "org": 128, "org_name": 200}


class TokenRefused(PortalError):
    """A signed identity could not be accepted; the person stays anonymous."""

    status = 401
    code = "identity_refused"
    user_message = "The signed identity was refused."


@dataclass(frozen=True)
class SignedIdentity:
    """What a valid token says.

    :ivar expires_at: until when its `jti` must be remembered.
    :ivar org: the account's id in the host product; empty if none was given.
    """

    key_id: int
    subject: str
    token_id: str
    expires_at: datetime
    email: str
    email_verified: bool
    name: str
    org: str
    org_name: str


class _OneAlgorithm(JWSRegistry):
    """A registry that knows the algorithm of the key and no other."""

    def __init__(self, algorithm: str) -> None:
        super().__init__(algorithms=[algorithm])
        self.algorithm = algorithm

    def get_alg(self, name: str) -> Any:
        """Return the one algorithm.

        Not the library's own look-up, since that warns about the name ``EdDSA``, which is what
        hosts' libraries still write.
        """
        if name != self.algorithm:
            raise UnsupportedAlgorithmError(f"{name} is not the algorithm of this key")
        return self.algorithms[name]


def audience(site: Site) -> str:
    """Return the `aud` that tokens for a site must carry."""
    return f"helpwidget:{site.key}"


def verify_token(token: str, *, site: Site, secret_key: str, now: datetime) -> SignedIdentity:
    """Check a token of a site.

    :param token: compact JWS of at most 4,096 bytes.
    :param secret_key: the installation's key, which opens HS256 secrets.
    :raises TokenRefused: for whatever is wrong with it.
    """
    if len(token.encode()) > LARGEST_BYTES:
        raise TokenRefused("The token is larger than 4,096 bytes.")
    header = _header(token)
    key = _usable_key(header, site, now)
    try:
        signed = jws.deserialize_compact(
            token, _verifying_key(key, secret_key), registry=_OneAlgorithm(key.algorithm)
        )
        claims = json.loads(signed.payload)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise TokenRefused("The signature does not fit the key.") from None
    if not isinstance(claims, dict):
        raise TokenRefused("The claims are not an object.")
    return _identity(claims, key, site, now)


def _header(token: str) -> dict[str, Any]:
    segments = token.split(".")
    if len(segments) != 3:
        raise TokenRefused("This is not a signed token.")
    try:
        decoded = [_strict_base64(segment) for segment in segments]
        header = json.loads(decoded[0])
    except (ValueError, RecursionError):
        raise TokenRefused("The token cannot be read.") from None
    if not isinstance(header, dict) or not set(header) <= HEADER_FIELDS:
        raise TokenRefused("The token's header has fields that are not accepted.")
    return header


def _strict_base64(segment: str) -> bytes:
    """Decode base64url, refusing every second spelling of the same bytes."""
    try:
        raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except (binascii.Error, ValueError):
        raise ValueError(segment) from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != segment:
        raise ValueError(segment)
    return raw


def _usable_key(header: dict[str, Any], site: Site, now: datetime) -> IdentityKey:
    kid = header.get("kid")
    key = key_by_kid(kid) if isinstance(kid, str) and kid else None
    if key is None or key.site_id != site.id:
        raise TokenRefused("The token names no key of this site in its header (kid).")
    if header.get("alg") != key.algorithm:
        raise TokenRefused("The token's algorithm is not the key's.")
    expired = key.verify_until is not None and key.verify_until <= now
    if key.state == KeyState.REVOKED or (key.state == KeyState.VERIFY_ONLY and expired):
        raise TokenRefused("The key is revoked.")
    return key


def _verifying_key(key: IdentityKey, secret_key: str) -> OctKey | OKPKey:
    if key.algorithm == "HS256":
        return OctKey.import_key(key_secret(key, secret_key=secret_key))
    return OKPKey.import_key(key.material)


def _identity(
    claims: dict[str, Any], key: IdentityKey, site: Site, now: datetime
) -> SignedIdentity:
    if claims.get("iss") != site.key:
        raise TokenRefused("iss is not this site's key.")
    if claims.get("aud") != audience(site):
        raise TokenRefused(f"aud is not {audience(site)}.")
    issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
    moment = now.timestamp()
    if expires - issued > LONGEST_LIFE_SECONDS or expires <= issued:
        raise TokenRefused("exp must be at most 10 minutes after iat.")
    if issued > moment + LEEWAY_SECONDS:
        raise TokenRefused("The token is from the future: check the server's clock.")
    if expires + LEEWAY_SECONDS <= moment:
        raise TokenRefused("The token has expired.")
    if claims.get("nbf") is not None and _seconds(claims, "nbf") > moment + LEEWAY_SECONDS:
        raise TokenRefused("The token is not valid yet.")
    text = _texts(claims)
    return SignedIdentity(
        key_id=key.id,
        subject=text("sub", True),
        token_id=text("jti", True),
        expires_at=datetime.fromtimestamp(expires + LEEWAY_SECONDS, UTC),
        email=text("email", False).lower(),
        email_verified=claims.get("email_verified") is True,
        name=text("name", False),
        org=text("org", False),
        org_name=text("org_name", False),
    )


def _seconds(claims: dict[str, Any], name: str) -> int:
    value = claims.get(name)
    if type(value) is not int or not 0 < value < 2**33:
        raise TokenRefused(f"{name} must be a whole number of seconds.")
    return value


def _texts(claims: dict[str, Any]) -> Callable[[str, bool], str]:
    def text(name: str, needed: bool) -> str:
        value = claims.get(name)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or len(value) > TEXT_LIMITS[name] or "\x00" in value:
            raise TokenRefused(f"{name} must be a text of at most {TEXT_LIMITS[name]} characters.")
        value = value.strip()
        if needed and not value:
            raise TokenRefused(f"{name} is missing.")
        return value

    return text
