"""Commands for people and tokens say what they did, refuse plainly, and show secrets once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from app.staff.models import ApiToken, Staff, StaffSession
from app.staff.queries import api_token
from app.staff.services.passwords import password_matches
from tests.conftest import sign_in

PASSWORD = "meadow lantern copper"


@pytest.fixture
def run(app):
    def invoke(*arguments: str, typed: str = ""):
        return app.test_cli_runner().invoke(args=list(arguments), input=typed)

    return invoke


def create(run, email: str = "Ada@Team.Example", typed: str = PASSWORD):
    return run("users", "create", email, "--name", "Ada Lind", typed=f"{typed}\n")


def test_the_first_administrator_comes_from_the_command_line(app, run):
    result = create(run)
    assert result.exit_code == 0
    assert PASSWORD not in result.output
    with app.app_context():
        ada = db.session.scalars(select(Staff)).one()
        assert (ada.email, ada.role) == ("ada@team.example", "administrator")
        assert password_matches(ada.password_hash, PASSWORD)


def test_a_fresh_installation_has_no_account(run):
    assert run("users", "list").output == ""


@pytest.mark.parametrize("weak", ["", "short", "password1234"])
def test_a_weak_password_makes_no_account(app, run, weak):
    result = create(run, typed=weak)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    with app.app_context():
        assert db.session.scalars(select(Staff)).all() == []


def test_an_address_has_one_account(run):
    create(run)
    result = create(run, email="ada@team.example")
    assert result.exit_code == 1
    assert "There is an account with this address already." in result.output


def test_users_are_listed_and_closed_but_never_the_last_administrator(app, run, make_staff):
    create(run)
    other = make_staff(name="Luca Ferrante")
    client = app.test_client()
    sign_in(client, other)
    assert run("users", "disable", "luca@team.example").exit_code == 0
    assert client.get("/portal/profile").status_code == 303
    assert run("users", "list").output.splitlines() == [
        "ada@team.example  administrator  Ada Lind",
        "luca@team.example  support  Luca Ferrante  closed",
    ]
    refused = run("users", "disable", "ada@team.example")
    assert (refused.exit_code, "last administrator" in refused.output) == (1, True)
    assert run("users", "disable", "nobody@team.example").exit_code == 1


def test_a_password_set_from_the_command_line_ends_all_sessions(app, run):
    create(run)
    with app.app_context():
        ada = db.session.scalars(select(Staff)).one()
    sign_in(app.test_client(), ada)
    new = "orchard velvet compass"
    assert run("users", "password", "ada@team.example", typed=f"{new}\n").exit_code == 0
    with app.app_context():
        assert password_matches(db.session.scalars(select(Staff)).one().password_hash, new)
        assert db.session.scalars(select(StaffSession)).all() == []


def test_a_token_is_shown_once_works_and_is_revoked(app, run):
    secret = run("tokens", "create", "--name", "shop").output.strip()
    with app.app_context():
        token = db.session.scalars(select(ApiToken)).one()
        assert token.scope == "tickets:write"
        assert secret not in token.token_hash
        assert api_token(secret).name == "shop"
        assert api_token(secret[:-1] + "x") is None
    assert secret not in run("tokens", "list").output
    assert run("tokens", "revoke", "shop").exit_code == 0
    with app.app_context():
        assert api_token(secret) is None
    assert "revoked" in run("tokens", "list").output


def test_tokens_have_unique_names_and_known_scopes(run):
    assert run("tokens", "create", "--name", "a").exit_code == 0
    assert run("tokens", "create", "--name", "a").exit_code == 1
    refused = run("tokens", "create", "--name", "b", "--scope", "everything")
    assert (refused.exit_code, "Unknown scope everything" in refused.output) == (1, True)
    both = run("tokens", "create", "--name", "c", "--scope", "search:staff tickets:write")
    assert both.exit_code == 0
    assert run("tokens", "revoke", "nothing").exit_code == 1
