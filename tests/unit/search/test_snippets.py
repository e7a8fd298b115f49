"""Snippets show where the answer is, with the matches marked."""

from __future__ import annotations

from tests.unit.search.conftest import PUBLIC, document

LONG = (
    "Marlow keeps studios running. " * 20
    + "To give money back, open the payment and press Refund; refunds take five days. "
    + "Nothing else is of interest here. " * 20
)


def test_the_snippet_is_the_passage_where_the_words_meet(make_engine) -> None:
    engine = make_engine(document(1, "Payments", LONG), document(2, "Rooms", "Noise."))
    hit = engine.search("how long do refunds take", audiences=PUBLIC).hits[0]
    marked = [text for text, is_match in hit.snippet if is_match]
    assert "refunds take five days" in hit.plain_snippet
    assert {"Refund", "refunds", "take"} <= set(marked)
    assert set(marked) <= set(hit.terms)
    assert len(hit.plain_snippet) < 200
    assert hit.plain_snippet.startswith("… ")
    assert hit.plain_snippet.endswith(" …")


def test_the_parts_of_a_title_join_to_the_title(make_engine) -> None:
    title = "Reset <b>your</b> password & sign in"
    hit = make_engine(document(1, title)).search("password reset", audiences=PUBLIC).hits[0]
    assert hit.plain_title == title
    assert [text for text, is_match in hit.title if is_match] == ["Reset", "password"]


def test_marks_cover_whole_words_with_accents_and_apostrophes(make_engine) -> None:
    body = "Über die Kündigung: Größe und Maße ändern sich nicht, sagt die Kündigungsfrist."
    hit = (
        make_engine(document(1, "Vertrag und die Frist", body))
        .search("kuendigung groesse", audiences=PUBLIC)
        .hits[0]
    )
    marked = [text for text, is_match in hit.snippet if is_match]
    assert "Kündigung" in marked
    assert hit.plain_snippet == body

    apostrophe = make_engine(document(1, "It doesn't sync", "The calendar doesn't sync today."))
    found = apostrophe.search("sync", audiences=PUBLIC).hits[0]
    assert ("sync", True) in found.snippet


def test_a_hit_by_title_alone_shows_how_the_body_begins(make_engine) -> None:
    engine = make_engine(document(1, "Vouchers", LONG), document(2, "Rooms", "Noise."))
    hit = engine.search("vouchers", audiences=PUBLIC).hits[0]
    assert hit.plain_snippet.startswith("Marlow keeps studios running.")
    assert not any(is_match for _, is_match in hit.snippet)


def test_an_empty_body_has_an_empty_snippet(make_engine) -> None:
    hit = make_engine(document(1, "Vouchers")).search("vouchers", audiences=PUBLIC).hits[0]
    assert hit.snippet == ()
