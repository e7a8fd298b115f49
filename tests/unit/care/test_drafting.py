"""What a draft takes out of a conversation, and what it leaves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.care.drafting import Cleaned, first_text, without_courtesy, without_people


def test_people_are_taken_out_and_named_once():
    text = (
        "I am Nora Quist (nora@studio.example), call +49 30 1234-567 or nora@studio.example.\n"
        "IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111."
    )
    clean = without_people(text, names=["Nora Quist", ""])
    assert clean.text == (
        "I am [name] [name] ([e-mail]), call [number] or [e-mail].\nIBAN [number], card [number]."
    )
    assert clean.removed == (
        "nora@studio.example", "DE89 3704 0044 0532 0130 00", "+49 30 1234-567",
        "4111 1111 1111 1111", "Nora", "Quist",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Set it to 90 minutes and 1,500 rows; see /help/articles/refunds-2024.",
        "Since 2026-03-02 and 02.03.2026 the page at 10:30 is blank, version 4.12.1.",
        "Ed asked why the normal view is small.",
    ],
)
def test_what_belongs_to_the_matter_stays(text):
    # Two letters are a word as often as a name, and a name inside a word is none.
    assert without_people(text, names=["Ed Nor"]) == Cleaned(text, ())


@given(st.text(), st.lists(st.text(max_size=12), max_size=3))
def test_no_address_survives_and_twice_changes_nothing(text, names):
    once = without_people(f"{text} a.b@c.example {text}", names=names)
    assert "a.b@c.example" not in once.text
    assert without_people(once.text).text == once.text


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("Hi Nora,\n\nOpen Settings.\n\nBest regards\nAda", "Open Settings."),
        ("Guten Tag Frau Quist,\nSo geht es.\n\nViele Grüße\nAda\nMarlow", "So geht es."),
        ("مرحبا نورا،\nافتح الإعدادات.\nمع التحية", "افتح الإعدادات."),  # noqa: RUF001 - Arabic
        ("Open Settings.", "Open Settings."),
        ("Hi, open it. Thanks for waiting.\nSave.", "Hi, open it. Thanks for waiting.\nSave."),
        ("Thanks", "Thanks"),
        ("", ""),
    ],
)  # fmt: skip
def test_courtesy_is_for_letters(answer, left):
    assert without_courtesy(answer) == left


@given(st.text())
def test_courtesy_takes_only_whole_lines_off_the_ends(answer):
    assert without_courtesy(answer) in "\n".join(answer.strip().splitlines())


def test_an_article_begins_with_question_and_answer():
    text = first_text("Why?\n\nIt is blank.", "Hello,\nReload it.", asked="Q", answered="A")
    assert text == "## Q\n\n> Why?\n>\n> It is blank.\n\n## A\n\nReload it.\n"
    assert first_text("Why?", "", asked="Q", answered="A") == "## Q\n\n> Why?\n\n## A\n"
