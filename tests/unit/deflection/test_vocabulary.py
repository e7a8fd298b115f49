"""What clients may report, and how anything else is refused."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.deflection.texts import clean_text, fold_query, scrub
from app.deflection.vocabulary import FIELDS, SERVER_KINDS, Kind, parse_batch
from app.errors import Invalid

#: A busy machine is no failure.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

SAMPLES = {
    Kind.VISIT: {},
    Kind.OPEN: {},
    Kind.SEARCH: {"query": "empty calendar", "n_results": 3, "settled": "enter"},
    Kind.IMPRESSION: {"article_id": 1, "rank": 1, "search_id": "s" * 16},
    Kind.CLICK: {"article_id": 1, "rank": 2, "revision_id": 9},
    Kind.READ: {"article_id": 1, "seconds": 30, "depth": 80},
    Kind.FEEDBACK: {"article_id": 1, "helped": False, "reasons": ["outdated"], "comment": "Old"},
    Kind.RESOLVED_CLAIM: {"article_id": 1},
    Kind.FORM_OPENED: {},
    Kind.SUGGESTION_ELIGIBLE: {"n_results": 2},
    Kind.SUGGESTION_SHOWN: {"article_ids": [1, 2]},
    Kind.SUGGESTION_CLICK: {"article_id": 2, "rank": 1},
}


def event(kind=Kind.SEARCH, **changes):
    base = {"id": "0123456789abcdef", "kind": kind.value, "t": 5, **SAMPLES.get(kind, {})}
    return {name: value for name, value in (base | changes).items() if value is not ...}


def batch(*events, **changes):
    base = {"v": 1, "session": "a-session-key-01", "events": list(events)}
    return {name: value for name, value in (base | changes).items() if value is not ...}


@pytest.mark.parametrize("kind", FIELDS)
def test_each_kind_of_a_client_is_understood(kind):
    found = parse_batch(batch(event(kind), input=True, locale="de-AT"))
    assert (found.session_key, found.had_input, found.locale) == ("a-session-key-01", True, "de-AT")
    assert found.events[0].kind is kind
    kept = vars(found.events[0]) | found.events[0].data
    assert {name: kept[name] for name in SAMPLES[kind]} == SAMPLES[kind]


def test_every_kind_is_either_a_clients_or_the_servers():
    assert FIELDS.keys() | SERVER_KINDS == set(Kind)
    assert not FIELDS.keys() & SERVER_KINDS


@pytest.mark.parametrize(
    ("payload", "where"),
    [
        (None, "body"),
        ([], "body"),
        (batch(event(), v=2), "v"),
        (batch(event(), session="short"), "session"),
        (batch(event(), session="has a space in it"), "session"),
        (batch(event(), session=...), "session"),
        (batch(event(), extra=1), "extra"),
        (batch(event(), input=1), "input"),
        (batch(event(), locale="de_AT<"), "locale"),
        (batch(), "events"),
        (batch(*[event()] * 51), "events"),
        (batch(events={}), "events"),
        (batch("search"), "events.0.kind"),
        (batch(event(kind=Kind.TICKET_CREATED)), "events.0.kind"),
        (batch(event(), event() | {"kind": "nonsense"}), "events.1.kind"),
        (batch(event() | {"kind": ["search"]}), "events.0.kind"),
        (batch(event(id="ticket:1")), "events.0.id"),
        (batch(event(id=...)), "events.0.id"),
        (batch(event(t=-1)), "events.0.t"),
        (batch(event(t=1.5)), "events.0.t"),
        (batch(event(t=True)), "events.0.t"),
        (batch(event(query="ab")), "events.0.query"),
        (batch(event(query=" a  ")), "events.0.query"),
        (batch(event(query="x" * 201)), "events.0.query"),
        (batch(event(query=None)), "events.0.query"),
        (batch(event(settled="typing")), "events.0.settled"),
        (batch(event(settled=...)), "events.0.settled"),
        (batch(event(n_results=-1)), "events.0.n_results"),
        (batch(event(n_results="3")), "events.0.n_results"),
        (batch(event(article_id=1)), "events.0.article_id"),
        (batch(event(Kind.READ, seconds=601)), "events.0.seconds"),
        (batch(event(Kind.READ, depth=101)), "events.0.depth"),
        (batch(event(Kind.READ, article_id=2**31)), "events.0.article_id"),
        (batch(event(Kind.FEEDBACK, helped="yes")), "events.0.helped"),
        (batch(event(Kind.FEEDBACK, reasons="outdated")), "events.0.reasons"),
        (batch(event(Kind.FEEDBACK, reasons=["x"] * 9)), "events.0.reasons"),
        (batch(event(Kind.FEEDBACK, comment="x" * 1001)), "events.0.comment"),
        (
            batch(event(Kind.SUGGESTION_SHOWN, article_ids=list(range(1, 12)))),
            "events.0.article_ids",
        ),
        (batch(event(Kind.SUGGESTION_SHOWN, article_ids=[0])), "events.0.article_ids"),
    ],
)
def test_anything_else_is_refused_and_named(payload, where):
    with pytest.raises(Invalid) as refused:
        parse_batch(payload)
    assert where in refused.value.fields


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "kind", "t", "v", "session", "events"]), inner)
    ),
    max_leaves=12,
)


@patiently
@given(anything)
def test_no_document_does_anything_but_be_refused(payload):
    with pytest.raises(Invalid):
        parse_batch(payload)


@patiently
@given(st.sampled_from(list(FIELDS)), st.sampled_from(["query", "article_id", "t", "x"]), anything)
def test_one_strange_field_is_refused_or_fits_its_column(kind, name, value):
    try:
        found = parse_batch(batch(event(kind, **{name: value})))
    except Invalid:
        return
    assert type(found.events[0].t_ms) is int
    assert found.events[0].article_id is None or 1 <= found.events[0].article_id < 2**31


@patiently
@given(st.text(max_size=300))
def test_cleaned_text_can_be_stored_and_is_one_line(text):
    cleaned = clean_text(text)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert cleaned.split("\n") == [cleaned]
    assert fold_query(cleaned)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mail to ida.k+x@studio.example please", "mail to … please"),
        ("call +49 (0)170 123-4567 now", "call … now"),
        ("card 4111-1111-1111-1111", "card …"),
        ("order 123456", "order …"),
        ("order 12345 of 2026", "order 12345 of 2026"),
        ("version 4.2.1 on ios 18", "version 4.2.1 on ios 18"),
        ("two @ signs @@", "two @ signs @@"),
    ],
)
def test_addresses_and_long_numbers_are_scrubbed_and_short_ones_kept(typed, kept):
    assert scrub(typed) == kept
