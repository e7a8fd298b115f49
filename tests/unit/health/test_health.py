"""Probes, metrics and doctor: they find what is wrong, and tell strangers nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from app import create_app
from app.clock import utc_now
from app.db import db, unit_of_work
from app.health import checks
from app.health.checks import State, run_checks
from app.health.diagnosis import diagnose
from app.health.schema import head_revision
from app.jobs.models import Heartbeat, Job
from app.search.services import rebuild
from app.staff.models import Role


@pytest.fixture
def healthy(app, make_staff, settings):
    """An installation in which nothing is wrong."""
    make_staff(role=Role.ADMINISTRATOR, name="Ingrid Solheim")
    with app.app_context():
        with unit_of_work():
            db.session.execute(
                text("CREATE TABLE IF NOT EXISTS alembic_version (version_num text)")
            )
            db.session.execute(
                text("INSERT INTO alembic_version VALUES (:head)"), {"head": head_revision()}
            )
            db.session.add(Heartbeat(name="worker", owner="t", seen_at=utc_now()))
        rebuild(owner="test")
        yield app
        db.session.remove()
        with unit_of_work():
            db.session.execute(text("DROP TABLE alembic_version"))


def change(statement: str) -> None:
    db.session.rollback()
    with unit_of_work():
        db.session.execute(text(statement))


def states(settings, **changes) -> dict[str, State]:
    found = diagnose(replace(settings, **changes), now=utc_now())
    return {check.name: check.state for check in found if check.state is not State.OK}


def ready(client, **headers):
    response = client.get("/readyz", headers=headers)
    return response.status_code, response.json


def test_all_is_well(healthy, client, settings):
    status, body = ready(client)
    assert (status, body["status"], body["failed"], body["degraded"]) == (200, "ready", [], [])
    assert states(settings) == {}


def test_the_process_lives_whatever_the_database_does(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_a_lost_or_cut_index_degrades_and_says_why(healthy, client, settings):
    pointer = settings.index_dir / "CURRENT"
    pointer.write_bytes(pointer.read_bytes()[:10])
    status, body = ready(client)
    assert (status, body["status"]) == (200, "degraded")
    assert body["degraded"][0].startswith("index: ")
    assert states(settings) == {"index": State.DEGRADED}
    pointer.unlink()
    assert "there is no index" in ready(client)[1]["degraded"][0]


def test_old_and_missing_migrations_fail(healthy, client, settings):
    change("UPDATE alembic_version SET version_num = 'older'")
    status, body = ready(client)
    assert (status, body["status"]) == (503, "failed")
    assert body["failed"] == [
        f"migrations: the database is at older, the code needs {head_revision()}"
    ]
    change("DELETE FROM alembic_version")
    assert "at nothing" in ready(client)[1]["failed"][0]


def test_a_silent_worker_degrades_and_a_late_one_does_not(healthy, client):
    def last_seen(seconds: int) -> dict:
        db.session.rollback()
        with unit_of_work():
            db.session.get(Heartbeat, "worker").seen_at = utc_now() - timedelta(seconds=seconds)
        return ready(client)[1]

    assert last_seen(50)["degraded"] == []
    assert last_seen(70)["degraded"][0].startswith("worker: not heard of for")
    assert "future" in last_seen(-120)["degraded"][0]
    change("DELETE FROM heartbeats")
    assert ready(client)[1]["degraded"] == ["worker: none has run yet"]


def test_a_full_disk_fails(healthy, client, monkeypatch):
    monkeypatch.setattr(checks, "DISK_MINIMUM_BYTES", 1 << 60)
    status, body = ready(client)
    assert status == 503
    assert body["failed"][0].startswith("disk: ")


def test_a_database_that_is_away_fails_without_details_of_it(other_settings, tmp_path):
    address = "postgresql://someone:hunter2-canary@127.0.0.1:1/none"
    app = create_app(replace(other_settings(), database_url=address))
    response = app.test_client().get("/readyz")
    assert response.status_code == 503
    assert response.json["failed"][0].startswith("database: does not take writes")
    assert "canary" not in response.text
    with app.app_context():
        db.engine.dispose()


def test_strangers_learn_names_of_checks_and_no_more(healthy, client, settings):
    change("DELETE FROM heartbeats")
    for headers in ({"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}):
        body = ready(client, **headers)[1]
        assert body == {"status": "degraded", "failed": [], "degraded": ["worker"]}
    answer = client.get("/readyz", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert set(answer.json) == {"status", "failed", "degraded"}


def test_metrics_are_for_this_machine_or_the_token(healthy, client, other_settings):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "1.1.1.1"}).status_code == 403
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 403
    healthy.extensions["settings"] = replace(healthy.extensions["settings"], metrics_token="t-0ken")
    try:
        assert client.get("/metrics").status_code == 403
        right = {"Authorization": "Bearer t-0ken"}
        far = {"REMOTE_ADDR": "192.0.2.1"}
        assert client.get("/metrics", headers=right, environ_base=far).status_code == 200
        for wrong in ("Bearer t-0keN", "t-0ken", "Bearer ", "Bearer ü"):
            assert client.get("/metrics", headers={"Authorization": wrong}).status_code == 403
    finally:
        healthy.extensions["settings"] = replace(healthy.extensions["settings"], metrics_token="")


def test_metrics_count_what_is_there(healthy, client):
    with unit_of_work():
        now = utc_now()
        db.session.add(Job(kind="x", payload={}, run_at=now - timedelta(seconds=90)))
        db.session.add(Job(kind="x", payload={}, run_at=now + timedelta(days=1)))
        db.session.add(Job(kind="x", payload={}, run_at=now, dead_at=now))
    lines = dict(
        line.rsplit(" ", 1)
        for line in client.get("/metrics").text.splitlines()
        if not line.startswith("#")
    )
    assert lines["foreword_jobs_due"] == "1.0"
    assert lines["foreword_jobs_waiting"] == "2.0"
    assert lines["foreword_jobs_dead"] == "1.0"
    assert 90 <= float(lines["foreword_jobs_oldest_due_seconds"]) < 120
    assert lines["foreword_index_up"] == "1.0"


def test_doctor_knows_more_than_readiness(healthy, settings):
    change("UPDATE staff SET role = 'support'")
    change(
        "INSERT INTO jobs (kind, payload, run_at, tries, dead_at, created_at) "
        "VALUES ('x', '{}', '2026-01-01 00:00:00', 8, '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
    )
    secret = settings.data_dir / "secret_key"
    secret.write_text("k")
    secret.chmod(0o644)
    try:
        found = states(settings, base_url="http://help.example.com")
    finally:
        secret.unlink()
    assert set(found) == {"administrator", "jobs", "secrets", "address"}
    assert not [check for check in run_checks(settings, now=utc_now()) if check.state != "ok"]


def test_doctor_prints_advice_and_fails(healthy, settings):
    runner = healthy.test_cli_runner()
    db.session.rollback()
    db.session.remove()
    assert runner.invoke(args=["doctor"]).exit_code == 0
    change("DELETE FROM heartbeats")
    result = runner.invoke(args=["doctor"])
    assert result.exit_code == 1
    assert "worker: none has run yet" in result.output
    assert "jobs run" in result.output


def test_every_request_is_logged_without_what_people_wrote(healthy, client, caplog):
    with caplog.at_level("INFO", logger="foreword.request"):
        client.get("/help/search?q=canary-words", headers={"X-Request-ID": "abcdef0123456789"})
        client.get("/portal/join/canary-token")
    fields = [record.fields for record in caplog.records if hasattr(record, "fields")]
    assert [(each["route"], each["status"]) for each in fields] == [
        ("help.search", 200),
        ("staff.accept_invite", 404),
    ]
    assert "canary" not in json.dumps(fields, default=str)
    assert all(each["ms"] >= 0 for each in fields)
