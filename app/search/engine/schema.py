"""The Whoosh schema: one posting list a term, its weights being finished impacts."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.formats import Format

TERMS = "terms"
KEY = "key"
STORED_DOCUMENT = "doc"

#: Name of the Whoosh index inside a generation.
INDEX_NAME = "kb"


class ImpactFormat(Format):
    """Postings of a document number and one weight, nothing else."""

    posting_size = 0


class IMPACTS(FieldType):
    """A field whose value is a mapping of term to impact, made by :mod:`.impacts`."""

    indexed = True
    stored = False
    unique = False
    scorable = False
    vector = None
    column_type = None
    analyzer = None
    spellable = False

    def __init__(self) -> None:
        self.format = ImpactFormat()

    def index(
        self, value: Mapping[str, float], **_options: Any
    ) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        """Yield the postings of one document."""
        for term in sorted(value):
            yield term.encode("utf-8"), 1, value[term], b""

    def to_bytes(self, value: str | bytes) -> bytes:
        """Return a term as it is stored."""
        return value if isinstance(value, bytes) else value.encode("utf-8")

    def from_bytes(self, bs: Any) -> str:
        """Return a stored term as text."""
        return str(bs, "utf-8")


def make_schema() -> Schema:
    """Return the schema of a generation."""
    return Schema(**{KEY: ID(unique=True), TERMS: IMPACTS(), STORED_DOCUMENT: STORED()})


def make_codec() -> Any:
    """Return the codec: long blocks, because a search reads whole posting lists."""
    codec: Any = W3Codec
    return codec(blocklimit=1024, compression=1)


def document_key(type_: str, id_: int) -> str:
    """Return the unique term of a document."""
    return f"{type_}:{id_}"
