"""What the page of one escalation is given."""

from __future__ import annotations

from collections import Counter
from typing import Any

from wtforms import SelectChoice

from app.clock import utc_now
from app.escalations.customer_words import language_of
from app.escalations.forms import (
    DeclineForm,
    EntryForm,
    FactsForm,
    LinkForm,
    MoveForm,
    NoticeForm,
    OtherForm,
    TargetForm,
    UpdateForm,
)
from app.escalations.labels import (
    DEADLINE_WORDS,
    RECURRENCE_WORDS,
    ROLE_MEANINGS,
    ROLE_NAMES,
    STATE_MEANINGS,
    STATE_WORDS,
)
from app.escalations.models import Escalation, EscalationState, RecurrenceKind, Role, Severity
from app.escalations.queries.recurrences import recurrence_candidates
from app.escalations.queries.sheets import (
    deadlines_of,
    linked_tickets,
    relatives_of,
    role_holdings,
)
from app.escalations.queries.timeline import timeline
from app.escalations.queries.told import count_unheard, last_update, updates_of
from app.escalations.routes.reading import as_local
from app.escalations.services.roles import TAKEN
from app.escalations.severities import PROMISES
from app.escalations.states import BACKWARDS, EXITS, MOVES, RUNNING
from app.knowledge.queries.categories import category_paths
from app.staff.access import current_staff
from app.staff.queries import active_staff
from app.web.settings import current_settings


def facts_form(escalation: Escalation, *, sent: bool = False) -> FactsForm:
    """Return the form of what is known.

    :param sent: with what the person typed, else with what is stored.
    """
    form = FactsForm() if sent else FactsForm(formdata=None, obj=escalation)
    form.area.choices = [
        SelectChoice("", "None"),
        *(SelectChoice(key, path) for key, path in category_paths().items()),
    ]
    if not sent:
        form.area.data = escalation.area_id
        form.impact_started_at.data = as_local(escalation.impact_started_at)
    return form


def notice_form(escalation: Escalation) -> NoticeForm:
    """Return the form of the known-incident notice as it stands."""
    words = escalation.notice or {}
    known = {f"text_{language}": words.get(language, "") for language in ("en", "de", "ar")}
    return NoticeForm(formdata=None, data=known | {"scope": escalation.notice_scope})


def sheet_context(escalation: Escalation, **forms: Any) -> dict[str, Any]:
    """Return what the page of an escalation needs.

    :param forms: those that were refused, by their names; the others are empty.
    """
    state = EscalationState(escalation.state)
    wanted = [each for each in EscalationState if each in MOVES[state] and each not in EXITS]
    holdings = role_holdings(escalation.id)
    lines = timeline(escalation)
    tickets, newest = linked_tickets(escalation.id), last_update(escalation.id)
    languages = Counter(language_of(ticket.locale) for ticket in tickets)
    usual = {
        "facts_form": facts_form(escalation),
        "move_form": MoveForm(formdata=None),
        "decline_form": DeclineForm(formdata=None),
        "duplicate_form": OtherForm(formdata=None),
        "recurrence_form": OtherForm(formdata=None),
        "entry_form": EntryForm(formdata=None),
        "link_form": LinkForm(formdata=None),
        "update_form": UpdateForm(formdata=None),
        "target_form": TargetForm(formdata=None),
        "notice_form": notice_form(escalation),
        "refused": "",
    }
    return (
        usual
        | forms
        | {
            "escalation": escalation,
            "promise": PROMISES[Severity(escalation.severity)],
            "moves": [(each, (state, each) in BACKWARDS) for each in wanted],
            "may_decline": EscalationState.DECLINED in MOVES[state],
            "may_duplicate": EscalationState.DUPLICATE in MOVES[state],
            "is_running": state in RUNNING,
            "roles": TAKEN,
            "holdings": holdings,
            "reporter": next((each for each in holdings if each.role == Role.REPORTER), None),
            "tickets": tickets,
            "languages": languages,
            "updates": updates_of(escalation.id),
            "unheard": 0 if newest is None else count_unheard(newest),
            "zone": current_settings().timezone,
            "deadlines": deadlines_of(escalation.id),
            "relatives": relatives_of(escalation),
            "candidates": recurrence_candidates(escalation) if state in RUNNING else [],
            "story": [line for line in lines if line.level == "story"],
            "log": [line for line in lines if line.level == "log"],
            "people": [(each.id, each.name) for each in active_staff()],
            "areas": category_paths(),
            "me": current_staff().id,
            "now": utc_now(),
            "state_words": STATE_WORDS,
            "state_meanings": STATE_MEANINGS,
            "role_names": ROLE_NAMES,
            "role_meanings": ROLE_MEANINGS,
            "deadline_words": DEADLINE_WORDS,
            "recurrence_words": {kind.value: RECURRENCE_WORDS[kind] for kind in RecurrenceKind},
        }
    )
