"""Differences between two texts: by line, and by word within changed lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Unchanged lines shown around a change.
CONTEXT = 3
#: Longer lines are compared as a whole.
LONGEST_LINE = 4_000

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class DiffRow:
    """One row of a comparison.

    :ivar kind: ``same``, ``add``, ``del`` or ``skip`` (unchanged lines left out).
    :ivar old_number: line in the old text, from 1; None for an added line.
    :ivar parts: the line in pieces; the flag marks what changed within it.
    :ivar skipped: how many lines a ``skip`` stands for.
    """

    kind: str
    old_number: int | None = None
    new_number: int | None = None
    parts: tuple[tuple[str, bool], ...] = ()
    skipped: int = 0


def diff_texts(old: str, new: str) -> list[DiffRow]:
    """Return what changed from one text to another; nothing if they are the same."""
    old_lines = old.split("\n") if old else []
    new_lines = new.split("\n") if new else []
    matcher = SequenceMatcher(None, old_lines, new_lines, autojunk=len(old_lines) > 2000)
    if old == new:
        return []
    rows: list[DiffRow] = []
    groups = list(matcher.get_grouped_opcodes(CONTEXT))
    shown = 0
    for group in groups:
        start = group[0][1]
        if start > shown:
            rows.append(DiffRow("skip", skipped=start - shown))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                rows += [
                    DiffRow(
                        "same",
                        old_from + i + 1,
                        new_from + i + 1,
                        ((old_lines[old_from + i], False),),
                    )
                    for i in range(old_to - old_from)
                ]
            else:
                rows += _changed(
                    old_lines[old_from:old_to], new_lines[new_from:new_to], old_from, new_from
                )
        shown = group[-1][2]
    if shown < len(old_lines):
        rows.append(DiffRow("skip", skipped=len(old_lines) - shown))
    return rows


def _changed(
    removed: Sequence[str], added: Sequence[str], old_from: int, new_from: int
) -> Iterator[DiffRow]:
    """Yield removed lines, then added ones; lines that answer each other mark their words."""
    pairs = [_words(old, new) for old, new in zip(removed, added, strict=False)]
    for i, line in enumerate(removed):
        parts = pairs[i][0] if i < len(pairs) else ((line, False),)
        yield DiffRow("del", old_from + i + 1, None, parts)
    for i, line in enumerate(added):
        parts = pairs[i][1] if i < len(pairs) else ((line, False),)
        yield DiffRow("add", None, new_from + i + 1, parts)


Parts = tuple[tuple[str, bool], ...]


def _words(old: str, new: str) -> tuple[Parts, Parts]:
    """Return both lines in pieces, changed words marked; unmarked if little is left of the old."""
    plain = ((old, False),), ((new, False),)
    if max(len(old), len(new)) > LONGEST_LINE:
        return plain
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.3:
        return plain
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        changed = tag != "equal"
        if old_to > old_from:
            left.append(("".join(before[old_from:old_to]), changed))
        if new_to > new_from:
            right.append(("".join(after[new_from:new_to]), changed))
    return tuple(left), tuple(right)
