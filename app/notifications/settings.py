"""What mail needs to know of the installation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from app.config import Settings


@dataclass(frozen=True)
class MailSettings:
    """Where mail goes out, under which name, where answers and links lead.

    :ivar mail_url: ``smtp://``, ``smtp+starttls://`` or ``smtps://``; empty holds mail back.
    :ivar reply_address: takes answers under ``local+token@domain``; empty if none does.
    :ivar base_url: public address without a trailing slash.
    :ivar key: signs the tokens in addresses and links.
    :ivar files_dir: where the files of answers are.
    """

    mail_url: str
    mail_from: str
    reply_address: str
    base_url: str
    key: bytes
    files_dir: Path

    @property
    def domain(self) -> str:
        """Return the domain of message ids: the sender's, else the installation's."""
        return domain_of(self.mail_from) or urlsplit(self.base_url).hostname or "localhost"


@dataclass
class _Holder:
    settings: MailSettings | None = None


_holder = _Holder()


def domain_of(value: str) -> str:
    """Return the domain of ``Name <local@domain>``, or an empty text."""
    return parseaddr(value)[1].rpartition("@")[2]


def use_mail_settings(settings: Settings) -> None:
    """Take the settings of mail (the factory hands them down at start)."""
    # While mail is held, answers are written in the portal, and any address of ours takes them.
    usual = "" if settings.mail_url else parseaddr(settings.mail_from)[1]
    _holder.settings = MailSettings(
        mail_url=settings.mail_url,
        mail_from=settings.mail_from,
        reply_address=(settings.reply_address or usual).lower(),
        base_url=settings.base_url,
        key=hashlib.sha256(b"mail-tokens:" + settings.secret_key.encode()).digest(),
        files_dir=settings.files_dir,
    )


def mail_settings() -> MailSettings:
    """Return the settings of mail in force.

    :raises RuntimeError: the factory has not handed them down.
    """
    if _holder.settings is None:
        raise RuntimeError("mail settings were not handed down")
    return _holder.settings
