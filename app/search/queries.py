"""Reads of the tables beside the index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.search.models import IndexOutbox, SynonymSet


def list_synonyms() -> Sequence[SynonymSet]:
    """Return all synonym sets, oldest first."""
    return db.session.scalars(select(SynonymSet).order_by(SynonymSet.id)).all()


def synonyms_stamp() -> tuple[object, ...]:
    """Return what changes with every change of the synonyms."""
    row = db.session.execute(
        select(func.count(), func.max(SynonymSet.id), func.max(SynonymSet.updated_at))
    ).one()
    return tuple(row)


def waiting_changes(limit: int) -> Sequence[IndexOutbox]:
    """Return the oldest changes that are not in the index yet."""
    return db.session.scalars(select(IndexOutbox).order_by(IndexOutbox.id).limit(limit)).all()


def count_waiting() -> int:
    """Return how many changes are not in the index yet."""
    return db.session.scalar(select(func.count()).select_from(IndexOutbox)) or 0


def oldest_waiting_at() -> datetime | None:
    """Return when the change was made that has waited longest."""
    return db.session.scalar(select(func.min(IndexOutbox.created_at)))


def newest_waiting_id() -> int:
    """Return the id of the newest change that is not in the index yet, or nought."""
    return db.session.scalar(select(func.max(IndexOutbox.id))) or 0
