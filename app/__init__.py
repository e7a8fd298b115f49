"""Foreword: a word before the ticket."""

from __future__ import annotations

import os

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app import models  # noqa: F401 - mappers must know every table before the first query
from app.blueprints import BLUEPRINTS
from app.cli import COMMANDS
from app.config import Settings, from_env
from app.db import db, engine_options
from app.events.services import use_subscriptions
from app.extensions import babel, csrf, migrate
from app.jobs.services import use_job_handlers
from app.notifications.settings import use_mail_settings
from app.search.services import use_search
from app.staff import login
from app.subscriptions import JOB_HANDLERS, SEARCH_SOURCES, SUBSCRIPTIONS
from app.web import (
    access,
    assets,
    compression,
    errors,
    filters,
    locales,
    logs,
    security,
    templating,
    transactions,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build an application.

    :param settings: read from the environment when None.
    """
    settings = settings or from_env(os.environ)
    app = Flask(__name__, static_folder="../static")
    app.jinja_environment = templating.PortalEnvironment
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_uri,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_uri),
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 5 * 1024 * 1024,
        MAX_FORM_PARTS=80,
        SESSION_COOKIE_NAME="foreword",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        WTF_CSRF_CHECK_DEFAULT=False,  # each access rule says which protection holds
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session: drafts may be old
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.extensions["settings"] = settings
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    if settings.trusted_proxy_hops:
        hops = settings.trusted_proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    logs.init_app(app)  # first, so that it sees how the transaction ended
    transactions.init_app(app)  # next, so that it ends after all else that writes
    db.init_app(app)
    migrate.init_app(app, db, directory="migrations", render_as_batch=True)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=locales.select_locale)
    login.init_app(app)
    access.init_app(app)
    errors.init_app(app)
    security.init_app(app, settings)
    compression.init_app(app)
    assets.init_app(app)
    filters.init_app(app, settings)
    locales.init_app(app)
    templating.init_app(app)
    use_subscriptions(SUBSCRIPTIONS)
    use_job_handlers(JOB_HANDLERS)
    use_search(settings.index_dir, SEARCH_SOURCES)
    use_mail_settings(settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app
