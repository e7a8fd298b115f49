"""What all events share.

Fields are ids and plain values only. `kind` is ``"subject:what_happened"``; the field named
``<subject>_id`` is the subject's key. Changes of a field carry the old and the new value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Event:
    """Base of all events."""

    kind: ClassVar[str]
