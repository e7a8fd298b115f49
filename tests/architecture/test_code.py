"""Rules about Python code that no linter knows, each shown to find what it is for."""

from __future__ import annotations

import pytest

from tests.architecture.code import (
    LONGEST_FILE_LINES,
    commits,
    docstring_faults,
    late_imports,
    python_files,
    reads_environment,
    risky_calls,
    too_long,
)

FILES = python_files()

#: The database's one place, and the search index's own files.
MAY_COMMIT = {"app/db.py", "app/search/engine/writer.py"}

#: The factory hands the environment to the settings.
MAY_READ_ENVIRONMENT = {"app/__init__.py"}

#: Turn Markdown and customers' words into cleaned HTML, and translators' texts into templates'.
MAY_MARK_AS_SAFE = {
    "app/knowledge/markdown/article.py",
    "app/knowledge/markdown/message.py",
    "app/web/locales.py",
}


def test_only_the_database_module_ends_transactions():
    assert {path for path, source in FILES.items() if commits(source)} <= MAY_COMMIT


def test_only_the_factory_reads_the_environment():
    assert {
        path for path, source in FILES.items() if reads_environment(source)
    } <= MAY_READ_ENVIRONMENT


def test_text_becomes_markup_in_one_place_and_code_nowhere():
    for path, source in FILES.items():
        allowed = {"Markup"} if path in MAY_MARK_AS_SAFE else set()
        assert set(risky_calls(source)) <= allowed, path


def test_imports_stand_at_the_top():
    assert {path: lines for path, source in FILES.items() if (lines := late_imports(source))} == {}


def test_public_functions_are_described_with_parameters_they_have():
    faults = {path: found for path, source in FILES.items() if (found := docstring_faults(source))}
    assert faults == {}


def test_files_stay_short_enough_to_be_read():
    assert {path: over for path, source in FILES.items() if (over := too_long(source))} == {}


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (commits, "db.session.commit()"),
        (commits, "def f():\n    session = db.session\n    session.commit()"),
        (reads_environment, "import os\nos.environ['X']"),
        (reads_environment, "import os\nos.getenv('X')"),
        (risky_calls, "Markup(body)"),
        (risky_calls, "markupsafe.Markup(body)"),
        (risky_calls, "render_template_string(body)"),
        (risky_calls, "env.from_string(body)"),
        (risky_calls, "session.execute(text(f'select {x}'))"),
        (risky_calls, "subprocess.run(x, shell=True)"),
        (risky_calls, "import pickle"),
        (late_imports, "def f():\n    from app import db"),
        (docstring_faults, "def f(x):\n    return x"),
        (docstring_faults, "class A:\n    def f(self):\n        return 1"),
        (docstring_faults, 'def f(x):\n    """Do.\n\n    :param y: gone.\n    """'),
        (too_long, "\n" * (LONGEST_FILE_LINES + 1)),
    ],
)
def test_each_check_finds_what_it_looks_for(check, bad):
    assert check(bad)


@pytest.mark.parametrize(
    ("check", "good"),
    [
        (commits, "commit_session()"),
        (reads_environment, "import os\nos.getpid()"),
        (risky_calls, "session.execute(text('select 1'))"),
        (late_imports, "from app import db"),
        (docstring_faults, 'def f(x):\n    """Do.\n\n    :param x: a thing.\n    """'),
        (docstring_faults, "def _f(x):\n    return x"),
        (too_long, "\n" * LONGEST_FILE_LINES),
    ],
)
def test_each_check_passes_what_is_right(check, good):
    assert not check(good)
