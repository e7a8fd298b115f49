"""Putting the people up: Marlow's staff, the sites, the studios and who works there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from app.config import Settings
from app.customers.models import Account, Customer
from app.customers.services.identity import Vouched, sign_in_customer
from app.customers.services.records import AccountFacts, edit_account
from app.db import db
from app.events.actor import SYSTEM, staff_actor
from app.seeds.people import Cast, SeedAccount, SeedCustomer
from app.sites.models import DEMO_KEY, IdentityKey, Site, WidgetMode
from app.sites.queries import active_keys_of, get_site
from app.sites.services import change_site, create_shared_key, create_site
from app.staff.models import Role, Staff
from app.staff.services.accounts import create_staff

#: Key, name, mode and launcher label; one of each way to offer the contact button.
_SITES = (
    (DEMO_KEY, "Marlow", WidgetMode.NEUTRAL, "Help"),
    ("marlow-booking", "Marlow booking pages", WidgetMode.ANSWER_FIRST, ""),
    ("marlow-house", "Marlow for House studios", WidgetMode.ASK_FIRST, "Ask us"),
)
SITE_KEYS = tuple(site[0] for site in _SITES)
_COLOR = "#2f6f5e"


@dataclass
class Company:
    """Everybody, as rows of the present transaction.

    :ivar site_id: key of the site that the pretend product embeds.
    :ivar staff: by key; ``staff_by_email`` holds the same people by address.
    :ivar customers: by key.
    """

    site_id: int
    staff: dict[str, Staff]
    customers: dict[str, Customer] = field(default_factory=dict)

    @property
    def staff_by_email(self) -> dict[str, Staff]:
        """Return the staff by address."""
        return {person.email: person for person in self.staff.values()}


def settle_company(
    cast: Cast, *, password_hashes: dict[str, str], settings: Settings, now: datetime
) -> Company:
    """Create staff, sites, studios and customers as the story begins.

    :param password_hashes: by key of the staff.
    :param now: the first moment of the story.
    """
    staff = {
        person.key: create_staff(
            email=person.email,
            name=person.name,
            role=Role(person.role),
            password_hash=password_hashes[person.key],
            actor=SYSTEM,
            now=now,
        )
        for person in cast.staff.values()
    }
    site, key = _open_sites(next(iter(staff.values())), settings, now)
    company = Company(site.id, staff)
    facts_known: set[str] = set()
    for seed in cast.customers.values():
        customer = _welcome(seed, site=site, key=key, now=now)
        company.customers[seed.key] = customer
        if seed.account.key not in facts_known and customer.account is not None:
            facts_known.add(seed.account.key)
            _describe(customer.account, seed.account, now)
    return company


def note_last_visits(cast: Cast, company: Company, *, last_seen: dict[str, datetime]) -> None:
    """Sign customers in when they were last here, as each opening of the widget does.

    :param last_seen: by key of the customer.
    """
    site = get_site(company.site_id)
    (key,) = active_keys_of(site)
    for customer, at in last_seen.items():
        _welcome(cast.customers[customer], site=site, key=key, now=at)


def meet_company(cast: Cast) -> Company:
    """Return the people as rows of a new transaction."""
    site_id = db.session.scalars(select(Site.id).where(Site.key == DEMO_KEY)).one()
    staff = {row.email: row for row in db.session.scalars(select(Staff))}
    customers = {
        row.external_id: row
        for row in db.session.scalars(select(Customer).where(Customer.site_id == site_id))
    }
    return Company(
        site_id,
        staff={key: staff[seed.email] for key, seed in cast.staff.items()},
        customers={key: customers[key] for key in cast.customers},
    )


def _open_sites(
    administrator: Staff, settings: Settings, now: datetime
) -> tuple[Site, IdentityKey]:
    actor = staff_actor(administrator.id)
    origins = [
        settings.base_url,
        f"http://localhost:{settings.port}",
        f"http://127.0.0.1:{settings.port}",
    ]
    sites = []
    for key, name, mode, label in _SITES:
        site = create_site(key=key, name=name, allowed_origins=origins, actor=actor, now=now)
        changes: dict[str, object] = {"mode": mode, "color": _COLOR, "launcher_label": label}
        sites.append(change_site(site, changes=changes, actor=actor, now=now))
    # It is switched on when the whole story is told: see `loading`.
    main = change_site(sites[0], changes={"is_active": False}, actor=actor, now=now)
    key_row, _secret = create_shared_key(main, secret_key=settings.secret_key, actor=actor, now=now)
    return main, key_row


def _welcome(seed: SeedCustomer, *, site: Site, key: IdentityKey, now: datetime) -> Customer:
    """Sign a customer in as Marlow's own server would vouch for them."""
    vouched = Vouched(
        external_id=seed.key,
        email=seed.email,
        email_verified=True,
        name=seed.name,
        org=seed.account.key,
        org_name=seed.account.name,
    )
    session, _token = sign_in_customer(
        vouched, site_id=site.id, key_id=key.id, locale=seed.account.locale, now=now
    )
    assert session.customer is not None
    return session.customer


def _describe(account: Account, seed: SeedAccount, now: datetime) -> None:
    edit_account(
        account,
        AccountFacts(
            name=seed.name,
            plan=seed.plan,
            annual_value_cents=seed.value * 100,
            currency=seed.currency,
            city=seed.city,
            timezone=seed.timezone,
            notes=seed.notes,
        ),
        actor=SYSTEM,
        now=now,
    )
