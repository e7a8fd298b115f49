"""Signed identities: what is accepted, what is refused, and what a session is bound to."""

from __future__ import annotations

import base64
import hmac
import json
import warnings
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey
from sqlalchemy import func, select

from app.customers.models import Account, Customer, PersonSession
from app.customers.services.identity import (
    TokenReplayed,
    Vouched,
    sign_in_customer,
    use_token_once,
)
from app.customers.services.sessions import (
    actor_of,
    claim_fields,
    end_session,
    open_visitor_session,
    session_of_token,
    touch_session,
)
from app.db import db, rollback_session, unit_of_work
from app.events.actor import SYSTEM, visitor_actor
from app.events.models import EventRecord
from app.sites.services import (
    add_public_key,
    create_shared_key,
    create_site,
    retire_key,
    revoke_key,
)
from app.sites.tokens import TokenRefused, verify_token


@contextmanager
def writing():
    """End the reads so far, then write."""
    rollback_session()
    with unit_of_work():
        yield


NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
SECRET = "installation key of the tests"


def claims(**changes):
    issued = int(NOW.timestamp())
    base = {
        "iss": "shop", "aud": "helpwidget:shop", "sub": "u-7", "iat": issued, "exp": issued + 300,
        "jti": "one", "email": "Mira@Example.com", "email_verified": True, "name": "Mira Holt",
        "org": "acme", "org_name": "Acme Pottery",
    }  # fmt: skip
    base.update(changes)
    return {name: value for name, value in base.items() if value is not None}


@pytest.fixture
def site(ctx):
    with writing():
        create_site(key="other", name="Noise", allowed_origins=[], actor=SYSTEM, now=NOW)
        return create_site(
            key="shop", name="Shop", allowed_origins=["https://a.example"], actor=SYSTEM, now=NOW
        )


@pytest.fixture
def shared(site):
    with writing():
        return create_shared_key(site, secret_key=SECRET, actor=SYSTEM, now=NOW)


def sign(key, secret, body, **header):
    head = {"alg": "HS256", "kid": key.kid, **header}
    return jwt.encode(head, body, OctKey.import_key(secret))


def raw_token(header, body, signature=b""):
    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    return (
        f"{part(json.dumps(header).encode())}.{part(json.dumps(body).encode())}.{part(signature)}"
    )


def verify(token, site, now=NOW):
    return verify_token(token, site=site, secret_key=SECRET, now=now)


def test_valid_token_says_who(site, shared):
    key, secret = shared

    identity = verify(sign(key, secret, claims()), site)

    assert (identity.subject, identity.email, identity.org) == ("u-7", "mira@example.com", "acme")
    assert identity.email_verified
    assert identity.key_id == key.id


def test_secret_is_not_readable_at_rest(site, shared):
    key, secret = shared

    assert secret not in key.material


def test_public_key_signs_too(site):
    private = OKPKey.generate_key("Ed25519")
    with writing():
        key = add_public_key(
            site, pem=private.as_pem(private=False).decode(), actor=SYSTEM, now=NOW
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        token = jwt.encode(
            {"alg": "EdDSA", "kid": key.kid}, claims(), private, algorithms=["EdDSA"]
        )

    assert verify(token, site).subject == "u-7"
    # The public key as an HMAC secret: the classic confusion.
    confused = raw_token({"alg": "HS256", "kid": key.kid}, claims()).rpartition(".")[0]
    digest = hmac.digest(key.material.encode(), confused.encode(), "sha256")
    with pytest.raises(TokenRefused):
        verify(f"{confused}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}", site)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"}, {"iss": None}, {"aud": "helpwidget:other"}, {"aud": ["helpwidget:shop"]},
        {"aud": None}, {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 129}, {"sub": "a\x00"},
        {"jti": None}, {"jti": ""}, {"exp": None}, {"iat": None}, {"iat": "now"}, {"exp": True},
        {"exp": int(NOW.timestamp()) + 601}, {"exp": int(NOW.timestamp()) - 10},
        {"exp": 2**62}, {"iat": 1.5}, {"nbf": int(NOW.timestamp()) + 120}, {"name": ["Mira"]},
        {"iat": int(NOW.timestamp()) - 900, "exp": int(NOW.timestamp()) - 400},
        {"iat": int(NOW.timestamp()) + 90, "exp": int(NOW.timestamp()) + 300},
    ],
    ids=str,
)  # fmt: skip
def test_wrong_claims_are_refused(site, shared, changes):
    key, secret = shared

    with pytest.raises(TokenRefused):
        verify(sign(key, secret, claims(**changes)), site)


def test_clocks_may_differ_by_a_minute(site, shared):
    key, secret = shared
    token = sign(key, secret, claims())

    assert verify(token, site, NOW + timedelta(seconds=359)).subject == "u-7"
    with pytest.raises(TokenRefused):
        verify(token, site, NOW + timedelta(seconds=360))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"}, {"alg": "HS512"}, {"alg": "EdDSA"}, {"kid": "unknown"}, {"kid": None},
        {"kid": ""}, {"kid": ["x"]}, {"jku": "https://evil.example/"}, {"crit": ["exp"]},
        {"jwk": {"kty": "oct", "k": "AA"}}, {"x5u": "https://evil.example/"},
    ],
    ids=str,
)  # fmt: skip
def test_header_decides_nothing(site, shared, header):
    key, secret = shared
    good = sign(key, secret, claims())
    wanted = {"alg": "HS256", "kid": key.kid, **header}
    signature = base64.urlsafe_b64decode(good.split(".")[2] + "==")

    for tail in (b"", signature):
        with pytest.raises(TokenRefused):
            verify(raw_token(wanted, claims(), tail), site)


def test_key_of_another_site_is_refused(site, shared):
    key, secret = shared
    other = db.session.scalars(select(type(site)).filter_by(key="other")).one()

    with pytest.raises(TokenRefused):
        verify(sign(key, secret, claims(iss="other", aud="helpwidget:other")), other)


def test_large_token_is_refused(site, shared):
    key, secret = shared

    with pytest.raises(TokenRefused):
        verify(sign(key, secret, claims(name="x" * 150, note="y" * 4000)), site)


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_mutation_is_accepted(site, shared, data):
    key, secret = shared
    token = sign(key, secret, claims())
    at = data.draw(st.integers(0, len(token) - 1))
    kind = data.draw(st.sampled_from(["replace", "insert", "delete", "cut"]))
    letter = data.draw(
        st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n")
    )
    mutated = {
        "replace": token[:at] + letter + token[at + 1 :],
        "insert": token[:at] + letter + token[at:],
        "delete": token[:at] + token[at + 1 :],
        "cut": token[:at],
    }[kind]
    if mutated == token:
        return

    with pytest.raises(TokenRefused):
        verify(mutated, site)


def test_retired_key_verifies_for_a_day(site, shared):
    key, secret = shared
    with writing():
        retire_key(key, actor=SYSTEM, now=NOW)
    later = NOW + timedelta(hours=23)
    body = claims(iat=int(later.timestamp()), exp=int(later.timestamp()) + 60)

    assert verify(sign(key, secret, body), site, later).subject == "u-7"
    with pytest.raises(TokenRefused):
        verify(sign(key, secret, claims()), site, NOW + timedelta(hours=24))


def test_token_works_once(site):
    with writing():
        use_token_once(site_id=site.id, token_id="one", expires_at=NOW)
    with pytest.raises(TokenReplayed), writing():
        use_token_once(site_id=site.id, token_id="one", expires_at=NOW)
    with writing():
        use_token_once(site_id=site.id, token_id="two", expires_at=NOW)


def sign_in(site, key_id, **changes):
    vouched = Vouched(
        external_id=changes.pop("sub", "u-7"), email="mira@example.com", name="Mira",
        org="acme", org_name="Acme Pottery", **changes,
    )  # fmt: skip
    with writing():
        return sign_in_customer(vouched, site_id=site.id, key_id=key_id, locale="de", now=NOW)


def test_customer_is_made_once_and_joins_their_account(site, shared):
    first, _ = sign_in(site, shared[0].id)
    second, _ = sign_in(site, shared[0].id)
    third, _ = sign_in(site, shared[0].id, sub="u-8")

    assert first.customer_id == second.customer_id != third.customer_id
    assert db.session.scalar(select(func.count()).select_from(Customer)) == 2
    assert db.session.scalars(select(Account.name)).all() == ["Acme Pottery"]
    kinds = db.session.scalars(select(EventRecord.kind)).all()
    assert kinds.count("customer:identified") == 2


def test_session_holds_on_its_site_until_idle_or_old(site, shared):
    session, token = sign_in(site, shared[0].id)

    def at(**passed):
        return session_of_token(token, site_id=site.id, now=NOW + timedelta(**passed))

    assert at(minutes=119).customer.name == "Mira"
    assert at(minutes=120) is None
    assert session_of_token(token, site_id=site.id + 1, now=NOW) is None
    assert session_of_token(token, site_id=None, now=NOW) is None
    assert session_of_token(token[:-1] + "!", site_id=site.id, now=NOW) is None
    for hours in range(1, 12):
        with writing():
            touch_session(session, now=NOW + timedelta(hours=hours))
    assert at(hours=11, minutes=59) is not None
    assert at(hours=12) is None


def test_ended_session_is_gone(site, shared):
    session, token = sign_in(site, shared[0].id)
    _other, other_token = sign_in(site, shared[0].id, sub="u-8")
    with writing():
        end_session(session)

    assert session_of_token(token, site_id=site.id, now=NOW) is None
    assert session_of_token(other_token, site_id=site.id, now=NOW) is not None


def test_revoking_a_key_ends_what_it_vouched_for(site, shared):
    key, _secret = shared
    with writing():
        spare, _ = create_shared_key(site, secret_key=SECRET, actor=SYSTEM, now=NOW)
    _, lost = sign_in(site, key.id)
    _, kept = sign_in(site, spare.id, sub="u-8")
    with writing():
        revoke_key(key, actor=SYSTEM, now=NOW)

    assert session_of_token(lost, site_id=site.id, now=NOW) is None
    assert session_of_token(kept, site_id=site.id, now=NOW) is not None


def test_visitor_session_is_anonymous_and_keeps_claims_apart(site):
    with writing():
        session, token = open_visitor_session(site_id=site.id, now=NOW)
        claim_fields(session, fields={"email": "boss@example.com", "name": "Boss", "role": "admin"})

    found = session_of_token(token, site_id=site.id, now=NOW + timedelta(days=29))
    assert found.customer_id is None
    assert found.claimed == {"name": "Boss", "email": "boss@example.com"}
    assert actor_of(found) == visitor_actor(found.visitor_id)
    assert session_of_token(token, site_id=site.id, now=NOW + timedelta(days=30)) is None
    assert db.session.scalars(select(PersonSession.token_hash)).one() != token
