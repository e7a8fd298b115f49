"""Settings: read from the environment once, in one place, into one frozen object.

`docs/configuration.md` lists every entry; an architecture test compares the two.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

DEFAULT_DATA_DIR = Path(__file__).resolve().parent.parent / "instance"


def setting(default: Any, help_text: str) -> Any:
    """Declare one setting with its default and the sentence the documentation shows."""
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True)
class Settings:
    """Everything that differs between installations.

    The environment variable of an entry is its name in capitals.
    """

    data_dir: Path = setting(DEFAULT_DATA_DIR, "Directory that holds all state.")
    database_url: str = setting("", "SQLAlchemy URL; empty means SQLite in DATA_DIR.")
    secret_key: str = setting("", "Signing key; empty means a 0600 file in DATA_DIR made once.")
    base_url: str = setting(
        "http://127.0.0.1:8000", "Public address of this installation, without a trailing slash."
    )
    host: str = setting("127.0.0.1", "Address to listen on.")
    port: int = setting(8000, "Port to listen on.")
    web_workers: int = setting(2, "Number of web processes.")
    web_threads: int = setting(16, "Threads in each web process.")
    trusted_proxy_hops: int = setting(
        0, "Proxies in front whose X-Forwarded-* headers are believed; 0 believes none."
    )
    htmx_cdn_url: str = setting(
        "https://cdn.jsdelivr.net/npm/htmx.org@4.0.1/dist/htmx.min.js",
        "Where the portal loads htmx from; empty means the local copy only.",
    )
    mail_url: str = setting(
        "", "smtp://user:password@host:port or smtps://…; empty keeps mail in the outbox unsent."
    )
    mail_from: str = setting(
        "Foreword <help@localhost>", "Sender of outgoing mail; each site can have its own."
    )
    reply_address: str = setting(
        "",
        "Takes answers, as reply+…@: its mailbox is read or piped in; empty offers no answering.",
    )
    imap_url: str = setting(
        "", "imaps://user:password@host/INBOX, read every 30 seconds; empty reads no mailbox."
    )
    attribution_hours: int = setting(
        72, "Hours after a help session in which a ticket by the same person makes it failed."
    )
    read_seconds: int = setting(
        30, "Seconds of active reading from which an article counts as read for a likely outcome."
    )
    auto_close_days: int = setting(
        7, "Quiet days after which a solved ticket is closed; 0 never closes one."
    )
    session_hours: int = setting(12, "Hours after which a staff sign-in ends.")
    max_upload_mb: int = setting(10, "Largest attachment, in megabytes.")
    outbound_allow: str = setting(
        "", "host:port pairs, by commas, that may be called although they are not public."
    )
    metrics_token: str = setting(
        "", "Bearer token for /metrics and readiness details; empty allows loopback only."
    )
    demo: int = setting(
        1, "Whether `make run` loads the demo into an empty database; 0 leaves it empty."
    )
    timezone: str = setting("UTC", "Zone in which the portal shows times, an IANA name.")

    @property
    def database_uri(self) -> str:
        """Return the SQLAlchemy URL in force."""
        if self.database_url:
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{self.data_dir / 'foreword.db'}"

    @property
    def index_dir(self) -> Path:
        """Return the directory of the search index generations."""
        return self.data_dir / "index"

    @property
    def files_dir(self) -> Path:
        """Return the directory of stored attachments."""
        return self.data_dir / "files"


def from_env(environ: Mapping[str, str]) -> Settings:
    """Build settings from environment variables.

    :param environ: usually ``os.environ``.
    :returns: the settings, with a secret key that all processes of this data directory share.
    :raises ValueError: a number or zone that cannot be read, naming the variable.
    """
    values: dict[str, Any] = {}
    for entry in fields(Settings):
        raw = environ.get(entry.name.upper())
        if raw is None:
            continue
        values[entry.name] = _convert(entry.name, raw, entry.default)
    settings = Settings(**values)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not settings.secret_key:
        values["secret_key"] = _secret_from_file(settings.data_dir)
        settings = Settings(**values)
    return settings


def _convert(name: str, raw: str, default: Any) -> Any:
    if isinstance(default, Path):
        return Path(raw).expanduser().resolve()
    if isinstance(default, int):
        try:
            return int(raw)
        except ValueError:
            raise ValueError(f"{name.upper()} must be a whole number, not {raw!r}") from None
    return raw.rstrip("/") if name == "base_url" else raw


def _secret_from_file(data_dir: Path) -> str:
    """Read the signing key of a data directory, making it on the first start.

    Two web processes must sign with the same key, or every second form post would be refused.
    """
    path = data_dir / "secret_key"
    if not path.exists():
        # A finished file is linked into place, so another process never reads half a key.
        draft = data_dir / f".secret_key.{os.getpid()}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
