"""The migrations build what the models say, go down again, and come up once more."""

from __future__ import annotations

import re
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from app import create_app
from app.config import Settings
from app.db import db
from app.health.schema import MIGRATIONS, current_revision, head_revision, upgrade_schema
from app.tickets.text_index import TABLE

BUILTIN = {"alembic_version"}


@pytest.fixture
def empty(app, settings: Settings, other_settings, tmp_path: Path):
    """An application on a database without tables, on the same kind of server as the suite."""
    if settings.database_url:
        with app.app_context():
            # On PostgreSQL the suite's own database is emptied and put back afterwards.
            db.drop_all()
            db.session.remove()
            yield app
            db.session.remove()
            with db.engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
            db.create_all()
        return
    fresh = create_app(other_settings())
    with fresh.app_context():
        yield fresh
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    found = set(inspect(db.engine).get_table_names()) - BUILTIN
    return {name for name in found if not name.startswith(TABLE)}


def differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": _same_json,
                "render_as_batch": True,
                "include_name": lambda name, kind, _: kind != "table" or not name.startswith(TABLE),
            },
        )
        return compare_metadata(context, db.metadata)


def _same_json(_context, _inspected, _metadata, inspected_type, metadata_type):
    # JSON columns are JSONB on PostgreSQL, which reflection names differently.
    if "JSON" in str(inspected_type) and "JSON" in str(metadata_type):
        return False
    return None


def test_up_down_up_builds_what_the_models_say(empty, tmp_path):
    upgrade_schema(tmp_path)
    assert differences() == []
    assert tables() == set(db.metadata.tables)
    flask_migrate.downgrade(directory=str(MIGRATIONS), revision="base")
    assert tables() == set()
    assert not inspect(db.engine).has_table(TABLE)
    upgrade_schema(tmp_path)
    assert differences() == []
    assert current_revision() == head_revision()
    db.session.rollback()


def test_the_circle_between_articles_and_revisions_is_held_by_the_database(empty, tmp_path):
    upgrade_schema(tmp_path)
    keys = {
        (key["constrained_columns"][0], key["referred_table"])
        for key in inspect(db.engine).get_foreign_keys("articles")
    }
    assert ("published_revision_id", "revisions") in keys
    assert ("latest_revision_id", "revisions") in keys


def test_a_column_the_migrations_do_not_know_is_noticed(empty, tmp_path):
    upgrade_schema(tmp_path)
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE sites ADD COLUMN forgotten TEXT"))
    assert any("forgotten" in str(difference) for difference in differences())


def test_files_are_named_by_date_and_purpose():
    names = [path.name for path in MIGRATIONS.glob("versions/*.py")]
    assert names
    assert all(re.fullmatch(r"20\d{6}_[a-z0-9_]+\.py", name) for name in names), names


def test_migrations_do_not_import_the_application():
    for path in MIGRATIONS.glob("versions/*.py"):
        assert not re.search(r"^\s*(from|import) app\b", path.read_text(), re.MULTILINE), path.name
