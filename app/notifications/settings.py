"""What outgoing mail needs to know of the installation."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from app.config import Settings


@dataclass(frozen=True)
class MailSettings:
    """Where mail goes out, under which name, and where its links lead.

    :ivar mail_url: ``smtp://``, ``smtp+starttls://`` or ``smtps://``; empty holds mail back.
    :ivar base_url: public address without a trailing slash.
    """

    mail_url: str
    mail_from: str
    base_url: str

    @property
    def domain(self) -> str:
        """Return the domain of message ids: the sender's, else the installation's."""
        address = parseaddr(self.mail_from)[1]
        return address.rpartition("@")[2] or urlsplit(self.base_url).hostname or "localhost"


@dataclass
class _Holder:
    settings: MailSettings | None = None


_holder = _Holder()


def use_mail_settings(settings: Settings) -> None:
    """Take the settings of mail (the factory hands them down at start)."""
    _holder.settings = MailSettings(
        mail_url=settings.mail_url,
        mail_from=settings.mail_from,
        base_url=settings.base_url,
    )


def mail_settings() -> MailSettings:
    """Return the settings of mail in force.

    :raises RuntimeError: the factory has not handed them down.
    """
    if _holder.settings is None:
        raise RuntimeError("mail settings were not handed down")
    return _holder.settings
