"""A real IMAP server with one mailbox, and a proxy that falls silent when told."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from tests.factories.running import free_port, wait_until

DOVECOT = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{home}/mail
first_valid_uid = 0
first_valid_gid = 0
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
"""

_numbers = count(1)


class ImapServer:
    """A running dovecot.

    :ivar url: of its mailbox.
    """

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.url = f"imap://support:secret@127.0.0.1:{port}/INBOX"

    def deliver(self, raw: bytes) -> None:
        """Put a mail into the mailbox the way a mail server does."""
        name = f"{next(_numbers)}.test"
        draft = self.home / "mail/tmp" / name
        draft.write_bytes(raw)
        draft.chmod(0o666)
        draft.rename(self.home / "mail/new" / name)

    def unread(self) -> int:
        """Return how many mails nobody has read."""
        seen = [
            path for path in (self.home / "mail/cur").iterdir() if "S" in path.name.split(",")[-1]
        ]
        every = [*(self.home / "mail/cur").iterdir(), *(self.home / "mail/new").iterdir()]
        return len(every) - len(seen)


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    """Run an IMAP server on a free port, with everything in a directory of its own."""
    if DOVECOT is None:
        pytest.skip("no dovecot here; sh .ci/system-packages installs it")
    # Its sockets need a short path, which pytest's directories are not.
    home = Path(f"/tmp/imap-{os.getpid()}-{next(_numbers)}")
    is_root = os.getuid() == 0
    account = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.getuid())
    try:
        for folder in ("mail/new", "mail/cur", "mail/tmp", "run", "state"):
            (home / folder).mkdir(parents=True)
        port = free_port()
        config = home / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                home=home, port=port, uid=account.pw_uid, gid=account.pw_gid,
                user="dovenull" if is_root else account.pw_name,
                group="dovenull" if is_root else str(account.pw_gid),
            )
        )  # fmt: skip
        if is_root:
            for path in (home / "mail", *(home / "mail").iterdir()):
                os.chown(path, account.pw_uid, account.pw_gid)
        process = subprocess.Popen([DOVECOT, "-F", "-c", str(config)], start_new_session=True)
        try:
            wait_until(lambda: process.poll() is None and _answers(port), lambda: _log(home), 20)
            yield ImapServer(home, port)
        finally:
            process.terminate()
            process.wait(timeout=20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
        return probe.recv(4) == b"* OK"
    return False


def _log(home: Path) -> str:
    return (home / "log").read_text() if (home / "log").exists() else "no log"


class Proxy:
    """Passes bytes on between a client and the server, until it falls silent.

    :param target: port of the server.
    :param silent_at: fall silent instead of passing on what the client says with these bytes.
    :param silent_after: fall silent after so many bytes of the server's; 0 never does.
    """

    def __init__(self, target: int, *, silent_at: bytes = b"\0", silent_after: int = 0) -> None:
        self.target, self.silent_at, self.silent_after = target, silent_at, silent_after
        self.is_silent = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sockets = [self.listener]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self.sockets += [client, server]
                for ends in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, from_client: bool) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(65_536):
                passed += len(data)
                says_it = from_client and self.silent_at in data
                is_much = not from_client and 0 < self.silent_after < passed
                if says_it or is_much:
                    self.is_silent.set()
                if self.is_silent.is_set():
                    continue
                sink.sendall(data)

    def close(self) -> None:
        for each in self.sockets:
            each.close()
