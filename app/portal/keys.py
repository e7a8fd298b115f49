"""The single keys of the portal, in one table: "?" shows it, and a test holds pages to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.web.locales import current_language
from app.web.locales import lazy_text as _l


@dataclass(frozen=True)
class Key:
    """What one key, or one of a pair, does.

    :ivar keys: as `data-hotkey` and the browser name them; those with a space are pressed one
        after the other.
    :ivar does: in words.
    """

    keys: tuple[str, ...]
    does: Any


EVERYWHERE = (
    Key(("Ctrl K", "/"), _l("Search everything and go anywhere")),
    Key(("j", "k"), _l("Next and previous in a list")),
    Key(("Enter",), _l("Open the row")),
    Key(("f",), _l("Find in the list")),
    Key(("m",), _l("Mark all notices as read")),
    Key(("Ctrl Enter",), _l("Send what you are writing")),
    Key(("Esc",), _l("Stop writing, and go back to the list")),
    Key(("?",), _l("This list")),
)
INBOX = (
    Key(("x", "X"), _l("Choose a row, or all up to it")),
    Key(("Esc",), _l("Choose none")),
    Key(("z",), _l("Undo the last change")),
    Key(("v",), _l("Choose a view")),
    Key(("c",), _l("New ticket")),
)
TICKET = (
    Key(("r",), _l("Reply")),
    Key(("n",), _l("Internal note")),
    Key(("p",), _l("Promise something with the answer")),
    Key(("a",), _l("Take it; or assign what is chosen")),
    Key(("e",), _l("Solve")),
    Key(("M",), _l("Merge into another")),
    Key(("L",), _l("Link a ticket")),
    Key(("E",), _l("Escalate to engineering")),
    Key(("s",), _l("Snooze")),
    Key(("t",), _l("Tag")),
    Key(("l",), _l("Give to a team")),
    Key(("i",), _l("Priority")),
    Key(("o",), _l("Category")),
    Key(("w",), _l("Watch")),
    Key(("u",), _l("Mark as unread")),
)

#: Titles and the keys of one press.
GROUPS = (
    (_l("Everywhere"), EVERYWHERE),
    (_l("In the inbox"), INBOX),
    (_l("On a ticket, or what is chosen"), TICKET),
)

#: A title, and pairs of keys and what they do.
Shown = tuple[str, tuple[tuple[tuple[str, ...], str], ...]]


def shown_keys(places: Sequence[tuple[str, str]]) -> tuple[Shown, ...]:
    """Return all keys as the page shows them, in the reader's language.

    :param places: key and name of each place that the viewer may go to.
    """
    return (*_groups(current_language()), (str(_l("Go to")), _go(tuple(places))))


def _go(places: tuple[tuple[str, str], ...]) -> tuple[tuple[tuple[str, ...], str], ...]:
    return tuple(((key,), name) for key, name in places if key)


@cache
def _groups(_language: str) -> tuple[Shown, ...]:
    return tuple(
        (str(title), tuple((key.keys, str(key.does)) for key in keys)) for title, keys in GROUPS
    )
