"""Reading JSON lines, one at a time, whatever they hold."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app.knowledge.exchange.records import (
    DEFAULT_SOURCE,
    ArticleRecord,
    BadRecord,
    ReadRecord,
    SeenIds,
    check_record,
)

#: Longest line in bytes: the longest body, each character escaped, and room for the rest.
LONGEST_LINE = 1_500_000


def read_lines(path: Path, *, source: str = DEFAULT_SOURCE) -> Iterator[ReadRecord]:
    """Yield what each line holds, in order; empty lines are passed over.

    :param source: names where the file comes from.
    """
    seen = SeenIds()
    with path.open("rb") as file:
        for number, line in _lines(file):
            if line is not None and not line.strip():
                continue
            place = f"line {number}"
            try:
                record = _record(line, source)
                seen.refuse_repeats(record)
            except BadRecord as problem:
                yield ReadRecord(place, problem=str(problem))
            else:
                yield ReadRecord(place, record)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield numbered lines; None stands for one that is too long to be held."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        else:
            yield number, line


def _record(line: bytes | None, source: str) -> ArticleRecord:
    if line is None:
        raise BadRecord(f"longer than {LONGEST_LINE // 1_000_000} MB")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRecord(f"not UTF-8 at byte {error.start + 1}") from None
    try:
        entry = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise BadRecord(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise BadRecord("not JSON that can be read: nested too deeply") from None
    except ValueError:
        raise BadRecord("not JSON that can be read: a number is too long") from None
    return check_record(entry, source=source)


def _refuse_constant(name: str) -> Any:
    raise BadRecord(f"not JSON: {name} is no value")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadRecord(f"field {twice!r} is there twice")
    return result
