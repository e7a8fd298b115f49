"""The worker's loop: what is due runs, what fails waits, what recurs comes back, one indexes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app.clock import utc_now
from app.db import db, unit_of_work
from app.events.models import EventRecord
from app.jobs.models import Heartbeat, Job
from app.jobs.services import (
    MAX_TRIES,
    enqueue_job,
    hold_lease,
    release_lease,
    retry_dead_jobs,
    run_due_jobs,
    use_job_handlers,
)
from app.jobs.worker import Indexer, Worker, schedule_next_run
from app.subscriptions import JOB_HANDLERS, PERIODIC_JOBS

pytestmark = pytest.mark.usefixtures("ctx")


class Index:
    """Stands for the search index: remembers when it was asked."""

    def __init__(self) -> None:
        self.waiting = 0
        self.calls = 0

    def has_changes(self) -> bool:
        return self.waiting > 0

    def index_changes(self, *, owner: str) -> int:
        self.calls += 1
        taken, self.waiting = self.waiting, 0
        return taken


@pytest.fixture
def ran():
    """Payloads of the jobs that ran; kind "fail" fails, "slow" lets its lease be taken."""
    seen: list[dict] = []

    def fail(payload: dict) -> None:
        seen.append(payload)
        db.session.add(trace())
        db.session.flush()
        raise ValueError("mail to ada@team.example refused")

    use_job_handlers({"note": seen.append, "fail": fail})
    yield seen
    use_job_handlers(JOB_HANDLERS)


def trace() -> EventRecord:
    return EventRecord(
        kind="test:trace", at=utc_now(), actor_kind="system", subject_kind="test", data={}
    )


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def worker(index: Index) -> Worker:
    return Worker(
        indexer=Indexer(has_changes=index.has_changes, index_changes=index.index_changes),
        periodic={"note": 60},
    )


def add(kind: str, seconds: float = 0, **payload) -> None:
    with unit_of_work():
        enqueue_job(kind, payload, now=utc_now() + timedelta(seconds=seconds))


def jobs() -> list[Job]:
    rows = list(db.session.scalars(select(Job).order_by(Job.id)))
    db.session.expunge_all()
    db.session.rollback()
    return rows


def test_what_is_due_runs_in_order_and_what_is_not_stays(worker, ran):
    add("note", n=1)
    add("note", seconds=60, n=2)
    add("note", n=3)
    worker.run_once()
    assert ran == [{"n": 1}, {"n": 3}]
    assert [job.payload for job in jobs() if job.dedupe_key is None] == [{"n": 2}]


def test_a_failure_undoes_its_work_waits_and_does_not_stop_the_others(worker, ran):
    add("fail", n=1)
    add("note", n=2)
    worker.run_once()
    assert ran == [{"n": 1}, {"n": 2}]
    job = next(job for job in jobs() if job.kind == "fail")
    assert (job.tries, job.owner, job.lease_until) == (1, None, None)
    assert job.run_at > utc_now()
    # The message might quote an address; the class is enough to find the log line.
    assert job.last_error == "ValueError"
    assert db.session.scalars(select(EventRecord)).all() == []


def test_a_job_is_given_up_after_its_tries_and_can_be_tried_again(worker, ran):
    add("fail", n=1)
    for _ in range(MAX_TRIES + 2):
        with unit_of_work():
            for job in db.session.scalars(select(Job).where(Job.kind == "fail")):
                job.run_at = utc_now()
        worker.run_once()
    assert len(ran) == MAX_TRIES
    assert next(job for job in jobs() if job.kind == "fail").dead_at is not None
    with unit_of_work():
        assert retry_dead_jobs(now=utc_now()) == 1
    worker.run_once()
    assert len(ran) == MAX_TRIES + 1


def test_a_job_of_an_unknown_kind_waits_for_the_code_that_knows_it(worker, ran):
    add("from-a-newer-version")
    worker.run_once()
    job = next(job for job in jobs() if job.kind == "from-a-newer-version")
    assert (job.last_error, job.dead_at) == ("KeyError", None)


def test_a_job_whose_lease_was_taken_over_counts_only_where_it_was_taken_to(ran):
    def lose_the_lease(_payload: dict) -> None:
        db.session.add(trace())
        db.session.scalars(select(Job)).one().owner = "successor"
        db.session.flush()

    use_job_handlers({"slow": lose_the_lease})
    add("slow")
    run_due_jobs(owner="first")
    assert db.session.scalars(select(EventRecord)).all() == []
    assert jobs()[0].owner == "first"  # the handler's own change was rolled back with the rest


def test_periodic_jobs_always_have_exactly_one_next_run(worker, ran):
    worker.step()
    worker._next_beat = 0.0
    worker.step()
    (job,) = jobs()
    assert (job.kind, job.dedupe_key) == ("note", "periodic:note")
    with unit_of_work():
        db.session.scalars(select(Job)).one().run_at = utc_now()
    worker.run_once()
    assert ran == [{}]
    worker._next_beat = 0.0
    worker.step()
    (again,) = jobs()
    assert again.run_at > utc_now() + timedelta(seconds=50)


def test_a_periodic_job_that_failed_waits_no_longer_than_its_span(ctx):
    now = utc_now()
    with unit_of_work():
        schedule_next_run("note", seconds=60, now=now)
        enqueue_job("other", {}, now=now, run_at=now + timedelta(hours=9), dedupe_key="once")
    with unit_of_work():
        db.session.execute(
            update(Job).where(Job.kind == "note").values(tries=6, run_at=now + timedelta(hours=8))
        )
    with unit_of_work():
        schedule_next_run("note", seconds=60, now=now)
    rows = db.session.execute(select(Job.kind, Job.run_at).order_by(Job.kind)).all()
    assert [tuple(row) for row in rows] == [
        ("note", now + timedelta(seconds=60)),
        ("other", now + timedelta(hours=9)),
    ]


def test_every_periodic_job_has_a_handler():
    assert set(PERIODIC_JOBS) <= set(JOB_HANDLERS)


def test_the_worker_says_that_it_lives(worker):
    worker.step()
    assert db.session.get(Heartbeat, "worker").owner == worker.owner


def test_changes_are_indexed_at_once_and_an_idle_index_is_looked_after(worker, index):
    worker.step()
    assert index.calls == 1
    worker.step()
    assert index.calls == 1
    index.waiting = 3
    assert worker.step() is True
    assert index.calls == 2


def test_the_worker_survives_a_database_that_is_away_for_a_moment(worker, monkeypatch, ran):
    failures = []

    def step() -> bool:
        if len(failures) < 2:
            failures.append(1)
            raise OperationalError("select", {}, Exception("away"))
        worker.stop()
        return False

    monkeypatch.setattr("app.jobs.worker.TROUBLE_SECONDS", 0.01)
    monkeypatch.setattr(worker, "step", step)
    worker.run()
    assert len(failures) == 2


def test_one_holds_the_lease_until_it_lets_go_or_is_silent():
    now = utc_now()
    with unit_of_work():
        assert hold_lease("indexer", owner="one", now=now)
    with unit_of_work():
        assert not hold_lease("indexer", owner="two", now=now + timedelta(seconds=29))
        assert hold_lease("indexer", owner="one", now=now + timedelta(seconds=29))
    with unit_of_work():
        assert not hold_lease("indexer", owner="two", now=now + timedelta(seconds=58))
        assert hold_lease("indexer", owner="two", now=now + timedelta(seconds=61))
        release_lease("indexer", owner="one")
        assert not hold_lease("indexer", owner="one", now=now + timedelta(seconds=62))
        release_lease("indexer", owner="two")
        assert hold_lease("indexer", owner="one", now=now + timedelta(seconds=62))


def test_a_dedupe_key_keeps_a_second_job_out_until_the_first_is_done(worker, ran):
    with unit_of_work():
        assert enqueue_job("note", {"n": 1}, now=utc_now(), dedupe_key="k")
        assert enqueue_job("note", {"n": 2}, now=utc_now(), dedupe_key="k") is None
        assert enqueue_job("note", {"n": 3}, now=utc_now(), dedupe_key="other")
    worker.run_once()
    assert ran == [{"n": 1}, {"n": 3}]
    with unit_of_work():
        assert enqueue_job("note", {"n": 4}, now=utc_now(), dedupe_key="k")
