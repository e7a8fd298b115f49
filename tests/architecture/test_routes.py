"""Every route declares who may call it, and the list of routes changes only on purpose."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask

from app import create_app
from app.web.access import public, public_with_token
from tests.architecture.routes import LIST, route_list, routes_without_rule


def test_every_route_has_an_access_rule(app):
    assert routes_without_rule(app) == []


def test_the_committed_list_of_routes_is_current(app):
    committed = LIST.read_text(encoding="utf-8").splitlines()
    now = route_list(app)
    gone = sorted(set(committed) - set(now))
    new = sorted(set(now) - set(committed))
    assert not gone, f"gone or changed: {gone}; if meant: python -m tests.architecture.routes"
    assert not new, f"not in the list: {new}; if meant: python -m tests.architecture.routes"


def test_no_route_reads_with_an_unsafe_method_or_writes_with_a_safe_one(app):
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        # One view for both would need one protection for two kinds of request.
        assert not ({"GET"} < methods), rule


def small_app() -> Flask:
    app = Flask(__name__, static_folder=None)
    blueprint = Blueprint("small", __name__)

    @blueprint.get("/open")
    @public
    def declared() -> str:
        return ""

    @blueprint.post("/forgotten")
    def forgotten() -> str:
        return ""

    app.register_blueprint(blueprint)
    return app


def test_the_check_finds_a_route_without_a_rule():
    assert routes_without_rule(small_app()) == ["small.forgotten"]
    assert any("NO RULE" in line for line in route_list(small_app()))


def test_a_second_rule_on_a_route_is_refused():
    with pytest.raises(RuntimeError, match="two access rules"):

        @public
        @public_with_token
        def view() -> str:
            return ""


def test_a_route_without_a_rule_is_not_served(other_settings):
    # The hook refuses at run time too, should the check above ever be skipped.
    app = create_app(other_settings())
    app.add_url_rule("/without-rule", "without_rule", lambda: "secret")
    response = app.test_client().get("/without-rule")
    assert response.status_code == 500
    assert b"secret" not in response.data
