"""The blueprints of the application, in one list."""

from __future__ import annotations

from flask import Blueprint

from app.api.routes import blueprint as api
from app.deflection.routes import blueprint as deflection
from app.escalations.routes import blueprint as escalations
from app.health.routes import blueprint as health
from app.help.routes import blueprint as help_centre
from app.knowledge.routes import blueprint as knowledge
from app.mailbox.routes import blueprint as mailbox
from app.notices.routes import blueprint as notices
from app.notifications.routes import blueprint as mail
from app.portal.routes import home, people
from app.settings.routes import BLUEPRINTS as SETTINGS
from app.staff.routes import blueprint as staff
from app.tickets.routes import blueprint as tickets
from app.widget.demo import blueprint as demo
from app.widget.routes import blueprint as widget

BLUEPRINTS: tuple[Blueprint, ...] = (
    api,
    health,
    help_centre,
    knowledge,
    *SETTINGS,
    staff,
    deflection,
    home,
    people,
    mail,
    mailbox,
    notices,
    tickets,
    escalations,
    widget,
    demo,
)
