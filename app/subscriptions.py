"""The tables that join the domains: who hears of which event, who runs which job, what is found.

Handlers in the transaction may fail the request; those after the commit may not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.customers.services.sessions import end_sessions_of_key
from app.deflection.handlers import clear_help_sessions, on_ticket_opened, recheck
from app.escalations.handlers import (
    LOOK_JOB,
    look_at_escalations,
    on_changed,
    on_link_changed,
    on_raised,
    on_role_changed,
    on_state_changed,
    on_ticket_confirmed,
    on_ticket_merged,
    on_update_sent,
    tell_in_portions,
)
from app.escalations.services.telling import TELL_JOB
from app.events.catalogue.base import Event
from app.events.catalogue.clocks import TicketDueSet
from app.events.catalogue.escalations import (
    EscalationChanged,
    EscalationRaised,
    EscalationRoleChanged,
    EscalationStateChanged,
    EscalationTicketLinked,
    EscalationTicketUnlinked,
    EscalationUpdateSent,
)
from app.events.catalogue.mail import MailFailed
from app.events.catalogue.people import IdentityKeyChanged, StaffChanged
from app.events.catalogue.promises import PROMISE_EVENTS
from app.events.catalogue.satisfaction import TicketRated
from app.events.catalogue.tickets import (
    MessageAdded,
    TicketAssigned,
    TicketConfirmed,
    TicketDispositionChanged,
    TicketOpened,
    TicketPriorityChanged,
    TicketReopenDismissed,
    TicketStateChanged,
)
from app.events.services import Handlers
from app.housekeeping import (
    ask_customers,
    clear_changes,
    clear_drafts,
    clear_files,
    clear_limits,
    clear_notices,
    clear_sessions,
    close_quiet,
)
from app.jobs.services import JobHandler
from app.jobs.worker import Indexer
from app.knowledge.indexing import ARTICLE_SOURCE
from app.mailbox.jobs import FETCH_JOB, fetch_received, process_received, sweep_received
from app.mailbox.services.receiving import PROCESS_JOB
from app.notifications.jobs import send_mail, sweep_outbox
from app.notifications.services.outbox import SEND_JOB
from app.promises.handlers import look_at_promises, on_disposition_changed, on_staff_changed
from app.search.queries import count_waiting
from app.search.services import DocumentSource, process_outbox
from app.tickets.clock_handlers import CLOCKS_JOB, look_at_due, on_clock_event
from app.tickets.handlers import (
    end_snooze,
    tell_of_agreement,
    tell_of_assignee,
    tell_of_failed_mail,
    tell_of_message,
    tell_of_state,
)
from app.tickets.promise_handlers import note_promise_due
from app.tickets.services.closing import CLOSE_JOB
from app.tickets.services.snoozing import WAKE_JOB, wake_in_time
from app.tickets.services.surveys import SURVEYS_JOB
from app.tickets.survey_handlers import (
    plan_or_withdraw,
    tell_of_rating,
    withdraw_when_set_aside,
)

SUBSCRIPTIONS: Mapping[type[Event], Handlers] = {
    IdentityKeyChanged: Handlers(in_transaction=(end_sessions_of_key,)),
    TicketOpened: Handlers(in_transaction=(on_ticket_opened,)),
    MailFailed: Handlers(in_transaction=(tell_of_failed_mail,)),
    MessageAdded: Handlers(in_transaction=(on_clock_event, tell_of_message)),
    TicketAssigned: Handlers(in_transaction=(tell_of_assignee,)),
    TicketPriorityChanged: Handlers(in_transaction=(on_clock_event,)),
    TicketStateChanged: Handlers(
        in_transaction=(on_clock_event, end_snooze, tell_of_state, plan_or_withdraw)
    ),
    TicketDispositionChanged: Handlers(
        in_transaction=(
            on_clock_event,
            on_disposition_changed,
            withdraw_when_set_aside,
            on_ticket_merged,
        )
    ),
    TicketConfirmed: Handlers(in_transaction=(tell_of_agreement, on_ticket_confirmed)),
    TicketReopenDismissed: Handlers(in_transaction=(on_clock_event,)),
    TicketRated: Handlers(in_transaction=(tell_of_rating,)),
    TicketDueSet: Handlers(in_transaction=(on_clock_event,)),
    StaffChanged: Handlers(in_transaction=(on_staff_changed,)),
    EscalationRaised: Handlers(in_transaction=(on_raised,)),
    EscalationStateChanged: Handlers(in_transaction=(on_state_changed,)),
    EscalationChanged: Handlers(in_transaction=(on_changed,)),
    EscalationTicketLinked: Handlers(in_transaction=(on_link_changed,)),
    EscalationTicketUnlinked: Handlers(in_transaction=(on_link_changed,)),
    EscalationUpdateSent: Handlers(in_transaction=(on_update_sent,)),
    EscalationRoleChanged: Handlers(in_transaction=(on_role_changed,)),
    **dict.fromkeys(PROMISE_EVENTS, Handlers(in_transaction=(note_promise_due,))),
}

JOB_HANDLERS: Mapping[str, JobHandler] = {
    SEND_JOB: send_mail,
    "mail.sweep": sweep_outbox,
    FETCH_JOB: fetch_received,
    PROCESS_JOB: process_received,
    "mailbox.sweep": sweep_received,
    WAKE_JOB: wake_in_time,
    CLOSE_JOB: close_quiet,
    CLOCKS_JOB: look_at_due,
    LOOK_JOB: look_at_escalations,
    TELL_JOB: tell_in_portions,
    SURVEYS_JOB: ask_customers,
    "deflection.recheck": recheck,
    "promises.look": look_at_promises,
    "clear.help_sessions": clear_help_sessions,
    "clear.limits": clear_limits,
    "clear.sessions": clear_sessions,
    "clear.files": clear_files,
    "clear.drafts": clear_drafts,
    "clear.notices": clear_notices,
    "clear.changes": clear_changes,
}

#: Kind of job to seconds between its runs.
PERIODIC_JOBS: Mapping[str, int] = {
    "mail.sweep": 60,
    FETCH_JOB: 30,
    "mailbox.sweep": 600,
    "deflection.recheck": 60,
    "promises.look": 60,
    CLOSE_JOB: 600,
    CLOCKS_JOB: 30,
    LOOK_JOB: 30,
    SURVEYS_JOB: 300,
    "clear.help_sessions": 6 * 3_600,
    "clear.limits": 3_600,
    "clear.sessions": 3_600,
    "clear.files": 6 * 3_600,
    "clear.drafts": 24 * 3_600,
    "clear.notices": 24 * 3_600,
    "clear.changes": 24 * 3_600,
}

INDEXER = Indexer(has_changes=lambda: count_waiting() > 0, index_changes=process_outbox)

SEARCH_SOURCES: Sequence[DocumentSource] = (ARTICLE_SOURCE,)
