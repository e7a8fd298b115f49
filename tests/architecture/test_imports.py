"""The import contracts hold, cover every domain, and catch what they are for."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Packages that are no domains: their modules have other names.
OTHERS = {"cli", "seeds", "templates", "translations", "web"}


def lint(directory: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of pyproject.toml on a copy or on the project itself."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def test_the_contracts_hold():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


def test_every_domain_is_under_the_contract_about_its_inside():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {entry["id"]: entry for entry in config["tool"]["importlinter"]["contracts"]}
    packages = {
        f"app.{path.parent.name}"
        for path in (ROOT / "app").glob("*/__init__.py")
        if path.parent.name not in OTHERS
    }
    assert packages == set(contracts["inside"]["containers"])


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("app/staff/queries.py", "from app.tickets import models as _t", "Domains import only"),
        ("app/staff/queries.py", "from app.staff import forms as _f", "Inside a domain"),
        ("app/staff/routes/team.py", "from app.db import db as _d", "Routes leave the database"),
        ("app/staff/queries.py", "from flask import g as _g", "know no HTTP"),
        ("app/staff/queries.py", "import whoosh as _w", "Only the search engine"),
    ],
)
def test_a_broken_rule_is_found(tmp_path, file, line, contract):
    shutil.copytree(
        ROOT / "app",
        tmp_path / "app",
        ignore=shutil.ignore_patterns("__pycache__", "templates", "marlow", "translations"),
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    target = tmp_path / file
    text = target.read_text(encoding="utf-8")
    future = "from __future__ import annotations\n"
    target.write_text(text.replace(future, f"{future}\n{line}\n", 1), encoding="utf-8")
    result = lint(tmp_path)
    assert result.returncode == 1
    broken = [row for row in result.stdout.splitlines() if " BROKEN" in row]
    assert any(contract in row for row in broken), result.stdout
