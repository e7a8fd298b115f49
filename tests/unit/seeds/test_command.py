"""What `flask demo` says and refuses."""

from __future__ import annotations

from flask import Flask

from app.cli.demo import sign_ins
from app.clock import utc_now
from app.db import unit_of_work
from app.events.actor import SYSTEM
from app.seeds.services.loading import DEMO_PASSWORD
from app.sites.services import create_site
from app.staff.services.passwords import check_new_password


def test_the_sign_ins_name_everybody_and_the_password() -> None:
    text = sign_ins()
    assert DEMO_PASSWORD in text
    assert "ingrid@marlow.example" in text
    assert text.count("@marlow.example") == 9


def test_the_password_is_one_that_foreword_accepts() -> None:
    check_new_password(DEMO_PASSWORD, about=("Ingrid Solheim", "ingrid@marlow.example"))


def test_loading_and_resetting_leave_a_database_in_use_alone(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        create_site(key="shop", name="Shop", allowed_origins=[], actor=SYSTEM, now=utc_now())
    for command, words in (("load", "in use"), ("reset", "no demo")):
        answer = app.test_cli_runner().invoke(args=["demo", command])
        assert answer.exit_code == 1
        assert words in answer.output
