"""The panel's server answers in the panel's language."""

from __future__ import annotations

ARABIC = {"Accept-Language": "ar"}
GERMAN = {"Accept-Language": "de"}


def test_fragments_follow_the_language_of_the_panel(panel, client):
    assert "Schreiben Sie uns" in client.get("/w/shop/ask", headers=GERMAN).text
    assert "لم يُعثر على مقالات" in client.get("/w/shop/search?q=xyzzy", headers=ARABIC).text


def test_a_refusal_is_said_in_the_language_of_the_panel(panel, client):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    answer = panel.start().ask(email="")
    assert answer.status_code == 422
    assert answer.json["error"]["message"] == "Bitte prüfen Sie die markierten Felder."
    assert answer.json["error"]["fields"] == {
        "email": ["Bitte geben Sie eine Adresse für die Antwort an."]
    }


def test_limits_are_written_as_the_reader_writes_numbers(panel, client):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    answer = panel.start().ask(body="x" * 50_001)
    assert answer.json["error"]["fields"] == {"body": ["Bitte höchstens 50.000 Zeichen."]}
