"""Taking and giving up roles in an escalation; who had which stays on record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.errors import Invalid
from app.escalations.models import Escalation, Role, RoleHolding, Severity
from app.escalations.queries.finding import holders
from app.events.actor import Actor
from app.events.catalogue.escalations import EscalationRoleChanged
from app.events.services import record
from app.staff.models import Staff

#: One person at a time: whoever takes it relieves whoever had it.
SINGLE = (Role.OWNER, Role.COMMUNICATOR, Role.SCRIBE)
#: What people take. Whoever raised it stays its reporter.
TAKEN = (Role.OWNER, Role.COMMUNICATOR, Role.RESOLVER, Role.SCRIBE)

_BOTH = "In the worst kind, whoever coordinates does not also fix it. Please ask somebody else."


def take_role(
    escalation: Escalation, role: Role | str, *, staff: Staff, actor: Actor, now: datetime
) -> None:
    """Give somebody a role; having it already changes nothing.

    :param staff: who takes it.
    :raises Invalid: it is no role that can be taken, the account is closed, or the person may
        not have it beside another.
    """
    if role not in set(TAKEN):
        raise Invalid(fields={"role": ["Please choose a role."]})
    if not staff.is_active:
        raise Invalid(fields={"staff": ["There is nobody like that."]})
    wanted = Role(role)
    db.session.refresh(escalation, with_for_update=True)  # two who take it come one by one
    present = holders(escalation.id, wanted)
    if staff.id in present:
        return
    _check_beside(escalation, wanted, staff)
    relieved = present[0] if wanted in SINGLE and present else None
    if relieved is not None:
        _renounce(escalation.id, wanted, relieved, now)
    db.session.add(
        RoleHolding(
            escalation_id=escalation.id,
            role=wanted,
            staff_id=staff.id,
            assumed_at=now,
            created_at=now,
        )
    )
    db.session.flush()  # handlers of the event look at who has it
    record(EscalationRoleChanged(escalation.id, wanted, relieved, staff.id), actor=actor, at=now)


def renounce_role(
    escalation: Escalation, role: Role | str, *, staff_id: int, actor: Actor, now: datetime
) -> None:
    """Take a role from somebody; not having it changes nothing.

    :param staff_id: who has it.
    :raises Invalid: it is no role that can be given up.
    """
    if role not in set(TAKEN):
        raise Invalid(fields={"role": ["Please choose a role."]})
    wanted = Role(role)
    if _renounce(escalation.id, wanted, staff_id, now):
        record(EscalationRoleChanged(escalation.id, wanted, staff_id, None), actor=actor, at=now)


def _check_beside(escalation: Escalation, role: Role, staff: Staff) -> None:
    """Refuse that one person coordinates and fixes the worst kind.

    Source: docs/escalations.md, "Roles".
    """
    apart = {Role.OWNER: Role.RESOLVER, Role.RESOLVER: Role.OWNER}.get(role)
    if escalation.severity != Severity.S1 or apart is None:
        return
    if staff.id in holders(escalation.id, apart):
        raise Invalid(fields={"role": [_BOTH]})


def _renounce(escalation_id: int, role: Role, staff_id: int, now: datetime) -> bool:
    holding = db.session.scalar(
        select(RoleHolding).where(
            RoleHolding.escalation_id == escalation_id,
            RoleHolding.role == role,
            RoleHolding.staff_id == staff_id,
            RoleHolding.renounced_at.is_(None),
        )
    )
    if holding is None:
        return False
    holding.renounced_at = now
    db.session.flush()  # whoever takes it next is looked up in the table
    return True
