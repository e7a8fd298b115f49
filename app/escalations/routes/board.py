"""The board."""

from __future__ import annotations

from flask import Response, request

from app.clock import utc_now
from app.escalations.blueprint import blueprint
from app.escalations.forms import SEVERITIES
from app.escalations.labels import DEADLINE_WORDS, STATE_WORDS
from app.escalations.models import Severity
from app.escalations.queries.board import GROUPS, board, count_by_group
from app.staff.access import signed_in
from app.web.responses import page

GROUP_WORDS = {"running": "Running", "review": "To review", "over": "Over"}


@blueprint.get("")
@signed_in
def index() -> Response:
    """List escalations by state, the worst first."""
    group = request.args.get("group", "running")
    group = group if group in GROUPS else "running"
    severity = request.args.get("severity", "")
    severity = severity if severity in set(Severity) else ""
    return page(
        "escalations/index.html",
        cards=board(group, now=utc_now(), severity=severity),
        group=group,
        severity=severity,
        states=GROUPS[group],
        counts=count_by_group(),
        group_words=GROUP_WORDS,
        severities=SEVERITIES,
        state_words=STATE_WORDS,
        deadline_words=DEADLINE_WORDS,
    )
