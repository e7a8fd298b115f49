"""Telling staff of escalations."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.escalations.labels import MISSED_WORDS, ROLE_WORDS, WARNING_WORDS
from app.escalations.models import Deadline, DeadlineKind, Escalation, Role, Severity
from app.escalations.queries.finding import holders
from app.notices.services import notify
from app.staff.models import Role as StaffRole
from app.staff.queries import active_staff

#: Everybody hears of these.
WORST = (Severity.S1, Severity.S2)
#: Who hears of the others, and is asked where nobody has taken a role yet.
FIRST_ASKED = (StaffRole.ENGINEERING, StaffRole.PRODUCT, StaffRole.ADMINISTRATOR)

#: Who owes what, the first that is there.
_OWED_BY = {
    DeadlineKind.ACKNOWLEDGE: (),
    DeadlineKind.UPDATE: (Role.COMMUNICATOR, Role.OWNER),
    DeadlineKind.MITIGATE: (Role.OWNER, Role.RESOLVER),
    DeadlineKind.RESOLVE: (Role.OWNER, Role.RESOLVER),
    DeadlineKind.REVIEW: (Role.OWNER, Role.COMMUNICATOR),
}


def tell_of_raised(escalation: Escalation, *, by_id: int | None, now: datetime) -> None:
    """Tell who can take it.

    :param by_id: whoever raised it, and knows.
    """
    what = f"Escalated, {escalation.severity.upper()}"
    _tell(escalation, _everybody(escalation) - {by_id}, what, kind="escalated", now=now)


def tell_of_role(escalation: Escalation, role: str, *, staff_id: int, now: datetime) -> None:
    """Tell somebody that they were given a role."""
    what = f"You are {ROLE_WORDS[Role(role)]}"
    _tell(escalation, {staff_id}, what, kind="escalated", now=now)


def tell_of_deadline(escalation: Escalation, row: Deadline, *, missed: bool, now: datetime) -> None:
    """Tell who owes something that its time has passed, or soon will.

    :param missed: it has passed.
    """
    kind = DeadlineKind(row.kind)
    what = (MISSED_WORDS if missed else WARNING_WORDS)[kind]
    people = next(
        (found for role in _OWED_BY[kind] if (found := set(holders(escalation.id, role)))),
        _everybody(escalation),
    )
    _tell(escalation, people, what, kind="overdue" if missed else "due_soon", now=now)


def _everybody(escalation: Escalation) -> set[int | None]:
    staff = active_staff()
    asked = [each.id for each in staff if escalation.severity in WORST or each.role in FIRST_ASKED]
    # A team without engineers on board must not overhear it.
    return set(asked or [each.id for each in staff])


def _tell(
    escalation: Escalation, people: Collection[int | None], what: str, *, kind: str, now: datetime
) -> None:
    notify(
        staff_ids=sorted(key for key in people if key is not None),
        kind=kind,
        text=f"{what}: E-{escalation.number} {escalation.title}",
        path=f"/portal/escalations/{escalation.number}",
        now=now,
    )
