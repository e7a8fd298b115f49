"""Tables of escalations, split by noun."""

from __future__ import annotations

from app.escalations.models.escalation import (
    Deadline,
    DeadlineKind,
    EscalatedTicket,
    Escalation,
    EscalationState,
    NoticedBy,
    NoticeScope,
    RecurrenceKind,
    Role,
    RoleHolding,
    Severity,
    Verdict,
)
from app.escalations.models.release import Release
from app.escalations.models.telling import EscalationUpdate, UpdateDelivery
from app.escalations.models.timeline import EntryLevel, TimelineEntry

__all__ = [
    "Deadline",
    "DeadlineKind",
    "EntryLevel",
    "EscalatedTicket",
    "Escalation",
    "EscalationState",
    "EscalationUpdate",
    "NoticeScope",
    "NoticedBy",
    "RecurrenceKind",
    "Release",
    "Role",
    "RoleHolding",
    "Severity",
    "TimelineEntry",
    "UpdateDelivery",
    "Verdict",
]
