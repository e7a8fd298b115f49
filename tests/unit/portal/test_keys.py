"""The table of keys says what pages do, and pages do what it says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from app.portal.keys import GROUPS, shown_keys
from app.portal.navigation import PLACES

TEMPLATES = Path(__file__).parents[3] / "app/templates"
#: Done by a script rather than by pressing an element.
SCRIPTED = {"j", "k", "x", "X", "Enter", "Esc", "?", "Ctrl K", "/", "Ctrl Enter"}


def keys_in_templates():
    text = "\n".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    plain = re.findall(r'data-hotkey="(\w)"', text)
    # Macros are given theirs as the last of their arguments.
    given = re.findall(r'\b(?:act\(|\()"\w+", "[\w-]+", _\("[^"]+"\), "(\w)"', text)
    return {*plain, *given}


def test_the_table_holds_every_key_and_nothing_else():
    table = {key for _title, keys in GROUPS for each in keys for key in each.keys}
    assert keys_in_templates() == table - SCRIPTED


def test_no_key_means_two_things():
    used = Counter(key for _title, keys in GROUPS for each in keys for key in each.keys)
    assert [key for key, times in used.items() if times > 1] == ["Esc"]
    assert "g" not in used, "the first of a pair"
    letters = [place.key for place in PLACES if place.key]
    assert len(letters) == len(set(letters))


def test_the_page_shows_places_behind_the_keys(app):
    with app.test_request_context("/portal/inbox"):
        shown = shown_keys([("g i", "Inbox"), ("", "Nowhere")])
    assert shown[-1] == ("Go to", ((("g i",), "Inbox"),))
    assert (("z",), "Undo the last change") in shown[1][1]
