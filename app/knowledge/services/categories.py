"""The tree of categories."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update

from app.db import db
from app.errors import Conflict, Invalid
from app.events.actor import Actor
from app.events.catalogue.knowledge import CategoryChanged, CategoryCreated
from app.events.services import record
from app.knowledge.models import Article, Category
from app.knowledge.queries import category_by_path, category_nodes
from app.knowledge.services.validation import (
    DEEPEST_CATEGORY,
    clean_category_name,
    clean_category_path,
)
from app.knowledge.slugs import slugify
from app.search.services import enqueue

#: Icons of the sprite that a category may carry.
ICONS = (
    "book-open",
    "star",
    "calendar",
    "bell",
    "users",
    "credit-card",
    "file-text",
    "globe",
    "mail",
    "shield",
    "key",
    "settings",
    "code",
    "chart-column",
    "lightbulb",
    "life-buoy",
)


def create_category(
    *,
    name: str,
    actor: Actor,
    now: datetime,
    parent: Category | None = None,
    description: str = "",
    icon: str = ICONS[0],
) -> Category:
    """Create a category below another or at the top, behind its siblings.

    :raises Invalid: the name cannot be or is taken by a sibling, or the tree gets too deep.
    """
    name = clean_category_name(name)
    nodes = category_nodes()
    if parent is not None and nodes[parent.id].depth + 2 > DEEPEST_CATEGORY:
        raise Invalid(fields={"parent": [f"Categories nest {DEEPEST_CATEGORY} deep at most."]})
    slug = _free_slug(name, parent.id if parent else None)
    last = db.session.scalar(
        select(func.max(Category.position)).where(
            Category.parent_id == parent.id if parent else Category.parent_id.is_(None)
        )
    )
    category = Category(
        parent_id=parent.id if parent else None,
        name=name,
        slug=slug,
        description=" ".join(description.split())[:300],
        icon=icon,
        position=(last if last is not None else -1) + 1,
        created_at=now,
    )
    db.session.add(category)
    db.session.flush()  # the event names the key, and children point to it
    record(CategoryCreated(category.id, name), actor=actor, at=now)
    return category


def ensure_category(path: str, *, actor: Actor, now: datetime) -> Category:
    """Return the category at a path such as ``Billing/Invoices``, making what is missing.

    :raises Invalid: the path cannot be.
    """
    names = clean_category_path(path)
    category: Category | None = None
    for depth in range(1, len(names) + 1):
        found = category_by_path("/".join(names[:depth]))
        category = found or create_category(
            name=names[depth - 1], parent=category, actor=actor, now=now
        )
    assert category is not None  # a clean path has a name
    return category


def update_category(
    category: Category,
    *,
    actor: Actor,
    now: datetime,
    name: str | None = None,
    description: str | None = None,
    icon: str | None = None,
) -> Category:
    """Rename or describe a category; a new name is a new place in search facets."""
    if name is not None and clean_category_name(name) != category.name:
        old, category.name = category.name, clean_category_name(name)
        category.slug = _free_slug(category.name, category.parent_id, but=category.id)
        record(CategoryChanged(category.id, "name", old, category.name), actor=actor, at=now)
        _reindex(category, now=now)
    if description is not None:
        category.description = " ".join(description.split())[:300]
    if icon is not None and icon != category.icon:
        category.icon = icon if icon in ICONS else ICONS[0]
    return category


def move_category(
    category: Category,
    *,
    actor: Actor,
    now: datetime,
    parent: Category | None = None,
    position: int | None = None,
) -> Category:
    """Put a category under another (None: at the top) and at a place among its new siblings.

    :param position: from 0; None means last.
    :raises Invalid: it would lie inside itself, or the tree would get too deep.
    """
    nodes = category_nodes()
    node = nodes[category.id]
    if parent is not None:
        if parent.id in node.ids:
            raise Invalid(fields={"parent": ["A category cannot lie inside itself."]})
        height = max(nodes[key].depth for key in node.ids) - node.depth
        if nodes[parent.id].depth + 2 + height > DEEPEST_CATEGORY:
            raise Invalid(fields={"parent": [f"Categories nest {DEEPEST_CATEGORY} deep at most."]})
    new_parent_id = parent.id if parent else None
    if new_parent_id != category.parent_id:
        old = category.parent_id
        category.slug = _free_slug(category.name, new_parent_id, but=category.id)
        category.parent_id = new_parent_id
        record(
            CategoryChanged(category.id, "parent", str(old or ""), str(new_parent_id or "")),
            actor=actor,
            at=now,
        )
        _reindex(category, now=now)
    siblings = [
        other.category
        for other in nodes.values()
        if other.category.parent_id == new_parent_id and other.category.id != category.id
    ]
    place = len(siblings) if position is None else max(0, min(position, len(siblings)))
    siblings.insert(place, category)
    for number, sibling in enumerate(siblings):
        sibling.position = number
    return category


def delete_category(category: Category) -> None:
    """Remove an empty category.

    :raises Conflict: articles or categories are in it.
    """
    node = category_nodes()[category.id]
    if node.total or node.children:
        raise Conflict("Only an empty category can be deleted. Move what is in it first.")
    db.session.delete(category)


def _free_slug(name: str, parent_id: int | None, *, but: int | None = None) -> str:
    """Return the address of a name among its siblings.

    :raises Invalid: a sibling has the same name.
    """
    siblings = select(Category).where(
        Category.parent_id == parent_id if parent_id else Category.parent_id.is_(None)
    )
    others = [other for other in db.session.scalars(siblings) if other.id != but]
    if any(other.name.casefold() == name.casefold() for other in others):
        raise Invalid(fields={"name": ["There is a category of this name already."]})
    base = slug = slugify(name, fallback="category")
    number = 2
    taken = {other.slug for other in others}
    while slug in taken:
        slug = f"{base}-{number}"
        number += 1
    return slug


def _reindex(category: Category, *, now: datetime) -> None:
    """Have search follow the articles whose category path has changed."""
    db.session.flush()  # the tree below is read anew
    ids = category_nodes()[category.id].ids
    db.session.execute(
        update(Article)
        .where(Article.category_id.in_(ids))
        .values(version=Article.version + 1, updated_at=now)
    )
    rows = db.session.execute(
        select(Article.id, Article.version).where(Article.category_id.in_(ids))
    )
    for article_id, version in rows:
        enqueue("article", article_id, version)
