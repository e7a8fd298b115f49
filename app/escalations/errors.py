"""What can be refused around escalations."""

from __future__ import annotations

from app.errors import Conflict, Invalid


class EscalationMoveRefused(Invalid):
    """The state cannot follow the present one; the message says why."""

    code = "move_refused"


class EscalationChanged(Conflict):
    """It is no longer what the person saw when they acted."""

    code = "escalation_changed"
    user_message = "This escalation changed while you were working on it. Nothing was overwritten."
