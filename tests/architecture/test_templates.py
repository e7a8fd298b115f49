"""Templates: they compile, use only what they say, and hold nothing inline."""

from __future__ import annotations

import pytest

from tests.architecture.templates import (
    first_comment,
    global_names,
    inline_code,
    stated_variables,
    template_files,
    unknown_variables,
)

FILES = template_files()

#: Shown when nothing else can be relied on, so it carries its own few rules of style.
STANDALONE = {"errors/500.html"}


@pytest.mark.parametrize("name", FILES)
def test_a_template_compiles_and_uses_only_variables_it_states(name, app):
    app.jinja_env.compile(FILES[name], name)
    unknown = unknown_variables(name, FILES, app.jinja_env, global_names(app))
    assert not unknown, f"{name}: add {sorted(unknown)} to 'Variables:' in its first line"


@pytest.mark.parametrize("name", FILES)
def test_the_first_line_says_what_a_template_is(name):
    assert first_comment(FILES[name])


@pytest.mark.parametrize("name", sorted(FILES.keys() - STANDALONE))
def test_a_template_holds_no_inline_code(name):
    assert inline_code(FILES[name]) == []


def test_undefined_variables_are_errors_at_run_time(app):
    from jinja2 import StrictUndefined

    assert issubclass(app.jinja_env.undefined, StrictUndefined)


def test_the_checks_find_an_unknown_variable(app):
    files = {
        "a/page.html": "{# A page. Variables: ticket (with site), and those of _part.html. #}\n"
        "{{ ticket.id }}{{ lang }}{{ note }}{% for x in rows %}{{ x }}{% endfor %}{{ typo }}",
        "a/_part.html": "{# A part. Variables: rows, note. #}\n{{ rows }}",
    }
    assert stated_variables("a/page.html", files) == {"ticket", "rows", "note"}
    unknown = unknown_variables("a/page.html", files, app.jinja_env, global_names(app))
    assert unknown == {"typo"}


@pytest.mark.parametrize(
    "text",
    [
        "<p style='color: red'>",
        '<a href="#" onclick="x()">',
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        "{{ body|safe }}",
        "{{ body | safe }}",
        "{% autoescape false %}",
        '<a href="javascript:x()">',
    ],
)
def test_the_checks_find_inline_code(text):
    assert inline_code(text)


def test_the_checks_pass_what_is_allowed():
    assert inline_code('<script src="/a.js" defer></script><p class="style">on it</p>') == []
