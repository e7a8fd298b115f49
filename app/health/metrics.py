"""Prometheus metrics, counted from the database at the moment they are asked for.

Nothing is kept in memory, so all web processes give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from app.db import db
from app.deflection.models import HelpSession
from app.jobs.queries import job_counts, last_seen
from app.jobs.worker import HEARTBEAT
from app.mailbox.queries import received_counts
from app.notifications.models import MailState, OutgoingMail
from app.search.services import index_health
from app.tickets.models import Ticket


def metrics_text(*, now: datetime) -> bytes:
    """Return all metrics in Prometheus' text format.

    :param now: the current time.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Counts(now))
    return generate_latest(registry)


class _Counts(Collector):
    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterable[Metric]:
        yield from self._tickets()
        yield from self._help_sessions()
        yield from self._mail()
        yield from self._received()
        yield from self._jobs()
        yield from self._index()

    def _tickets(self) -> Iterable[Metric]:
        accepted = CounterMetricFamily(
            "foreword_tickets_accepted", "Tickets ever accepted.", labels=["channel"]
        )
        for channel, count in db.session.execute(
            select(Ticket.channel, func.count()).group_by(Ticket.channel)
        ):
            accepted.add_metric([channel], count)
        yield accepted
        states = GaugeMetricFamily(
            "foreword_tickets", "Tickets by their present state.", labels=["state"]
        )
        for state, count in db.session.execute(
            select(Ticket.state, func.count()).group_by(Ticket.state)
        ):
            states.add_metric([state], count)
        yield states

    def _help_sessions(self) -> Iterable[Metric]:
        sessions = GaugeMetricFamily(
            "foreword_help_sessions",
            "Help sessions by outcome, staff and bots left out.",
            labels=["outcome"],
        )
        for outcome, count in db.session.execute(
            select(HelpSession.outcome, func.count())
            .where(HelpSession.excluded.is_(None))
            .group_by(HelpSession.outcome)
        ):
            sessions.add_metric([outcome], count)
        yield sessions

    def _mail(self) -> Iterable[Metric]:
        mails = GaugeMetricFamily(
            "foreword_outgoing_mail", "Outgoing mail by state.", labels=["state"]
        )
        for state, count in db.session.execute(
            select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state)
        ):
            mails.add_metric([state], count)
        yield mails
        oldest = db.session.scalar(
            select(func.min(OutgoingMail.created_at)).where(OutgoingMail.state == MailState.WAITING)
        )
        yield GaugeMetricFamily(
            "foreword_outbox_oldest_seconds",
            "Age of the oldest unsent mail, 0 when there is none.",
            value=self._age(oldest),
        )

    def _received(self) -> Iterable[Metric]:
        mails = GaugeMetricFamily(
            "foreword_received_mail", "Received mail by state.", labels=["state"]
        )
        for state, count in received_counts().items():
            mails.add_metric([state], count)
        yield mails

    def _jobs(self) -> Iterable[Metric]:
        counts = job_counts(now=self.now)
        yield GaugeMetricFamily("foreword_jobs_due", "Jobs whose time has come.", counts.due)
        yield GaugeMetricFamily("foreword_jobs_waiting", "Jobs still to run.", counts.waiting)
        yield GaugeMetricFamily("foreword_jobs_dead", "Jobs given up.", counts.dead)
        yield GaugeMetricFamily(
            "foreword_jobs_oldest_due_seconds",
            "How long the oldest due job has waited, 0 when there is none.",
            self._age(counts.oldest_due_at),
        )
        seen_at = last_seen(HEARTBEAT)
        if seen_at is not None:
            yield GaugeMetricFamily(
                "foreword_worker_silence_seconds",
                "Since when no worker has been heard of.",
                self._age(seen_at),
            )

    def _index(self) -> Iterable[Metric]:
        health = index_health(now=self.now)
        yield GaugeMetricFamily(
            "foreword_index_up", "1 when the search index can be read.", int(health.is_well)
        )
        yield GaugeMetricFamily(
            "foreword_index_documents", "Documents in the index.", health.documents
        )
        yield GaugeMetricFamily(
            "foreword_index_lag_seconds",
            "How long the oldest change waits to be indexed.",
            health.lag_seconds,
        )

    def _age(self, moment: datetime | None) -> float:
        return max(0.0, (self.now - moment).total_seconds()) if moment else 0.0
