"""Tables of accounts, customers, anonymous visitors and their sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class Account(Base):
    """A customer organisation.

    :ivar external_id: the host product's own id of it (the token's ``org``).
    :ivar plan: the host product's plan, as given.
    :ivar annual_value_cents: yearly value in hundredths of `currency`; None is unknown.
    :ivar shares_requests: its people may read and continue each other's requests.
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    plan: Mapped[str] = mapped_column(default="")
    annual_value_cents: Mapped[int | None]
    currency: Mapped[str] = mapped_column(default="EUR")
    city: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    shares_requests: Mapped[bool] = mapped_column(default=False, server_default=false())
    customers: Mapped[list[Customer]] = relationship(back_populates="account", lazy="raise_on_sql")


class Customer(Base):
    """A person who is known: by a signed token, a verified address, the API or staff.

    :ivar external_id: the host product's id (the token's ``sub``), unique per site.
    :ivar email: lower case; empty if unknown.
    :ivar email_verified: a signed token or a followed mail link vouches for the address.
    """

    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("site_id", "external_id"),
        Index("ix_customers_email", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    external_id: Mapped[str | None]
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    email_verified: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    seen_at: Mapped[datetime | None]
    account: Mapped[Account | None] = relationship(back_populates="customers", lazy="raise_on_sql")

    @property
    def display_name(self) -> str:
        """Return the name, else the address, else a neutral word."""
        return self.name or self.email or "Customer"


class Visitor(Base):
    """Somebody anonymous on one site; a random identity and nothing else."""

    __tablename__ = "visitors"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    seen_at: Mapped[datetime]


class PersonSession(Base):
    """A widget or help-centre session of a visitor or an identified customer.

    :ivar token_hash: SHA-256 of the 256-bit value in the cookie or header.
    :ivar key_id: identity key that vouched; revoking it ends the session.
    :ivar address: the mail address whose link opened it, in the help centre; empty in the widget.
    :ivar claimed: unsigned ``identify`` fields, shown to staff as claims, never trusted.
    :ivar idle_expires_at: moves with use; ``expires_at`` does not.
    """

    __tablename__ = "person_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"), index=True)
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("visitors.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    key_id: Mapped[int | None] = mapped_column(ForeignKey("identity_keys.id"), index=True)
    address: Mapped[str] = mapped_column(default="", server_default="")
    claimed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    idle_expires_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    customer: Mapped[Customer | None] = relationship(lazy="raise_on_sql")


class SignInLink(Base):
    """A mailed link with which somebody shows that an address is theirs; it works once.

    :ivar token_hash: SHA-256 of the 256-bit value in the link.
    """

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class UsedToken(Base):
    """A signed identity token that was exchanged already; it works once."""

    __tablename__ = "used_tokens"
    __table_args__ = (UniqueConstraint("site_id", "jti"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    jti: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)
