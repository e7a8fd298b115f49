"""German and Arabic: pages, numbers, dates, errors at their fields, mails."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask_babel import force_locale, ngettext

from app.db import db, unit_of_work
from app.events.actor import SYSTEM
from app.knowledge.services import create_article
from app.notifications.models import OutgoingMail
from app.web.filters import show_filesize
from tests.factories.tickets import opened

PUBLISHED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GERMAN = {"Accept-Language": "de-AT, en;q=0.5"}
ARABIC = {"Accept-Language": "ar-EG"}
FORM = {
    "subject": "Rechnung fehlt",
    "body": "Seit Montag kommt keine mehr.",
    "name": "Mara",
    "email": "mara@studio.example",
    "key": "k" * 22,
}


@pytest.fixture
def articles(app):
    """Two articles of one topic, one of another."""
    with app.app_context(), unit_of_work():
        for title, topic in (("Move a class", "Classes"), ("Book", "Classes"), ("Pay", "Money")):
            create_article(
                title=title,
                body="Drag it.",
                category_path=topic,
                publish=True,
                actor=SYSTEM,
                now=PUBLISHED,
            )


def plain(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_the_help_centre_in_german(client, articles):
    page = client.get("/help", headers=GERMAN).text
    assert '<html lang="de" dir="ltr">' in page
    assert "Wie können wir helfen?" in page
    assert sorted(re.findall(r"\d Artikel", plain(page))) == ["1 Artikel", "2 Artikel"]


def test_the_help_centre_in_arabic_with_its_own_forms_for_one_and_two(client, articles):
    page = client.get("/help", headers=ARABIC).text
    assert '<html lang="ar" dir="rtl">' in page
    assert "كيف يمكننا مساعدتك؟" in page
    assert "مقال واحد" in page
    assert "مقالان" in page


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "لا مقالات"),
        (1, "مقال واحد"),
        (2, "مقالان"),
        (5, "5 مقالات"),
        (11, "11 مقالًا"),
        (100, "100 مقال"),
    ],
)
def test_arabic_says_numbers_in_six_ways(app, number, said):
    with app.test_request_context(), force_locale("ar"):
        assert ngettext("%(num)d article", "%(num)d articles", number) == said


def test_dates_follow_the_language(client, articles):
    address = "/help/articles/move-a-class"
    assert "Aktualisiert am 2. März 2026" in plain(client.get(address, headers=GERMAN).text)
    assert "آخر تحديث: 2 مارس 2026" in plain(client.get(address, headers=ARABIC).text)


def test_sizes_follow_the_language(app):
    said = {}
    for locale in ("en", "de", "ar"):
        with app.test_request_context(), force_locale(locale):
            said[locale] = [show_filesize(size) for size in (512, 122_880, 1_572_864)]
    assert said["en"] == ["512 byte", "120 kB", "1.5 MB"]
    assert said["de"] == ["512 Byte", "120 kB", "1,5 MB"]
    assert said["ar"] == ["512 بايت", "120 كيلوبايت", "1.5 م.ب"]


def test_a_language_that_was_chosen_stays_for_the_visit(client):
    page = client.get("/help?lang=ar", headers=GERMAN).text
    assert 'lang="ar" hreflang="ar" aria-current="true"' in page
    assert '<html lang="ar"' in client.get("/help/search", headers=GERMAN).text
    # Also where no page of the help centre answers.
    missing = client.get("/no-such-page", headers=GERMAN)
    assert missing.status_code == 404
    assert "لا شيء هنا" in missing.text
    client.get("/help?lang=xx")
    assert '<html lang="ar"' in client.get("/help", headers=GERMAN).text


def test_the_portal_stays_english(client):
    page = client.get("/portal/sign-in", headers=GERMAN).text
    assert '<html lang="en"' in page
    assert "Sign in" in page


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"email": "nope"}, "email", "Das ist keine E-Mail-Adresse."),
        ({"body": " "}, "body", "Bitte schreiben Sie etwas."),
        ({"name": "x" * 121}, "name", "Feld kann nicht länger als 120 Zeichen sein."),
    ],
)
def test_what_is_wrong_is_said_in_german_at_the_field(client, changes, field, said):
    page = client.post("/help/ask", data=FORM | changes, headers=GERMAN)
    assert page.status_code == 422
    error = re.search(rf'<p class="field__error" id="{field}-error">(.*?)</p>', page.text).group(1)
    assert plain(error) == said
    assert "Bitte prüfen Sie Ihre Eingaben." in page.text


def test_an_error_page_is_german(client):
    page = client.get("/help/articles/none-such", headers=GERMAN)
    assert page.status_code == 404
    assert "Diesen Artikel konnten wir nicht finden." in page.text


def test_numbers_in_what_a_program_is_told_stay_plain_english(client):
    answer = client.get("/api/v1/nothing", headers=GERMAN)
    assert answer.json["error"]["message"] == "We could not find that."


def test_whoever_asked_in_german_gets_german_mail(app, client):
    assert client.post("/help/ask", data=FORM, headers=GERMAN).status_code == 303
    with app.app_context():
        [mail] = db.session.scalars(db.select(OutgoingMail)).all()
        assert mail.subject == "Ihre Anfrage 1 ist angekommen"
        assert "antworten Sie einfach auf diese E-Mail" in mail.text_body
        assert '<html lang="de" dir="ltr">' in mail.html_body


def test_arabic_mail_runs_from_right_to_left(app, ctx):
    opened(locale="ar")
    [mail] = db.session.scalars(db.select(OutgoingMail)).all()
    assert mail.subject == "استلمنا طلبك رقم 1"
    assert '<html lang="ar" dir="rtl">' in mail.html_body


def test_mail_in_a_language_without_catalogue_is_english(app, ctx):
    opened(locale="fi")
    [mail] = db.session.scalars(db.select(OutgoingMail)).all()
    assert mail.subject == "We have your request 1"
