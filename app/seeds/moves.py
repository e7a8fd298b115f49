"""What somebody does while looking for help, before it is known what the search answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from app.deflection.models import Surface
from app.deflection.vocabulary import Kind


@dataclass(frozen=True)
class Move:
    """One act of a visit.

    :ivar at_ms: milliseconds since the visit began.
    :ivar slug: the article it is about.
    :ivar seconds: of active reading.
    :ivar depth: how far down was read, in percent.
    """

    kind: Kind
    at_ms: int
    slug: str = ""
    query: str = ""
    seconds: int = 0
    depth: int = 0
    helped: bool = True
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Visit:
    """One help session.

    :ivar key: public id of the session, also the root of its event ids.
    :ivar customer: key of a customer, or empty.
    :ivar visitor: number of an anonymous visitor who may come again, or None.
    :ivar ended_at: time of the last move.
    """

    key: str
    ended_at: datetime
    surface: Surface
    locale: str
    moves: tuple[Move, ...]
    customer: str = ""
    visitor: int | None = None
    is_staff: bool = False
    user_agent: str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class MoveList:
    """Moves in the making, with a running clock.

    :param rng: for the pauses between moves.
    """

    def __init__(self, rng: Random) -> None:
        self.moves: list[Move] = []
        self._rng = rng
        self._clock_ms = 0

    @property
    def length_ms(self) -> int:
        """Return the time from the first move to the last."""
        return self.moves[-1].at_ms if self.moves else 0

    def open(self) -> None:
        """Open the help."""
        self._add(Move(Kind.OPEN, self._clock_ms))

    def search(self, query: str) -> None:
        """Type something and wait."""
        self._pause(3, 9)
        self._add(Move(Kind.SEARCH, self._clock_ms, query=query))

    def read(self, slug: str, seconds: int) -> None:
        """Open an article and read it for a while."""
        self._pause(2, 8)
        self._add(Move(Kind.CLICK, self._clock_ms, slug=slug))
        self._clock_ms += seconds * 1000
        depth = min(100, 20 + seconds + self._rng.randint(0, 30))
        self._add(Move(Kind.READ, self._clock_ms, slug=slug, seconds=seconds, depth=depth))

    def answer(self, slug: str, *, helped: bool, reason: str = "", comment: str = "") -> None:
        """Say whether an article helped."""
        self._pause(1, 6)
        move = Move(
            Kind.FEEDBACK, self._clock_ms, slug=slug, helped=helped, reason=reason, comment=comment
        )
        self._add(move)

    def claim_solved(self, slug: str) -> None:
        """Press "this solved it"."""
        self._pause(1, 4)
        self._add(Move(Kind.RESOLVED_CLAIM, self._clock_ms, slug=slug))

    def open_form(self) -> None:
        """Open the form to ask us."""
        self._pause(2, 9)
        self._add(Move(Kind.FORM_OPENED, self._clock_ms))

    def _pause(self, least: int, most: int) -> None:
        self._clock_ms += self._rng.randint(least * 1000, most * 1000)

    def _add(self, move: Move) -> None:
        self.moves.append(move)


def new_key(rng: Random) -> str:
    """Return an id such as a browser makes."""
    return f"{rng.getrandbits(96):024x}"
