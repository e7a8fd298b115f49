"""Hashing passwords and refusing weak ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from app.errors import Invalid

#: Argon2id with 19 MiB, two passes, one lane.
#: Source: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

#: Verified against when there is no account, so that the answer takes as long as for one.
_NOBODY = _hasher.hash("no account has this password")

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200

#: A word counts as the whole password if so few letters and digits are left beside it.
_OTHER_CHARACTERS = 5

_LOOKALIKES = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
_SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "1q2w3e4r5t6z7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn",
)


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password.

    Slow on purpose: do it while no transaction is open.
    """
    return _hasher.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Say whether a password is the one of a hash, taking equally long either way.

    :param password_hash: None or an unusable one for nobody, who never matches.
    """
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and bool(password_hash)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError):
        # An account without a usable password answers like any other.
        return password_matches(None, password)


def check_new_password(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Refuse passwords that others would guess; ask for length, not for kinds of characters.

    :param about: words about the person (name, address), not to be used as a password.
    :raises Invalid: with the reason at the field ``password``.
    """
    problem = _problem(password, about)
    if problem:
        raise Invalid(fields={"password": [problem]})


def _problem(password: str, about: tuple[str, ...]) -> str | None:
    if len(password) < SHORTEST_PASSWORD:
        return f"Use at least {SHORTEST_PASSWORD} characters. A few unrelated words do well."
    if len(password) > LONGEST_PASSWORD:
        return f"Use at most {LONGEST_PASSWORD} characters."
    low = password.lower()
    if len(set(low)) < 5 or _is_sequence(low):
        return "This repeats or counts up. Use a few unrelated words."
    if any(_is_mostly(low, [word]) for word in _common_words()):
        return "This is among the passwords tried first. Use a few unrelated words."
    personal = {part for text in about for part in re.split(r"[^\w]+", text.lower())}
    if _is_mostly(low, sorted((word for word in personal if len(word) >= 3), key=len)[::-1]):
        return "This is mostly your name or address. Use a few unrelated words."
    return None


def _is_mostly(password: str, words: Sequence[str]) -> bool:
    """Say whether little is left of a password without these words."""
    for form in (password, password.translate(_LOOKALIKES)):
        rest = form
        for word in words:
            rest = rest.replace(word, "")
        if rest != form and sum(map(str.isalnum, rest)) <= _OTHER_CHARACTERS:
            return True
    return False


def _is_sequence(password: str) -> bool:
    for run in _SEQUENCES:
        for line in (run, run[::-1]):
            if password in line * 2:
                return True
    half = len(password) // 2
    return any(
        password == (password[:size] * len(password))[: len(password)]
        for size in range(1, min(half, 5) + 1)
    )


@cache
def _common_words() -> tuple[str, ...]:
    text = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.split() if line)
