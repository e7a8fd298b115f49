"""Which sessions a report is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from app.deflection.models import IDLE, HelpEvent, HelpSession


@dataclass(frozen=True)
class Scope:
    """Sessions begun in a period, of one site or surface if named.

    :ivar since: first moment.
    :ivar until: first moment after.
    :ivar ripe_at: sessions whose last act is later are in no share yet, even if they failed
        already: a failure is known at once and a success only after the attribution window, so
        the newest days would look worse than they are.
    :ivar surface: of :class:`app.deflection.models.Surface`; empty means all.
    """

    since: datetime
    until: datetime
    ripe_at: datetime
    site_id: int | None = None
    surface: str = ""

    @property
    def last_moment(self) -> datetime:
        """Return a moment on the last day."""
        return self.until - timedelta(seconds=1)

    def before(self) -> Scope:
        """Return the period of the same length just before."""
        return replace(self, since=self.since - (self.until - self.since), until=self.since)

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a help session must fulfil to be in this scope, excluded ones included."""
        wanted = [
            HelpSession.started_at >= self.since,
            HelpSession.started_at < self.until,
            HelpSession.has_intent.is_(True),
        ]
        if self.site_id is not None:
            wanted.append(HelpSession.site_id == self.site_id)
        if self.surface:
            wanted.append(HelpSession.surface == self.surface)
        return wanted

    def counted(self) -> list[ColumnElement[bool]]:
        """Return what a help session must fulfil to be counted at all."""
        return [*self.conditions(), HelpSession.excluded == ""]

    def no_earlier_acts(self) -> ColumnElement[bool]:
        """Return what every act of these sessions fulfils, so that older ones are not read.

        A later batch places its acts at most one pause before it arrived.
        """
        return HelpEvent.at >= self.since - IDLE

    def ripe(self) -> ColumnElement[bool]:
        """Return what makes a session's outcome ripe for a share."""
        return HelpSession.last_event_at <= self.ripe_at
