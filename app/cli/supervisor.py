"""Run several services as child processes; start again what dies, end all together."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

log = logging.getLogger(__name__)

#: Waits before a service that died is started again; one that ran long starts at the first.
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
#: A service that ran for so long had started properly.
STEADY_SECONDS = 60.0
#: Longer than what the services take to finish their work in hand.
STOP_SECONDS = 35.0


@dataclass
class Service:
    """One child process.

    :param name: for the log.
    :param run: called in the child; returns or raises SystemExit when it is done.
    """

    name: str
    run: Callable[[], None]
    pid: int = 0
    started_at: float = 0.0
    failures: int = 0
    start_at: float = 0.0


class Supervisor:
    """Parent of the services.

    :param services: started together, ended together.
    """

    def __init__(self, services: Sequence[Service]) -> None:
        self.services = services
        self.stopping = False

    def start(self) -> None:
        """Take over the signals and start every service."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        for service in self.services:
            self._fork(service)

    def watch(self) -> None:
        """Keep the services running until SIGTERM or SIGINT, then end them all."""
        while not self.pause(0.2):
            pass
        self._end_all()

    def pause(self, seconds: float) -> bool:
        """Wait a little, looking after the services.

        :param seconds: how long.
        :returns: whether it is time to stop.
        """
        time.sleep(seconds)
        if not self.stopping:
            self._reap()
            for service in self.services:
                if not service.pid and time.monotonic() >= service.start_at:
                    self._fork(service)
        return self.stopping

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _fork(self, service: Service) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        service.started_at = time.monotonic()
        service.pid = os.fork()
        if service.pid:
            return
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            service.run()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:
            # Whatever ended it, a child must never return into the parent's code.
            log.exception("%s failed", service.name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _reap(self) -> None:
        for service in self.services:
            if not service.pid:
                continue
            pid, status = os.waitpid(service.pid, os.WNOHANG)
            if not pid:
                continue
            now = time.monotonic()
            service.pid = 0
            steady = now - service.started_at > STEADY_SECONDS
            service.failures = 0 if steady else service.failures + 1
            wait = BACKOFF_SECONDS[min(service.failures, len(BACKOFF_SECONDS)) - 1]
            service.start_at = now + (BACKOFF_SECONDS[0] if steady else wait)
            log.error(
                "%s ended with %s, starting it again",
                service.name,
                os.waitstatus_to_exitcode(status),
            )

    def _end_all(self) -> None:
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(service.pid for service in self.services) and time.monotonic() < deadline:
            for service in self.services:
                if service.pid and os.waitpid(service.pid, os.WNOHANG)[0]:
                    service.pid = 0
            time.sleep(0.05)
        self._signal_all(signal.SIGKILL)

    def _signal_all(self, number: signal.Signals) -> None:
        for service in self.services:
            if service.pid:
                os.kill(service.pid, number)
