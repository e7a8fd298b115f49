"""Fixtures that every test may use: an application on a fresh database, clients, people."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import text

from app import create_app
from app.clock import utc_now
from app.config import Settings
from app.db import db, unit_of_work
from app.notifications.settings import use_mail_settings
from app.search.services import use_search
from app.staff.login import TOKEN_KEY
from app.staff.models import Role, Staff
from app.staff.services.sessions import open_session
from app.subscriptions import SEARCH_SOURCES
from tests.postgres import own_database

BASE_URL = "http://localhost"


class Client(FlaskClient):
    """A client that ends each response, so that work after the response has run,
    and that refuses unexpected server errors."""

    def open(self, *args, allow_500: bool = False, **kwargs):
        kwargs.setdefault("buffered", True)
        # A request never sees the context that a test may hold: `g`, the signed-in person and the
        # database session are its own, as on a server. What the test has read lets go of its lock.
        if has_app_context():
            db.session.rollback()
        response = Context().run(super().open, *args, **kwargs)
        assert allow_500 or response.status_code != 500, "unexpected server error; see the log"
        return response


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run only what goes through the database: the rest has run on SQLite."""
    if not os.environ.get("TEST_DATABASE_URL"):
        return
    chosen: list[pytest.Item] = []
    passed_over: list[pytest.Item] = []
    for item in items:
        # The settings fixture names the database; what asks for none of it cannot reach it.
        kept = "settings" in getattr(item, "fixturenames", ())
        (chosen if kept else passed_over).append(item)
    config.hook.pytest_deselected(items=passed_over)
    items[:] = chosen


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the test application; TEST_DATABASE_URL selects PostgreSQL."""
    data_dir = tmp_path_factory.mktemp("data")
    return Settings(
        data_dir=data_dir,
        database_url=own_database(os.environ.get("TEST_DATABASE_URL", "")),
        secret_key="test-key-of-no-value-outside-tests",
        base_url=BASE_URL,
        htmx_cdn_url="",
    )


class Database:
    """The test database: made once, then put back to its first state before each test."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.path = settings.data_dir / "foreword.db"
        self.template = settings.data_dir / "template.db"
        self.postgres = settings.database_uri.startswith("postgresql")
        with app.app_context():
            db.drop_all()
            db.create_all()
            db.session.remove()
            self.tables = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
            db.engine.dispose()
        if not self.postgres:
            # The last connection's end has moved the write-ahead log into the file.
            shutil.copy(self.path, self.template)

    def reset(self) -> None:
        """Empty every table."""
        with self.app.app_context():
            db.session.remove()
            if self.postgres:
                with unit_of_work():
                    db.session.execute(text(f"TRUNCATE {self.tables} RESTART IDENTITY CASCADE"))
                return
            db.engine.dispose()
        for leftover in (f"{self.path}-wal", f"{self.path}-shm"):
            Path(leftover).unlink(missing_ok=True)
        shutil.copy(self.template, self.path)


@pytest.fixture(scope="session")
def _application(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Client
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def _database(_application: Flask, settings: Settings) -> Database:
    return Database(_application, settings)


@pytest.fixture
def app(_application: Flask, _database: Database, settings: Settings) -> Iterator[Flask]:
    """The application on an empty database, without index and files."""
    _database.reset()
    shutil.rmtree(settings.index_dir, ignore_errors=True)
    shutil.rmtree(settings.files_dir, ignore_errors=True)
    # A test that made an application of its own has pointed these elsewhere.
    use_search(settings.index_dir, SEARCH_SOURCES)
    use_mail_settings(settings)
    yield _application
    with _application.app_context():
        db.session.remove()


@pytest.fixture
def ctx(app: Flask) -> Iterator[None]:
    """An application context, for tests below HTTP."""
    with app.app_context():
        yield


@pytest.fixture
def client(app: Flask) -> Client:
    """An anonymous browser."""
    return app.test_client()


MakeStaff = Callable[..., Staff]


@pytest.fixture
def make_staff(app: Flask) -> MakeStaff:
    """Return a maker of committed staff accounts: ``make_staff(role=Role.DOCS, name="Ida")``."""

    def make(*, role: Role = Role.SUPPORT, name: str = "Ada Lind", email: str = "") -> Staff:
        with app.app_context(), unit_of_work():
            staff = Staff(
                name=name,
                email=email or f"{name.split(maxsplit=1)[0].lower()}@team.example",
                role=role,
                password_hash="!",
            )
            db.session.add(staff)
            db.session.flush()  # the caller needs the key
        return staff

    return make


def sign_in(client: FlaskClient, staff: Staff) -> None:
    """Sign a client in by opening a session the way the sign-in route does."""
    with client.application.app_context(), unit_of_work():
        token = open_session(staff, user_agent="test", hours=12, now=utc_now())
    with client.session_transaction() as browser_session:
        browser_session[TOKEN_KEY] = token


@pytest.fixture
def staff(make_staff: MakeStaff) -> Staff:
    """A member of staff with the support role."""
    return make_staff()


@pytest.fixture
def staff_client(client: Client, staff: Staff) -> Client:
    """A browser signed in as `staff`. Session-token forms: see `post_form`."""
    sign_in(client, staff)
    return client


@pytest.fixture
def csrf_off(app: Flask) -> Iterator[None]:
    """Let unsafe requests of this test pass without a session token."""
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def other_settings(settings: Settings, tmp_path: Path) -> Callable[..., Settings]:
    """Return a maker of settings that differ from the usual ones, on a data directory apart."""

    def make(**changes: object) -> Settings:
        return replace(settings, data_dir=tmp_path, database_url="", **changes)  # type: ignore[arg-type]

    return make
