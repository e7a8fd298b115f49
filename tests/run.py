"""Run the whole suite: `make test` calls this.

First everything on SQLite, browser tests included, on all cores; then what touches the database
again on a private PostgreSQL. Both must pass.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres import PostgresMissing, private_server

#: Tests that go through the database but need no browser and no second look at pure functions.
ON_POSTGRESQL = ["tests/unit", "tests/functional"]

#: pytest's exit code when all tests ran and some failed.
TESTS_FAILED = 1

#: Public search sets for the relevance gate, where they lie beside the checkout.
SEARCH_SETS = Path(__file__).resolve().parents[2] / "shared" / "data"


def run_pytest(*arguments: str, workers: str = "2", **environment: str) -> int:
    """Run pytest in a process of its own.

    :param workers: number of parallel processes; more than cores makes browsers miss deadlines.
    :returns: its exit code.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-n", workers, "--dist", "worksteal"]
    if SEARCH_SETS.is_dir():
        environment.setdefault("SEARCH_SETS", str(SEARCH_SETS))
    return subprocess.call([*command, *arguments], env=os.environ | environment)


def main() -> int:
    """Run both halves and return the exit code."""
    print("== SQLite", flush=True)
    failed = run_pytest("tests")
    if failed == TESTS_FAILED:
        # Beside other work a browser may miss a deadline; what is broken fails alone too.
        print("== once more, one at a time: what failed", flush=True)
        failed = run_pytest("--last-failed", "--last-failed-no-failures=none", "tests", workers="0")
    try:
        with private_server() as address:
            print("== PostgreSQL", flush=True)
            failed |= run_pytest(*ON_POSTGRESQL, TEST_DATABASE_URL=address)
    except PostgresMissing as missing:
        print(f"== PostgreSQL SKIPPED: {missing}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
