"""Tables of jobs and of the processes that run them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Job(Base):
    """A piece of work to be done at least once.

    :ivar run_at: not before this.
    :ivar lease_until: until when `owner` has it; past that it is free again.
    :ivar tries: how often it was started.
    :ivar dedupe_key: at most one unfinished job with a key exists.
    :ivar dead_at: when it was given up, after too many tries.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_ready", "dead_at", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    owner: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    dead_at: Mapped[datetime | None]


class Heartbeat(Base):
    """When a kind of process was last seen alive; also the lease of the one indexer.

    :ivar name: such as ``"worker"`` or ``"indexer"``.
    :ivar owner: host and process id.
    """

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    seen_at: Mapped[datetime]
