"""What each role may do, in one table. Reading and answering tickets is everybody's."""

from __future__ import annotations

from enum import StrEnum

from app.staff.models import Role, Staff


class Permission(StrEnum):
    """Things that not every role may do."""

    EDIT_ARTICLES = "edit articles"
    MANAGE_STAFF = "manage staff"
    MANAGE_SITES = "manage sites"
    EDIT_SYNONYMS = "edit synonyms"
    SET_CLOCKS = "set clocks"


ALLOWED: dict[Permission, frozenset[Role]] = {
    # Whoever meets a gap may fill it: articles are open to all roles.
    Permission.EDIT_ARTICLES: frozenset(Role),
    Permission.EDIT_SYNONYMS: frozenset(Role),
    Permission.MANAGE_STAFF: frozenset({Role.ADMINISTRATOR}),
    Permission.MANAGE_SITES: frozenset({Role.ADMINISTRATOR}),
    Permission.SET_CLOCKS: frozenset({Role.ADMINISTRATOR}),
}


def may(staff: Staff, permission: Permission) -> bool:
    """Say whether a member of staff may do something."""
    return staff.is_active and Role(staff.role) in ALLOWED[permission]
