"""Commands of ``flask --app wsgi``."""

from __future__ import annotations

import click

from app.cli.backup import backup
from app.cli.demo import demo
from app.cli.doctor import doctor
from app.cli.jobs import jobs
from app.cli.kb import kb
from app.cli.mail import mail
from app.cli.search import search
from app.cli.serve import up, web
from app.cli.tokens import tokens
from app.cli.users import users

COMMANDS: tuple[click.Command, ...] = (
    backup,
    doctor,
    demo,
    jobs,
    kb,
    mail,
    search,
    tokens,
    up,
    users,
    web,
)
