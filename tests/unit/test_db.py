"""The database layer: readers cannot write, units commit or leave nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app.db import after_commit, db, read_only, unit_of_work
from app.staff.models import Role, Staff

pytestmark = pytest.mark.usefixtures("ctx")


def person(email: str) -> Staff:
    return Staff(email=email, name="N", role=Role.SUPPORT, password_hash="!")


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Staff)) or 0


def test_a_reader_cannot_write():
    with read_only():
        db.session.add(person("a@x.example"))
        with pytest.raises(DBAPIError):
            db.session.flush()
        db.session.rollback()
    assert count() == 0


def test_an_error_in_a_unit_leaves_nothing_and_drops_what_waited_for_the_commit():
    ran = []

    def fail_half_way() -> None:
        with unit_of_work():
            db.session.add(person("a@x.example"))
            after_commit(lambda: ran.append(1))
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail_half_way()
    assert count() == 0
    assert ran == []


def test_a_failing_after_commit_action_does_not_undo_the_work():
    ran = []

    def fail() -> None:
        raise ValueError("later")

    with unit_of_work():
        db.session.add(person("a@x.example"))
        after_commit(fail)
        after_commit(lambda: ran.append(1))
    assert count() == 1
    assert ran == [1]


def test_a_unit_inside_an_open_transaction_is_refused():
    count()
    with pytest.raises(RuntimeError), unit_of_work():
        pass
