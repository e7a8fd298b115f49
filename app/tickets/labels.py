"""Words of the list: what it can be narrowed down by, its orders, columns and views."""

from __future__ import annotations

from app.satisfaction.models import LeftOut
from app.tickets.models import Channel, Disposition, Resolution
from app.tickets.relations import MERGED, Relation
from app.web.locales import lazy_text as _l

CHANNEL_LABELS = {
    Channel.WIDGET: _l("Widget"),
    Channel.HELP: _l("Help centre"),
    Channel.API: _l("API"),
    Channel.STAFF: _l("Staff"),
    Channel.MAIL: _l("Mail"),
}
RESOLUTION_LABELS = {
    Resolution.ANSWER: _l("Answered"),
    Resolution.ARTICLE: _l("Answered by an article"),
    Resolution.BUG: _l("Bug, fixed or reported"),
    Resolution.EDUCATION: _l("Explained how it works"),
    Resolution.NO_REPLY: _l("Customer did not come back"),
    Resolution.DUPLICATE: _l("Asked twice"),
    Resolution.SELF: _l("Customer found the answer"),
}
DISPOSITION_LABELS = {
    Disposition.SPAM: _l("Spam"),
    Disposition.MERGED: _l("Merged"),
    Disposition.DUPLICATE: _l("Duplicate"),
    Disposition.DELETED: _l("In the bin"),
}
#: What a ticket is to another one.
RELATION_LABELS = {
    Relation.RELATED: _l("Has to do with"),
    Relation.DUPLICATE: _l("Asks the same as"),
    Relation.FOLLOW_UP: _l("Continues"),
    Relation.DUPLICATED: _l("Asked again in"),
    Relation.FOLLOWED: _l("Continued in"),
    MERGED: _l("Merged into this"),
}
#: Why somebody was not asked how satisfied they are.
LEFT_OUT_LABELS = {
    LeftOut.SET_ASIDE: _l("Spam, merged or deleted"),
    LeftOut.MERGED: _l("Asked twice"),
    LeftOut.NO_REPLY: _l("Did not come back"),
    LeftOut.FOUND_IT: _l("Found the answer before we had said anything"),
    LeftOut.TOO_LATE: _l("More than a week late, after trouble of ours"),
    LeftOut.ANSWERED: _l("Had answered already"),
    LeftOut.ASKED_LATELY: _l("Asked within two weeks about another request"),
    LeftOut.OUTAGE: _l("In the middle of an outage"),
    LeftOut.NO_ADDRESS: _l("Neither address nor person is known"),
    LeftOut.NO_MAIL: _l("Gets or wants no automatic mail"),
    "withdrawn": _l("Taken back: the request was opened again"),
}
#: The lists behind the figures of satisfaction.
RATING_LIST_LABELS = {
    "answered": _l("Answers"),
    "heard": _l("Answers of those asked"),
    "asked": _l("Asked"),
    "silent": _l("Not answered"),
    "open": _l("Can still answer"),
    "withdrawn": _l("Taken back"),
    "left_out": _l("Not asked"),
    "discarded": _l("Not taken for a person's"),
}
ORDER_LABELS = {
    "recent": _l("Newest activity"),
    "oldest": _l("Oldest activity"),
    "due": _l("What is due first"),
    "waiting": _l("Longest without hearing from us"),
    "priority": _l("Priority, then longest wait"),
    "created": _l("Newest ticket"),
}
COLUMN_LABELS = {
    "state": _l("State"),
    "priority": _l("Priority"),
    "number": _l("Number"),
    "account": _l("Account"),
    "site": _l("Site"),
    "channel": _l("Channel"),
    "category": _l("Category"),
    "team": _l("Team"),
    "tags": _l("Tags"),
    "due": _l("Due"),
    "waiting": _l("Last heard from us"),
    "created": _l("Opened"),
    "assignee": _l("Assignee"),
}
VIEW_LABELS = {
    "mine": _l("Mine"),
    "unassigned": _l("Unassigned"),
    "overdue": _l("Overdue"),
    "unsolved": _l("Unsolved"),
    "waiting": _l("Waiting for customer"),
    "drafts": _l("My drafts"),
    "snoozed": _l("Snoozed"),
    "all": _l("All"),
}
#: Names in an address as people read them, for what made no sense.
ARGUMENT_LABELS = {
    "state": _l("State"),
    "sort": _l("Order"),
    "columns": _l("Columns"),
    "assignee": _l("Assignee"),
    "team": _l("Team"),
    "priority": _l("Priority"),
    "category": _l("Category"),
    "tag": _l("Tag"),
    "site": _l("Site"),
    "channel": _l("Channel"),
    "account": _l("Account"),
    "customer": _l("Customer"),
    "wrote": _l("Who wrote last"),
    "unread": _l("Unread"),
    "due": _l("Due"),
    "promise": _l("Promise"),
    "escalation": _l("Escalation"),
    "draft": _l("Begun by me"),
    "snoozed": _l("Snoozed"),
    "resolution": _l("Resolution"),
    "disposition": _l("Disposition"),
    "from": _l("From"),
    "has": _l("With"),
    "created_from": _l("Opened from"),
    "created_to": _l("Opened until"),
    "updated_from": _l("Changed from"),
    "updated_to": _l("Changed until"),
}
