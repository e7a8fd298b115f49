"""What is promised: policies in their versions, and the calendars they count by.

Source: docs/clocks.md, "Policies".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.calendars.algebra import Calendar
from app.clocks.vocabulary import CommitmentKind


@dataclass(frozen=True)
class Target:
    """What is promised for one priority, in open seconds; None promises nothing.

    :ivar calendar: key of the calendar that counts them.
    """

    calendar: int
    first_reply: int | None = None
    next_reply: int | None = None
    resolution: int | None = None

    def seconds(self, kind: CommitmentKind) -> int | None:
        """Return the target of a kind of commitment."""
        value: int | None = getattr(self, kind.value)
        return value


@dataclass(frozen=True)
class PolicyVersion:
    """A policy from an instant on, until a later version takes its place.

    :ivar number: counts up; of all that are in force at an instant the highest holds.
    :ivar targets: by priority; none hands the site back to the policy for all sites.
    :ivar warn_percent: share of a target after which we are warned.
    """

    number: int
    effective_from: datetime
    targets: Mapping[str, Target]
    warn_percent: int = 75


@dataclass(frozen=True)
class Policy:
    """The versions of what is promised on one site.

    :ivar site_id: None for all sites that have no policy of their own.
    """

    site_id: int | None
    versions: tuple[PolicyVersion, ...]

    def version_at(self, at: datetime) -> PolicyVersion | None:
        """Return the version in force at a time, or None before the first."""
        in_force = [each for each in self.versions if each.effective_from <= at]
        return max(in_force, key=lambda each: each.number, default=None)


@dataclass(frozen=True)
class Terms:
    """What holds for one ticket at one time.

    :ivar site_id: of the policy, None for the one of all sites.
    :ivar version: number of the policy's version.
    """

    site_id: int | None
    version: int
    priority: str
    target: Target
    warn_percent: int
    calendar: Calendar


@dataclass(frozen=True)
class Rules:
    """All policies and calendars.

    :ivar calendars: by key.
    """

    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    policies: Sequence[Policy] = ()

    def terms_at(self, at: datetime, *, site_id: int | None, priority: str) -> Terms | None:
        """Return what is promised at a time, or None if nothing was yet."""
        for policy in self._policies_for(site_id):
            version = policy.version_at(at)
            if version is not None and version.targets:
                return self._terms(policy, version, priority)
        return None

    def calendar_at(self, at: datetime, *, site_id: int | None, priority: str) -> Calendar | None:
        """Return the calendar that business time is counted by; None if there are no policies.

        Time before the first policy is counted by the first one: it was worked all the same.
        """
        terms = self.terms_at(at, site_id=site_id, priority=priority)
        if terms is not None:
            return terms.calendar
        for policy in self._policies_for(None):
            first = min(policy.versions, key=lambda each: each.effective_from)
            return self._terms(policy, first, priority).calendar
        return None

    def changes(self, *, site_id: int | None) -> list[datetime]:
        """Return when another version comes into force for a site's tickets, earliest first."""
        return sorted(
            {
                version.effective_from
                for policy in self._policies_for(site_id)
                for version in policy.versions
            }
        )

    def _policies_for(self, site_id: int | None) -> list[Policy]:
        """Return the policies that a site looks at, its own first."""
        own = [each for each in self.policies if site_id is not None and each.site_id == site_id]
        return own + [each for each in self.policies if each.site_id is None]

    def _terms(self, policy: Policy, version: PolicyVersion, priority: str) -> Terms:
        target = version.targets[priority]
        return Terms(
            policy.site_id,
            version.number,
            priority,
            target,
            version.warn_percent,
            self.calendars[target.calendar],
        )
