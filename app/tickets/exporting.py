"""Tickets as files: CSV that no spreadsheet runs as a formula, and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from app.tickets.queries.export import ExportedTicket

#: Cells that begin so are run as formulas by spreadsheets.
#: Source: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
#: By this mark spreadsheets know that the file is UTF-8.
_BYTE_ORDER_MARK = "\ufeff"

COLUMNS = tuple(field.name for field in fields(ExportedTicket))


def as_csv(tickets: Iterable[ExportedTicket]) -> Iterator[bytes]:
    """Yield a CSV file line by line: UTF-8, CRLF, times in UTC.

    Source: RFC 4180.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(_BYTE_ORDER_MARK)
    writer.writerow(COLUMNS)
    for ticket in tickets:
        yield _taken(buffer)
        writer.writerow([_cell(getattr(ticket, name)) for name in COLUMNS])
    yield _taken(buffer)


def as_json(tickets: Iterable[ExportedTicket]) -> Iterator[bytes]:
    """Yield a JSON array, one object a line."""
    yield b"["
    before = "\n"
    for ticket in tickets:
        facts = {name: _plain(value) for name, value in asdict(ticket).items()}
        yield f"{before}{json.dumps(facts, ensure_ascii=False)}".encode()
        before = ",\n"
    yield b"\n]\n"


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _cell(value: Any) -> str:
    text = ", ".join(value) if isinstance(value, list) else str(_plain(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return "" if value is None else value
