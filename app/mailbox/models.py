"""Tables of received mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class ReceivedState(StrEnum):
    """What became of a received mail. None of them throws it away."""

    RECEIVED = "received"  # kept, not read yet
    PROCESSED = "processed"  # a ticket, a message or the fate of a mail of ours came of it
    QUARANTINED = "quarantined"  # a person has to decide
    IGNORED = "ignored"  # a machine wrote it, or somebody decided that nothing comes of it
    UNPROCESSABLE = "unprocessable"  # it could not be read


#: Nothing more happens to these until somebody decides.
NEED_A_PERSON = (ReceivedState.QUARANTINED, ReceivedState.UNPROCESSABLE)


class Reason(StrEnum):
    """Why a mail is where it is."""

    NONE = ""
    AUTOMATIC = "automatic"  # RFC 3834: an automatic answer or notice
    BULK = "bulk"  # a list or newsletter
    OWN = "own"  # it claims to be from an address of ours
    NO_PROBLEM = "no_problem"  # a report that says nothing final about a mail of ours
    BOUNCED = "bounced"  # a mail of ours came back
    COMPLAINED = "complained"  # somebody reported a mail of ours as unwanted
    NO_SENDER = "no_sender"
    WRONG_CODE = "wrong_code"
    NO_TICKET = "no_ticket"
    OTHER_SENDER = "other_sender"  # a valid code, but not the requester's address
    STAFF_SENDER = "staff_sender"  # From names a colleague; a mail is no proof of that
    SAME_ID = "same_id"  # a Message-ID that came before, with another text
    TOO_MANY = "too_many"
    BROKEN = "broken"
    DISCARDED = "discarded"  # a person decided so


class ReceivedMail(Base):
    """A mail as it arrived, and what became of it.

    :ivar identity: SHA-256 of Message-ID and text; a mail that arrives again has the same.
    :ivar message_id_hash: SHA-256 of the Message-ID; empty if it has none.
    :ivar mailbox: ``pipe``, or user, host and folder of the mailbox it was fetched from.
    :ivar uidvalidity: with `uid`, its place in that mailbox; None for what was piped in.
    :ivar size_bytes: of the whole mail; more is not kept than `app.mailbox.limits` allows.
    :ivar envelope_to: the address it was delivered to, if the mail server said it.
    :ivar from_address: the address in From, lower case; a claim.
    :ivar ticket_id: the ticket it belongs to, or would belong to.
    :ivar ticket_message_id: the message it became.
    :ivar mail_id: the outgoing mail it reports about.
    """

    __tablename__ = "mail_in"
    __table_args__ = (
        UniqueConstraint("mailbox", "uidvalidity", "uid"),
        Index("ix_mail_in_state", "state", "id"),
        Index("ix_mail_in_sender", "from_address", "processed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    message_id_hash: Mapped[str] = mapped_column(default="", index=True)
    mailbox: Mapped[str]
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    uid: Mapped[int | None] = mapped_column(BigInteger)
    size_bytes: Mapped[int]
    envelope_to: Mapped[str] = mapped_column(default="")
    from_address: Mapped[str] = mapped_column(default="")
    from_name: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=ReceivedState.RECEIVED)
    reason: Mapped[str] = mapped_column(default=Reason.NONE)
    processed_at: Mapped[datetime | None]
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("tickets.id", ondelete="SET NULL"), index=True
    )
    ticket_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("messages.id", ondelete="SET NULL"), index=True
    )
    mail_id: Mapped[int | None] = mapped_column(
        ForeignKey("outgoing_mail.id", ondelete="SET NULL"), index=True
    )


class RawMail(Base):
    """The bytes of a received mail, in a table of their own so that lists never touch them."""

    __tablename__ = "mail_in_raw"

    received_id: Mapped[int] = mapped_column(
        ForeignKey("mail_in.id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)


class MailboxLook(Base):
    """When a mailbox was last read, and what is the matter with it.

    :ivar name: user, host and folder.
    :ivar read_at: when it was last read well.
    :ivar trouble: why it cannot be read; empty if it can.
    """

    __tablename__ = "mailbox_looks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    read_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(default="")
