"""Reading who is in the story."""

from __future__ import annotations

from dataclasses import dataclass

from app.seeds.paths import STORY, read_yaml

STAFF_DOMAIN = "marlow.example"


@dataclass(frozen=True)
class SeedStaff:
    """A member of Marlow's staff."""

    key: str
    name: str
    role: str

    @property
    def email(self) -> str:
        """Return the address they sign in with."""
        return f"{self.key}@{STAFF_DOMAIN}"


@dataclass(frozen=True)
class SeedAccount:
    """A studio.

    :ivar value: what it pays in a year, in whole units of `currency`.
    :ivar notes: what colleagues should know.
    """

    key: str
    name: str
    city: str
    timezone: str
    plan: str
    value: int
    currency: str
    locale: str
    notes: str = ""


@dataclass(frozen=True)
class SeedCustomer:
    """Somebody who works at a studio.

    :ivar key: ``<local part>@<account key>``, also their id in the pretend product.
    """

    key: str
    name: str
    account: SeedAccount

    @property
    def email(self) -> str:
        """Return the address."""
        return f"{self.key}.example"


@dataclass(frozen=True)
class Cast:
    """Everybody in the story."""

    staff: dict[str, SeedStaff]
    accounts: dict[str, SeedAccount]
    customers: dict[str, SeedCustomer]


def read_cast() -> Cast:
    """Return staff, studios and their people, in the order of the file."""
    raw = read_yaml(STORY / "people.yaml")
    accounts = {entry["key"]: SeedAccount(**entry) for entry in raw["accounts"]}
    customers = [
        SeedCustomer(key=f"{local}@{account}", name=name, account=accounts[account])
        for account, people in raw["customers"].items()
        for local, name in people.items()
    ]
    return Cast(
        staff={entry["key"]: SeedStaff(**entry) for entry in raw["staff"]},
        accounts=accounts,
        customers={customer.key: customer for customer in customers},
    )
