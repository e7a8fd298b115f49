"""One indexer at a time, whichever process it runs in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.clock import utc_now
from app.db import rollback_session, unit_of_work
from app.errors import PortalError
from app.jobs.services import hold_lease, release_lease

LEASE_NAME = "indexer"

#: After so long without renewal the holder counts as dead. Writing a large generation to disk
#: takes its time and cannot renew meanwhile.
_LEASE_SECONDS = 60
_WAIT_SECONDS = 90.0


class IndexBusy(PortalError):
    """Another process is working on the index and did not finish in time."""

    status = 503
    code = "index_busy"
    user_message = "Another process is working on the search index. Please try again in a minute."


def take_lease(owner: str) -> bool:
    """Take or renew the lease, and say whether this owner has it now."""
    with unit_of_work():
        return hold_lease(LEASE_NAME, owner=owner, now=utc_now(), seconds=_LEASE_SECONDS)


def give_lease_back(owner: str) -> None:
    """Let others have a turn: ``search sync`` waits while the worker works, not while it lives."""
    rollback_session()
    with unit_of_work():
        release_lease(LEASE_NAME, owner=owner)


@contextmanager
def lease(owner: str) -> Iterator[None]:
    """Hold the lease for a block, waiting for it first.

    :raises IndexBusy: another process kept it too long.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    while not take_lease(owner):
        if time.monotonic() > deadline:
            raise IndexBusy
        time.sleep(0.2)
    try:
        yield
    finally:
        give_lease_back(owner)
