"""What can go wrong with a call to another server."""

from __future__ import annotations


class TargetRefused(ValueError):
    """Nothing may be sent to that address; the message is for the person who typed it."""


class CallFailed(OSError):
    """No answer came: refused, too slow, or not HTTP. Worth another try.

    :param reason: a short word for logs and lists, never what the other side sent.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
