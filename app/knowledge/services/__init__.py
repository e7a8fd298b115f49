"""Use cases of the knowledge base."""

from app.knowledge.services.articles import create_article
from app.knowledge.services.categories import (
    create_category,
    delete_category,
    ensure_category,
    move_category,
    update_category,
)
from app.knowledge.services.drafts import discard_draft, draft_of, save_draft
from app.knowledge.services.feedback import FEEDBACK_REASONS, give_feedback
from app.knowledge.services.finding import ArticleHit, FoundArticles, find_articles
from app.knowledge.services.properties import change_properties
from app.knowledge.services.publishing import (
    archive_article,
    publish_article,
    unpublish_article,
)
from app.knowledge.services.revisions import restore_revision, save_revision
from app.knowledge.services.suggestions import suggest_for_page

__all__ = [
    "FEEDBACK_REASONS",
    "ArticleHit",
    "FoundArticles",
    "archive_article",
    "change_properties",
    "create_article",
    "create_category",
    "delete_category",
    "discard_draft",
    "draft_of",
    "ensure_category",
    "find_articles",
    "give_feedback",
    "move_category",
    "publish_article",
    "restore_revision",
    "save_draft",
    "save_revision",
    "suggest_for_page",
    "unpublish_article",
    "update_category",
]
