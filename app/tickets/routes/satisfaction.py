"""How satisfied customers are: the figures, and the answers behind them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, request, url_for

from app.clock import utc_now
from app.deflection.forms import DAYS, ReportFilter, report_filter
from app.deflection.queries.sessions import site_names
from app.satisfaction.figures import bounds, has_changed
from app.satisfaction.forms import SCORE_LABELS
from app.satisfaction.models import LeftOut
from app.staff.access import signed_in
from app.tickets.blueprint import blueprint
from app.tickets.forms import PRIORITY_LABELS
from app.tickets.labels import CHANNEL_LABELS, LEFT_OUT_LABELS, RATING_LIST_LABELS
from app.tickets.models import Channel, Priority
from app.tickets.queries.rated import RatingFilter, rating_page
from app.tickets.queries.ratings import (
    Period,
    compared_between,
    discarded_between,
    not_asked_between,
    responses_between,
    scores_between,
)
from app.web.responses import page
from app.web.settings import current_settings


@blueprint.get("/satisfaction")
@signed_in
def satisfaction() -> Response:
    """Show what customers answered, how many did, and what that does not say."""
    asked = report_filter(request.args)
    period = _period(asked)
    scores, before = scores_between(period), scores_between(period.before())
    responses = responses_between(period)
    answered, silent = compared_between(period)
    [everybody] = responses["all"]
    return page(
        "tickets/satisfaction.html",
        asked=asked,
        scope=_scope(asked),
        all_days=DAYS,
        sites=site_names(),
        scores=scores,
        before=before,
        changed=has_changed(scores.satisfied, before.satisfied),
        responses=responses,
        everybody=everybody,
        answered=answered,
        silent=silent,
        not_asked=not_asked_between(period),
        discarded=discarded_between(period),
        score_labels=SCORE_LABELS,
        left_out_labels=LEFT_OUT_LABELS,
        channel_labels=CHANNEL_LABELS,
        priority_labels=PRIORITY_LABELS,
        bounds=bounds,
        here=partial(_address, "tickets.satisfaction", asked),
        behind=partial(_address, "tickets.satisfaction_answers", asked),
    )


@blueprint.get("/satisfaction/answers")
@signed_in
def satisfaction_answers() -> Response:
    """List the answers behind a figure."""
    asked, wanted = report_filter(request.args), _wanted(request.args)
    arguments: dict[str, Any] = request.args.to_dict()

    def address(number: int) -> str:
        return url_for("tickets.satisfaction_answers", **(arguments | {"page": number}))

    return page(
        "tickets/satisfaction_answers.html",
        asked=asked,
        scope=_scope(asked),
        wanted=wanted,
        found=rating_page(_period(asked), wanted, number=request.args.get("page", 1, type=int)),
        list_labels=RATING_LIST_LABELS,
        score_labels=SCORE_LABELS,
        left_out_labels=LEFT_OUT_LABELS,
        channel_labels=CHANNEL_LABELS,
        priority_labels=PRIORITY_LABELS,
        here=partial(_address, "tickets.satisfaction", asked),
        behind=partial(_address, "tickets.satisfaction_answers", asked),
        address=address,
    )


def _scope(asked: ReportFilter) -> Any:
    return asked.scope(now=utc_now(), settings=current_settings())


def _period(asked: ReportFilter) -> Period:
    scope = _scope(asked)
    return Period(scope.since, scope.until, scope.site_id)


def _address(endpoint: str, asked: ReportFilter, **changes: Any) -> str:
    """Return an address of the same period and site, changed where named."""
    return url_for(endpoint, **asked.args(**changes))


def _wanted(args: Mapping[str, str]) -> RatingFilter:
    """Read from an address which questions to list; what makes no sense asks for nothing."""
    show, score = args.get("show", ""), args.get("score", "")
    reason, channel = args.get("reason", ""), args.get("channel", "")
    priority = args.get("priority", "")
    return RatingFilter(
        show=show if show in RATING_LIST_LABELS else "answered",
        score=int(score) if score in {str(known) for known in SCORE_LABELS} else None,
        satisfied=args.get("satisfied") == "1",
        reopened=args.get("reopened") == "1",
        reason=reason if reason in set(LeftOut) else "",
        channel=channel if channel in set(Channel) else "",
        priority=priority if priority in set(Priority) else "",
    )
