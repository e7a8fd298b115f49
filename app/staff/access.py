"""Access rules for staff."""

from __future__ import annotations

from functools import cache
from typing import cast

from flask_login import current_user

from app.errors import Forbidden, SignInNeeded
from app.staff.models import Staff
from app.staff.permissions import Permission, may
from app.web.access import AccessRule


def current_staff() -> Staff:
    """Return the signed-in member of staff.

    :raises SignInNeeded: nobody is signed in.
    """
    if not current_user.is_authenticated:
        raise SignInNeeded
    return cast(Staff, current_user)


def _check_signed_in() -> None:
    current_staff()


#: Any member of staff: no tiers, so this is the usual rule of the portal.
signed_in = AccessRule("staff", _check_signed_in)


@cache
def requires(permission: Permission) -> AccessRule:
    """Return the rule that a member of staff must hold a permission."""

    def check() -> None:
        if not may(current_staff(), permission):
            raise Forbidden

    return AccessRule(f"staff: {permission.value}", check)
