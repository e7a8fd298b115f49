"""Tables of staff, their sessions, invites and API tokens."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class Role(StrEnum):
    """What a member of staff mainly does. Nobody's role hides a ticket from them."""

    ADMINISTRATOR = "administrator"
    SUPPORT = "support"
    DOCS = "docs"
    PRODUCT = "product"
    ENGINEERING = "engineering"


class AfterSolving(StrEnum):
    """What opens when somebody has dealt with the ticket before them."""

    NEXT = "next"
    LIST = "list"


class Staff(UserMixin, Base):
    """A member of staff.

    :ivar email: lower case; signs in with it.
    :ivar password_hash: Argon2id.
    :ivar after_solving: what they want to see next.
    :ivar disabled_at: when the account was closed; it keeps its history.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    after_solving: Mapped[str] = mapped_column(
        default=AfterSolving.NEXT, server_default=AfterSolving.NEXT.value
    )
    disabled_at: Mapped[datetime | None]

    @property
    def is_active(self) -> bool:
        """Say whether the person may sign in."""
        return self.disabled_at is None


class Team(Base):
    """A group of staff that tickets can be given to. Everybody still sees every ticket."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class TeamMember(Base):
    """Who is in a team."""

    __tablename__ = "team_members"
    __table_args__ = (UniqueConstraint("team_id", "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)


class StaffSession(Base):
    """One signed-in browser of a member of staff.

    :ivar token_hash: SHA-256 of the random value in the cookie.
    """

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    user_agent: Mapped[str]
    staff: Mapped[Staff] = relationship(lazy="raise_on_sql")


class Invite(Base):
    """An offer to join, used once, within 72 hours."""

    __tablename__ = "invites"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]
    role: Mapped[str]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A bearer token for the JSON API.

    :ivar scope: ``tickets:write``, ``search:customers`` … separated by spaces.
    """

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    scope: Mapped[str]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
