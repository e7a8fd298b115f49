"""How notices of each kind are drawn."""

from __future__ import annotations

#: Kind of notice to the icon beside it; others get the bell.
KIND_ICONS = {
    "mention": "user",
    "answered": "reply",
    "assigned": "user-plus",
    "snooze": "clock",
    "solved": "circle-check",
    "wrote": "message-square",
    "rated": "star",
    "due_soon": "hourglass",
    "overdue": "triangle-alert",
    "escalated": "octagon-alert",
    "mail_waits": "mail",
    "mail_failed": "mail",
}
