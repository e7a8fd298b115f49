"""Tables of sites and their identity keys."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base

#: Key of the pretend product's site, which is there while the demo is loaded.
DEMO_KEY = "marlow"


class WidgetMode(StrEnum):
    """When the widget offers the contact button."""

    NEUTRAL = "neutral"
    ANSWER_FIRST = "answer_first"
    ASK_FIRST = "ask_first"


class KeyState(StrEnum):
    """Life of an identity key."""

    ACTIVE = "active"
    VERIFY_ONLY = "verify_only"
    REVOKED = "revoked"


class Site(Base):
    """A place that embeds the widget.

    :ivar key: public name in the embed snippet.
    :ivar allowed_origins: exact origins, such as ``https://app.example.com``.
    :ivar color: ``#rrggbb``; the contrasting text colour is computed.
    :ivar position: ``end`` or ``start``, the side of the launcher.
    :ivar launcher_label: text on the launcher; empty shows the icon alone.
    :ivar theme: ``auto``, ``light`` or ``dark``.
    :ivar locale: language when neither host page nor browser says one.
    :ivar mail_name: name that its mail comes from; empty takes the installation's sender.
    :ivar mail_address: address that its mail comes from and goes to, lower case.
    """

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    mode: Mapped[str] = mapped_column(default=WidgetMode.NEUTRAL)
    allowed_origins: Mapped[list[str]] = mapped_column(JSON, default=list)
    color: Mapped[str] = mapped_column(default="#2f5d50")
    position: Mapped[str] = mapped_column(default="end")
    launcher_label: Mapped[str] = mapped_column(default="")
    theme: Mapped[str] = mapped_column(default="auto")
    locale: Mapped[str] = mapped_column(default="en")
    is_active: Mapped[bool] = mapped_column(default=True)
    mail_name: Mapped[str] = mapped_column(default="")
    mail_address: Mapped[str] = mapped_column(default="")
    keys: Mapped[list[IdentityKey]] = relationship(back_populates="site", lazy="raise_on_sql")


class IdentityKey(Base):
    """A key with which a site signs who its customers are.

    :ivar kid: public id, named in the token's header.
    :ivar algorithm: HS256 or EdDSA; the token's own header never decides.
    :ivar material: HS256 secret encrypted with the installation's key, or the public key in PEM.
    :ivar verify_until: a verify-only key is refused after this.
    """

    __tablename__ = "identity_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    kid: Mapped[str] = mapped_column(unique=True)
    algorithm: Mapped[str]
    material: Mapped[str]
    state: Mapped[str] = mapped_column(default=KeyState.ACTIVE)
    verify_until: Mapped[datetime | None]
    site: Mapped[Site] = relationship(back_populates="keys", lazy="raise_on_sql")
