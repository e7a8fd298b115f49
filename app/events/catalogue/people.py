"""What happens to people, sites and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class StaffInvited(Event):
    """An invite for a new member of staff was made."""

    kind: ClassVar[str] = "staff:invited"
    staff_id: int | None
    email: str
    role: str


@dataclass(frozen=True)
class StaffCreated(Event):
    """A staff account came to be, by invite or by the command line."""

    kind: ClassVar[str] = "staff:created"
    staff_id: int
    role: str


@dataclass(frozen=True)
class StaffChanged(Event):
    """Role or state of a staff account changed."""

    kind: ClassVar[str] = "staff:changed"
    staff_id: int
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class StaffSignedIn(Event):
    """A member of staff signed in."""

    kind: ClassVar[str] = "staff:signed_in"
    staff_id: int


@dataclass(frozen=True)
class StaffPasswordChanged(Event):
    """A member of staff changed their password; their other sessions ended."""

    kind: ClassVar[str] = "staff:password_changed"
    staff_id: int


@dataclass(frozen=True)
class ApiTokenChanged(Event):
    """A token of the JSON API was made or revoked.

    :ivar state: active or revoked.
    """

    kind: ClassVar[str] = "api_token:changed"
    api_token_id: int
    name: str
    state: str


@dataclass(frozen=True)
class SiteChanged(Event):
    """A site was created or its settings changed.

    :ivar fields: names of the changed settings, separated by commas.
    """

    kind: ClassVar[str] = "site:changed"
    site_id: int
    fields: str


@dataclass(frozen=True)
class IdentityKeyChanged(Event):
    """An identity key of a site was made, retired or revoked.

    :ivar state: the new state.
    """

    kind: ClassVar[str] = "site:identity_key_changed"
    site_id: int
    key_id: int
    state: str


@dataclass(frozen=True)
class CustomerIdentified(Event):
    """A customer became known by a signed token, the API or staff."""

    kind: ClassVar[str] = "customer:identified"
    customer_id: int
    source: str


@dataclass(frozen=True)
class AccountChanged(Event):
    """A customer organisation was created or changed."""

    kind: ClassVar[str] = "account:changed"
    account_id: int
    fields: str
