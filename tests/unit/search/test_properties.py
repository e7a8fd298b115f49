"""What must hold for every input."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.engine import SearchEngine
from tests.unit.search.conftest import MARLOW, PUBLIC, document

_WORDS = st.sampled_from(
    ["invoice", "refund", "class", "teacher", "room", "password", "reminder", "studio", "größe"]
)
_TEXT = st.lists(_WORDS, min_size=1, max_size=12).map(" ".join)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.text(max_size=400), as_you_type=st.booleans())
def test_no_query_raises_and_every_part_joins(marlow, query: str, as_you_type: bool) -> None:
    outcome = marlow.search(query, audiences=PUBLIC, as_you_type=as_you_type)
    titles = {row[0]: row[1] for row in MARLOW}
    for hit in outcome.hits:
        assert hit.plain_title == titles[hit.id]
        assert hit.score > 0


@settings(max_examples=25, deadline=None)
@given(
    first=st.dictionaries(st.integers(1, 12), st.tuples(_TEXT, _TEXT), max_size=10),
    changes=st.lists(
        st.tuples(st.integers(1, 12), st.none() | st.tuples(_TEXT, _TEXT)), max_size=14
    ),
    queries=st.lists(_TEXT, min_size=1, max_size=4),
)
def test_changes_one_by_one_equal_a_rebuild(first, changes, queries) -> None:
    with tempfile.TemporaryDirectory() as directory:
        changed = SearchEngine(Path(directory) / "changed")
        changed.build(document(id_, *text) for id_, text in first.items())
        state = dict(first)
        for version, (id_, text) in enumerate(changes, 2):
            if text is None:
                state.pop(id_, None)
                changed.change(drop=[("article", id_)])
            else:
                state[id_] = text
                changed.change(put=[document(id_, *text, version=version)])
        rebuilt = SearchEngine(Path(directory) / "rebuilt")
        rebuilt.build(document(id_, *text) for id_, text in state.items())
        assert changed.versions().keys() == rebuilt.versions().keys()
        for query in queries:
            for typing in (False, True):
                assert _answer(changed, query[:-1], typing) == _answer(rebuilt, query[:-1], typing)


def _answer(engine: SearchEngine, query: str, as_you_type: bool) -> tuple:
    outcome = engine.search(query, audiences=PUBLIC, as_you_type=as_you_type, limit=20)
    scores = sorted((round(hit.score, 3), hit.id) for hit in outcome.hits)
    return scores, outcome.total, outcome.did_you_mean
