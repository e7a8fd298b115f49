"""Words of escalations, for staff."""

from __future__ import annotations

from app.escalations.models import DeadlineKind, EscalationState, NoticedBy, RecurrenceKind, Role

STATE_WORDS = {
    EscalationState.RAISED: "Raised",
    EscalationState.ACKNOWLEDGED: "Acknowledged",
    EscalationState.INVESTIGATING: "Investigating",
    EscalationState.MITIGATED: "Mitigated",
    EscalationState.RESOLVED: "Resolved",
    EscalationState.CLOSED: "Closed",
    EscalationState.DECLINED: "Declined",
    EscalationState.DUPLICATE: "Duplicate",
}
#: What each state means, for the button that leads there.
STATE_MEANINGS = {
    EscalationState.RAISED: "It needs a look after all.",
    EscalationState.ACKNOWLEDGED: "Somebody has taken it.",
    EscalationState.INVESTIGATING: "Looking for the cause.",
    EscalationState.MITIGATED: "Customers can work again.",
    EscalationState.RESOLVED: "The cause is dealt with.",
}
#: With an article, as in "You are …".
ROLE_WORDS = {
    Role.OWNER: "the owner",
    Role.COMMUNICATOR: "the communicator",
    Role.RESOLVER: "a resolver",
    Role.REPORTER: "the reporter",
    Role.SCRIBE: "the scribe",
}
ROLE_NAMES = {
    Role.OWNER: "Owner",
    Role.COMMUNICATOR: "Communicator",
    Role.RESOLVER: "Resolver",
    Role.REPORTER: "Reporter",
    Role.SCRIBE: "Scribe",
}
ROLE_MEANINGS = {
    Role.OWNER: "coordinates and decides",
    Role.COMMUNICATOR: "tells the customers",
    Role.RESOLVER: "finds and fixes it",
    Role.SCRIBE: "writes down what happens",
}
DEADLINE_WORDS = {
    DeadlineKind.ACKNOWLEDGE: "Acknowledge",
    DeadlineKind.UPDATE: "Tell customers",
    DeadlineKind.MITIGATE: "Mitigate",
    DeadlineKind.RESOLVE: "Resolve",
    DeadlineKind.REVIEW: "Review",
}
WARNING_WORDS = {
    DeadlineKind.ACKNOWLEDGE: "Nobody has acknowledged it yet",
    DeadlineKind.UPDATE: "Customers are to hear from us soon",
    DeadlineKind.MITIGATE: "Customers were to be able to work again soon",
    DeadlineKind.RESOLVE: "It was to be resolved soon",
    DeadlineKind.REVIEW: "Its review is due soon",
}
MISSED_WORDS = {
    DeadlineKind.ACKNOWLEDGE: "Not acknowledged in time",
    DeadlineKind.UPDATE: "Customers wait for an update",
    DeadlineKind.MITIGATE: "Not mitigated by the time that was said",
    DeadlineKind.RESOLVE: "Not resolved by the time that was said",
    DeadlineKind.REVIEW: "Its review is overdue",
}
RECURRENCE_WORDS = {
    RecurrenceKind.KNOWN_UNPAID: "What was agreed then is still open",
    RecurrenceKind.FIX_DID_NOT_HOLD: "What was agreed then was done, and did not hold",
}
NOTICED_WORDS = {
    NoticedBy.CUSTOMER: "A customer told us",
    NoticedBy.US: "We saw it ourselves",
}
FIELD_WORDS = {
    "severity": "Severity",
    "title": "Title",
    "symptom": "What customers see",
    "question": "What we need to know",
    "workaround": "Way around it",
    "area_id": "Area",
    "impact_started_at": "Customers suffer since",
    "notice": "Known-incident notice",
}
