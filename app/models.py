"""Imports every table, so that mappers and migrations know them all."""

from app.calendars import models as calendars
from app.care import models as care
from app.clocks import models as clocks
from app.customers import models as customers
from app.deflection import models as deflection
from app.escalations import models as escalations
from app.events import models as events
from app.files import models as files
from app.jobs import models as jobs
from app.knowledge import models as knowledge
from app.limits import models as limits
from app.mailbox import models as mailbox
from app.notices import models as notices
from app.notifications import models as notifications
from app.promises import models as promises
from app.satisfaction import models as satisfaction
from app.search import models as search
from app.sites import models as sites
from app.staff import models as staff
from app.tickets import composing, desk, relations, text_index
from app.tickets import models as tickets

__all__ = [
    "calendars",
    "care",
    "clocks",
    "composing",
    "customers",
    "deflection",
    "desk",
    "escalations",
    "events",
    "files",
    "jobs",
    "knowledge",
    "limits",
    "mailbox",
    "notices",
    "notifications",
    "promises",
    "relations",
    "satisfaction",
    "search",
    "sites",
    "staff",
    "text_index",
    "tickets",
]
