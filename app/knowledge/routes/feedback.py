"""What readers said about an article."""

from __future__ import annotations

from flask import Response, request

from app.knowledge.queries import article_for_editor, feedback_counts, feedback_of
from app.knowledge.routes.blueprint import blueprint
from app.staff.access import signed_in
from app.web.responses import page


@blueprint.get("/<int:article_id>/feedback")
@signed_in
def feedback(article_id: int) -> Response:
    """List the votes on an article, the newest first."""
    votes, numbers = feedback_of(article_id, number=request.args.get("page", 1, type=int))
    return page(
        "knowledge/feedback.html",
        article=article_for_editor(article_id),
        votes=votes,
        numbers=numbers,
        counts=feedback_counts([article_id]).get(article_id),
    )
