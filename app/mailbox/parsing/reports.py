"""What mail servers report about mails of ours.

Source: RFC 3464 (delivery status), RFC 5965 (complaints), RFC 3463 (status codes).
"""

from __future__ import annotations

import re
from email.message import Message

from app.mailbox.limits import MAX_PARTS
from app.mailbox.models import Reason

_FINAL = re.compile(r"5\.\d{1,3}\.\d{1,3}")


def verdict_of(message: Message) -> Reason:
    """Return what a report says about the mail it names: bounced, complained, or nothing final."""
    for number, part in enumerate(message.walk()):
        if number >= MAX_PARTS:
            break
        kind = part.get_content_type()
        if kind == "message/feedback-report":
            return Reason.COMPLAINED
        if kind == "message/delivery-status" and any(_failed(block) for block in _blocks(part)):
            return Reason.BOUNCED
    return Reason.NO_PROBLEM


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return (
        [block for block in payload if isinstance(block, Message)]
        if isinstance(payload, list)
        else []
    )


def _failed(block: Message) -> bool:
    action = str(block.get("Action", "")).strip().lower()
    status = str(block.get("Status", "")).strip()
    return action == "failed" and _FINAL.match(status) is not None
