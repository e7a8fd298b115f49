"""Arabic runs from right to left, and German words fit on the narrowest phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.widget import answer_as_staff, launcher, panel_of

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce"}
NARROW = {"viewport": {"width": 320, "height": 640}, "reduced_motion": "reduce"}

HELP = [
    "/help",
    "/help/search?q=calender",
    "/help/articles/connect-google-calendar?feedback=no",
    "/help/ask?subject=card",
    "/help/nowhere",
]

#: Elements whose text is cut off or runs out of the panel.
CUT_OFF = """() => [...document.querySelectorAll('#view *')].filter((element) => {
  const box = element.getBoundingClientRect();
  if (!box.width || element.closest('.visually-hidden, .trap, pre')) return false;
  return box.right > innerWidth + 1 || box.left < -1;
}).map((element) => element.className + ': ' + element.textContent.trim().slice(0, 40))"""


def left(locator: Locator) -> float:
    return locator.bounding_box()["x"]


def is_mirrored(icon: Locator) -> bool:
    return icon.evaluate("icon => getComputedStyle(icon).scale") == "-1 1"


def open_panel(page, heading):
    launcher(page).click()
    panel = panel_of(page)
    expect(panel.get_by_role("heading", name=heading)).to_be_visible()
    expect(panel.locator(".hit__link").first).to_be_visible()
    return panel


def test_the_panel_is_mirrored_in_arabic(app, host, new_context, make_staff):
    page = new_context(locale="ar", **PHONE).new_page()
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page, "كيف يمكننا مساعدتك؟")
    row = panel.locator(".hit__link").first
    assert left(row.locator(".icon")) < left(row.locator(".hit__title"))
    assert is_mirrored(row.locator(".icon"))

    panel.get_by_role("searchbox").fill("card declined")
    panel.get_by_role("link", name="A client's card was declined").click()
    back = panel.get_by_role("button", name="رجوع")
    assert left(back) > left(panel.get_by_role("button", name="إغلاق"))
    assert is_mirrored(back.locator(".icon"))
    # The article is English: it runs from left to right in the Arabic panel.
    assert panel.locator(".article__main").evaluate("e => e.matches(':dir(ltr)')")

    panel.locator("[data-go=ask]").last.click()
    panel.get_by_label("عنوان بريدك الإلكتروني").fill("noa@example.com")
    panel.get_by_label("ما موضوع سؤالك؟").fill("بطاقة مرفوضة")
    panel.get_by_label("ماذا حدث؟").fill("لا تعمل البطاقة.")
    panel.get_by_role("button", name="إرسال").click()
    expect(panel.get_by_role("heading", name="وصلنا طلبك")).to_be_visible()
    answer_as_staff(app, make_staff(), "جرّب مرة أخرى.")
    panel.get_by_role("button", name="عرض طلبك").click()
    expect(panel.locator(".message--staff")).to_be_visible()
    assert left(panel.locator(".message--mine .message__body")) < left(
        panel.locator(".message--staff .message__body")
    )


def test_the_help_centre_is_mirrored_in_arabic(foreword, widget_site, new_context):
    page = new_context(locale="ar", **PHONE).new_page()
    page.goto(f"{foreword.url}/help/articles/connect-google-calendar")
    assert left(page.locator(".brand")) > left(page.locator(".help__links a:visible"))
    assert is_mirrored(page.locator(".crumbs .icon").first)
    # Its dates stay as the server wrote them, with the same figures.
    page.goto(f"{foreword.url}/help")
    page.get_by_role("combobox").fill("card")
    expect(page.locator("[data-suggest-status]")).to_have_text("اقتراح واحد")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.get_by_role("heading", name="Wie können wir helfen?")).to_be_visible()


def test_german_fits_on_a_narrow_phone(foreword, host, new_context):
    page = new_context(locale="de-DE", **NARROW).new_page()
    for path in HELP:
        page.goto(foreword.url + path)
        assert page.locator("html").get_attribute("lang") == "de"
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path

    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page, "Wie können wir helfen?")
    view = panel.locator("#view")
    panel.locator(".hit__link").first.click()
    panel.get_by_role("button", name="Nein").click()
    assert view.evaluate(CUT_OFF) == []
    panel.get_by_role("button", name="Nicht gelöst?").click()
    panel.get_by_text("Was wir mitsenden").click()
    panel.get_by_role("button", name="Senden").click()
    expect(panel.get_by_text("Bitte füllen Sie dieses Feld aus.").first).to_be_visible()
    assert view.evaluate(CUT_OFF) == []
