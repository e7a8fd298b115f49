"""Reads of the knowledge base."""

from app.knowledge.queries.articles import (
    ArticleFilter,
    article_audience,
    article_by_id,
    article_by_slug,
    article_for_editor,
    articles_page,
    former_slugs,
    owner_choices,
    readable_article,
    redirect_target,
    revision_of,
    revisions_of,
    taken_slugs,
)
from app.knowledge.queries.categories import (
    CategoryNode,
    category_by_path,
    category_nodes,
    category_paths,
    category_tree,
)
from app.knowledge.queries.feedback import FeedbackCounts, feedback_counts, feedback_of
from app.knowledge.queries.readers import (
    articles_in_category,
    indexable_addresses,
    popular_articles,
    related_articles,
)

__all__ = [
    "ArticleFilter",
    "CategoryNode",
    "FeedbackCounts",
    "article_audience",
    "article_by_id",
    "article_by_slug",
    "article_for_editor",
    "articles_in_category",
    "articles_page",
    "category_by_path",
    "category_nodes",
    "category_paths",
    "category_tree",
    "feedback_counts",
    "feedback_of",
    "former_slugs",
    "indexable_addresses",
    "owner_choices",
    "popular_articles",
    "readable_article",
    "redirect_target",
    "related_articles",
    "revision_of",
    "revisions_of",
    "taken_slugs",
]
