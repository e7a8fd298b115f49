"""Every setting is documented, with the default it really has, and nothing else is."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

from app.config import Settings, setting

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/configuration.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)


def documented(text: str) -> dict[str, tuple[str, str]]:
    """Return default and explanation by variable from the tables of a document."""
    return {name: (default.strip(), help_text) for name, default, help_text in ROW.findall(text)}


def undocumented(settings: type, text: str) -> set[str]:
    """Return the variables of settings that the document lacks."""
    return {entry.name.upper() for entry in fields(settings)} - set(documented(text))


def shown_default(default: object) -> str:
    if isinstance(default, Path):
        return "`instance/`"
    return f"`{default}`" if default != "" else "empty"


def test_every_setting_is_documented():
    assert undocumented(Settings, DOCUMENT.read_text(encoding="utf-8")) == set()


def test_the_document_states_no_setting_that_is_gone_and_every_default():
    rows = documented(DOCUMENT.read_text(encoding="utf-8"))
    actual = {entry.name.upper(): shown_default(entry.default) for entry in fields(Settings)}
    assert {name: default for name, (default, _) in rows.items()} == actual


def test_the_document_says_what_the_code_says():
    rows = documented(DOCUMENT.read_text(encoding="utf-8"))
    for entry in fields(Settings):
        assert rows[entry.name.upper()][1] == entry.metadata["help"], entry.name


def test_the_check_finds_an_undocumented_setting():
    @dataclass(frozen=True)
    class Other(Settings):
        """Settings with one more."""

        forgotten: str = setting("", "Nobody wrote this down.")

    assert undocumented(Other, DOCUMENT.read_text(encoding="utf-8")) == {"FORGOTTEN"}
