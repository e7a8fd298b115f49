"""Passwords: length counts, the usual guesses are refused, hashes are Argon2id."""

from __future__ import annotations

import pytest

from app.errors import Invalid
from app.staff.services.passwords import check_new_password, hash_password, password_matches

ABOUT = ("Ada Lind", "ada.lind@team.example")


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "eleven chars"[:11],
        "password1234",
        "Password!2026",
        "P@ssw0rd1234",
        "passwordpassword",
        "123456789012",
        "098765432109",
        "qwertyuiopas",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghijklm",
        "letmein12345",
        "iloveyou1234",
        "1q2w3e4r5t6z",
        "adalind-2026",
        "administrator1",
        "correcthorsebatterystaple",
        "x" * 201,
    ],
)
def test_what_is_tried_first_is_refused(weak):
    with pytest.raises(Invalid) as refusal:
        check_new_password(weak, about=ABOUT)
    assert list(refusal.value.fields) == ["password"]


@pytest.mark.parametrize(
    "good",
    [
        "meadow lantern copper",
        "kein Zeichenzwang nötig",
        "mein password ist sehr sehr lang und gut",
        "7f3b9d21c0aa",
        "correct horse battery staple but longer",
        "ملعب زيتون قديم جدا",
        "twelve chars!",
    ],
)
def test_length_without_rules_of_composition_is_enough(good):
    check_new_password(good, about=ABOUT)


def test_a_hash_is_argon2id_salted_and_matches_only_its_password():
    one, other = hash_password("meadow lantern copper"), hash_password("meadow lantern copper")
    assert one.startswith("$argon2id$")
    assert one != other
    assert password_matches(one, "meadow lantern copper")
    assert not password_matches(one, "meadow lantern coppeR")


@pytest.mark.parametrize("nobody", [None, "!", "", "$argon2id$broken"])
def test_nobody_matches_no_password_not_even_the_stand_in(nobody):
    assert not password_matches(nobody, "no account has this password")
    assert not password_matches(nobody, "!")
