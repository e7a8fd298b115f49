"""A line of a timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Line:
    """One thing that happened.

    :ivar key: names it when its level is chosen, such as ``event:812`` or ``entry:4``.
    :ivar level: story or log.
    :ivar who: who did it; empty for nobody in particular.
    :ivar source: where it comes from, in a word.
    :ivar path: the page that shows it; empty for none.
    :ivar promoted: somebody chose another level than it had by itself.
    """

    key: str
    level: str
    happened_at: datetime
    recorded_at: datetime
    text: str
    who: str = ""
    source: str = ""
    path: str = ""
    promoted: bool = False
