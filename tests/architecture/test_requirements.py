"""Every dependency is pinned and hashed, and every hashed one is asked for by a short list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def unhashed(text: str) -> list[str]:
    """Return the requirement lines without an exact version and a SHA-256 hash."""
    entries = re.split(r"\n(?=[A-Za-z0-9])", "\n" + text)
    wanted = [entry for entry in entries if re.match(r"[A-Za-z0-9]", entry)]
    return [
        entry.splitlines()[0]
        for entry in wanted
        if "==" not in entry.splitlines()[0] or "--hash=sha256:" not in entry
    ]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_hashed(name):
    assert unhashed((ROOT / name).read_text()) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_no_lock_file_names_a_package_host(name):
    assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize(
    "bad", ["flask==3.1.3\n", "flask>=3\n    --hash=sha256:ab\n", "a==1 \\\n    # via b\n"]
)
def test_the_check_finds_what_it_looks_for(bad):
    assert len(unhashed(bad)) == 1


def test_everything_asked_for_is_locked():
    asked = re.findall(r"^([a-z0-9_-]+)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    locked = (ROOT / "requirements.txt").read_text()
    missing = [name for name in asked if not re.search(rf"^{name}==", locked, re.MULTILINE)]
    assert missing == []
