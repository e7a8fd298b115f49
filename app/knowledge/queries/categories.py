"""The tree of categories."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.db import db
from app.knowledge.models import Article, ArticleState, Category

SEPARATOR = "/"


@dataclass
class CategoryNode:
    """A category in its place.

    :ivar articles: articles directly in it, counted for the audiences asked about.
    :ivar total: the same with all categories below.
    """

    category: Category
    path: tuple[str, ...]
    depth: int
    articles: int = 0
    total: int = 0
    parent: CategoryNode | None = None
    children: list[CategoryNode] = field(default_factory=list)

    @property
    def path_text(self) -> str:
        """Return the names from the top, as search facets carry them."""
        return SEPARATOR.join(self.path)

    @property
    def ids(self) -> tuple[int, ...]:
        """Return the keys of this category and all below."""
        return tuple(node.category.id for node in walk([self]))

    @property
    def trail(self) -> list[CategoryNode]:
        """Return the way from the top down to this category."""
        above = self.parent.trail if self.parent else []
        return [*above, self]


def category_tree(
    *, audiences: Collection[str] | None = None, counted: bool = True
) -> list[CategoryNode]:
    """Return the top of the tree, siblings by position and name.

    :param audiences: count published articles for these; None counts all articles.
    :param counted: False leaves the counts at 0.
    """
    count = select(Article.category_id, func.count()).group_by(Article.category_id)
    if audiences is not None:
        count = count.where(
            Article.state == ArticleState.PUBLISHED, Article.audience.in_(audiences)
        )
    counts = dict(db.session.execute(count).all()) if counted else {}
    categories = db.session.scalars(
        select(Category).order_by(Category.position, Category.name, Category.id)
    ).all()
    below: dict[int | None, list[Category]] = {}
    for category in categories:
        below.setdefault(category.parent_id, []).append(category)
    return [_node(category, None, below, counts) for category in below.get(None, [])]


def category_nodes(
    *, audiences: Collection[str] | None = None, counted: bool = True
) -> dict[int, CategoryNode]:
    """Return every category in its place, by key, in the order of the tree."""
    tree = category_tree(audiences=audiences, counted=counted)
    return {node.category.id: node for node in walk(tree)}


def category_paths() -> dict[int, str]:
    """Return the path of every category as text, by key."""
    return {key: node.path_text for key, node in category_nodes(counted=False).items()}


def category_by_path(path: str) -> Category | None:
    """Return the category at a path of names such as ``Billing/Invoices``."""
    wanted = tuple(part.strip().casefold() for part in path.split(SEPARATOR) if part.strip())
    for node in category_nodes(counted=False).values():
        if tuple(name.casefold() for name in node.path) == wanted:
            return node.category
    return None


def walk(nodes: Collection[CategoryNode]) -> Iterator[CategoryNode]:
    """Go through nodes and everything below, parents first."""
    for node in nodes:
        yield node
        yield from walk(node.children)


def _node(
    category: Category,
    parent: CategoryNode | None,
    below: dict[int | None, list[Category]],
    counts: dict[int, int],
) -> CategoryNode:
    path = (*(parent.path if parent else ()), category.name)
    node = CategoryNode(
        category=category,
        path=path,
        depth=len(path) - 1,
        articles=counts.get(category.id, 0),
        parent=parent,
    )
    node.children = [_node(child, node, below, counts) for child in below.get(category.id, [])]
    node.total = node.articles + sum(child.total for child in node.children)
    return node
