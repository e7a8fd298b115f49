"""What templates remember, and what must keep its answers apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from babel.dates import format_timedelta
from flask import render_template_string
from flask_babel import force_locale
from markupsafe import Markup

from app.clock import utc_now
from app.web.templating import remembered


@pytest.fixture
def draw(app):
    """Return a function that draws a template's text inside a request."""

    def drawn(source, path="/help", locale="en", **context):
        with app.test_request_context(path), force_locale(locale):
            return render_template_string(source, **context)

    return drawn


def test_a_remembered_macro_is_asked_once_for_each_language_and_kind_of_argument(app):
    asked = []

    def macro(*args, **kwargs):
        asked.append((args, kwargs))
        return len(asked)

    ask = remembered(macro)
    with app.test_request_context("/portal/"):
        assert [ask("a", size=1), ask("a", size=1), ask("a", size=2)] == [1, 1, 2]
        # What is markup already and what must be escaped look the same, and True equals 1.
        assert [ask("<b>"), ask(Markup("<b>")), ask(1), ask(True)] == [3, 4, 5, 6]
    with app.test_request_context("/help"), force_locale("de"):
        assert ask("a", size=1) == 7


def test_a_remembered_macro_still_escapes(draw):
    source = """{% from "macros/pills.html" import pill %}{{ pill(text) }}"""
    for _ in range(2):
        assert "&lt;b&gt;" in draw(source, text="<b>")
        assert "<b>" in draw(source, text=Markup("<b>"))


def test_addresses_are_those_of_flask(draw):
    source = "{{ url_for('tickets.show', number=number, state=state) }}"
    for number, state in ((1, "open"), (2, "open"), (1, None), (1, "open")):
        query = "?state=open" if state else ""
        assert draw(source, number=number, state=state) == f"/portal/tickets/{number}{query}"
    several = "{{ url_for('help.search', q='move', tag=tags) }}"
    for tags in (["a", "b"], ["b"], []):
        query = "".join(f"&tag={tag}" for tag in tags)
        assert draw(several, tags=tags) == f"/help/search?q=move{query}".replace("&", "&amp;")
    outside = "{{ url_for('help.index', _external=True) }}"
    assert draw(outside) == "http://localhost/help"


def test_addresses_begin_where_the_application_is_mounted(app):
    template = app.jinja_env.from_string("{{ url_for('help.index') }}")
    for root in ("", "/desk"):
        with app.test_request_context("/help", environ_overrides={"SCRIPT_NAME": root}):
            assert template.render() == f"{root}/help"


def test_texts_follow_the_language_in_pages_and_macros(draw):
    source = """{% macro word() %}{{ _("Close") }}{% endmacro -%}
    {{ word() }} {{ _("Close") }} {{ _("Write “%(field)s”", field="<") }}"""
    english, german = draw(source), draw(source, locale="de")
    assert english == "Close Close Write “&lt;”"
    assert german.split()[0] == german.split()[1] == "Schließen"


@pytest.mark.parametrize("seconds", [0, 1, 44, 59, 61, 3_599, 3_600, 86_399, 86_401, 10**6, 10**8])
@pytest.mark.parametrize("sign", [1, -1])
def test_distances_read_as_babel_writes_them(draw, time_machine, seconds, sign):
    time_machine.move_to(datetime(2026, 11, 28, 12, tzinfo=UTC), tick=False)
    delta = timedelta(seconds=sign * seconds)
    expected = format_timedelta(delta, add_direction=True, locale="en")
    assert draw("{{ moment|ago }}", path="/portal/", moment=utc_now() + delta) == expected


def test_times_are_written_by_their_parts(draw):
    moment = datetime(2026, 3, 1, 23, 5, 59, tzinfo=UTC)
    for _ in range(2):
        assert draw("{{ m|datetime }}", path="/portal/", m=moment) == "Mar 1, 2026, 23:05"
        assert draw("{{ m|datetime('MMMd') }}", path="/portal/", m=moment) == "Mar 1"
        later = moment + timedelta(minutes=1)
        assert draw("{{ m|datetime('Hm') }}", path="/portal/", m=later) == "23:06"
