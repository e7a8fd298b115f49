"""Random secrets that are shown once and stored as a hash."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits in a form that fits in an address."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return the form of a random token that is stored; a stolen table signs nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()
