"""What can be refused around promises."""

from __future__ import annotations

from app.errors import Conflict


class PromiseChanged(Conflict):
    """The promise is no longer what the person saw when they acted."""

    code = "promise_changed"
    user_message = "Somebody changed this promise in the meantime. Below is how it stands now."


class PromiseSettled(Conflict):
    """The promise is kept or withdrawn already."""

    code = "promise_settled"
    user_message = "This promise is settled already."
