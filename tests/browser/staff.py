"""Signing staff in, in a real browser, through the sign-in page."""

from __future__ import annotations

from app.clock import utc_now
from app.db import unit_of_work
from app.events.actor import SYSTEM
from app.staff.models import Role, Staff
from app.staff.services.accounts import create_staff
from app.staff.services.passwords import hash_password

PASSWORD = "a long enough pass phrase"


def employ(app, *, name: str = "Ida Berg", role: Role = Role.ADMINISTRATOR) -> Staff:
    """Create an account that can sign in."""
    with app.app_context(), unit_of_work():
        return create_staff(
            email=f"{name.split(maxsplit=1)[0].lower()}@team.example",
            name=name,
            role=role,
            password_hash=hash_password(PASSWORD),
            actor=SYSTEM,
            now=utc_now(),
        )


def sign_in(page, url: str, staff: Staff) -> None:
    """Sign in by the form."""
    page.goto(f"{url}/portal/sign-in")
    page.get_by_label("E-mail").fill(staff.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/portal/inbox**")
