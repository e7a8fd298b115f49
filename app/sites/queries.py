"""Reading sites."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.errors import NotFound
from app.sites.models import IdentityKey, KeyState, Site


def site_by_key(key: str) -> Site | None:
    """Return the active site with a public key."""
    return db.session.scalar(select(Site).where(Site.key == key, Site.is_active))


def get_site(site_id: int) -> Site:
    """Return a site.

    :raises NotFound: there is none.
    """
    site = db.session.get(Site, site_id)
    if site is None:
        raise NotFound
    return site


def site_by_mail_address(address: str) -> Site | None:
    """Return the site whose mail comes from and goes to an address, if any."""
    if not address:
        return None
    return db.session.scalar(
        select(Site).where(Site.mail_address == address.lower()).order_by(Site.id).limit(1)
    )


def mail_addresses() -> list[str]:
    """Return the addresses of all sites that have one."""
    return list(db.session.scalars(select(Site.mail_address).where(Site.mail_address != "")))


def all_sites() -> Sequence[Site]:
    """Return every site by name."""
    return db.session.scalars(select(Site).order_by(Site.name, Site.id)).all()


def keys_of(site: Site) -> Sequence[IdentityKey]:
    """Return the identity keys of a site, newest first."""
    return db.session.scalars(
        select(IdentityKey).where(IdentityKey.site_id == site.id).order_by(IdentityKey.id.desc())
    ).all()


def active_keys_of(site: Site) -> Sequence[IdentityKey]:
    """Return the keys a site may sign with today, oldest first."""
    return db.session.scalars(
        select(IdentityKey)
        .where(IdentityKey.site_id == site.id, IdentityKey.state == KeyState.ACTIVE)
        .order_by(IdentityKey.id)
    ).all()


def key_by_kid(kid: str) -> IdentityKey | None:
    """Return an identity key with its site by its public id."""
    return db.session.scalar(
        select(IdentityKey).where(IdentityKey.kid == kid).options(joinedload(IdentityKey.site))
    )


def get_key(site: Site, key_id: int) -> IdentityKey:
    """Return one key of a site.

    :raises NotFound: the site has no such key.
    """
    key = db.session.get(IdentityKey, key_id)
    if key is None or key.site_id != site.id:
        raise NotFound
    return key
