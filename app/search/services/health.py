"""What `/readyz` and `doctor` say about search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.search.engine import IndexDamagedError
from app.search.queries import count_waiting, oldest_waiting_at
from app.search.services.setup import current_engine


@dataclass(frozen=True, slots=True)
class IndexHealth:
    """State of the index.

    :param problem: what is wrong, in words for an operator; nothing when all is well.
    :param documents: how many this process can find.
    :param waiting: changes not in the index yet.
    :param lag_seconds: how long the oldest of them has waited.
    """

    problem: str | None
    documents: int
    waiting: int
    lag_seconds: float

    @property
    def is_well(self) -> bool:
        """Say whether search works as it should."""
        return self.problem is None


def index_health(*, now: datetime, thorough: bool = False) -> IndexHealth:
    """Look at the index without changing it.

    :param thorough: compare the checksum of every file, not only that each is there in full.
    """
    engine = current_engine()
    problem = engine.damage(thorough=thorough)
    documents = 0
    if problem is None:
        try:
            documents = engine.snapshot().size
        except IndexDamagedError as error:
            problem = str(error)
    oldest = oldest_waiting_at()
    lag = (now - oldest).total_seconds() if oldest else 0.0
    return IndexHealth(problem, documents, count_waiting(), max(0.0, lag))
