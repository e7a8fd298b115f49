"""The widget seen from the host page: verbs, events, isolation, and what happens when it fails."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.clock import utc_now
from app.customers.models import PersonSession
from app.db import db, unit_of_work
from app.deflection.models import HelpSession
from app.events.actor import SYSTEM
from app.knowledge.services import create_article
from app.search.services import sync
from tests.browser.widget import (
    launcher,
    open_panel,
    panel_of,
    record_events,
    seen_events,
    send,
    tickets,
    write,
)

pytestmark = pytest.mark.browser


def test_nothing_but_the_loader_is_fetched_before_the_first_open(host, foreword, page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{host.url}/calendar/week")
    expect(launcher(page)).to_be_visible()

    assert [url for url in asked if foreword.url in url] == [f"{foreword.url}/widget/v1/loader.js"]
    names = page.evaluate("() => Object.keys(window).filter(name => /foreword/i.test(name))")
    assert names == ["Foreword"]
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0


def test_verbs_called_before_the_loader_arrives_are_answered(host, page):
    host.scripts["/host.js"] += (
        "window.early = Foreword('search', 'card declined', {open: false});"
        "Foreword('configure', {label: 'Ask us'});"
    )
    page.goto(f"{host.url}/calendar/week")

    found = page.evaluate("() => early")
    assert found[0] == {
        "title": "A client's card was declined",
        "slug": "a-client-s-card-was-declined",
    }
    expect(launcher(page)).to_have_accessible_name("Ask us")
    expect(page.locator("foreword-widget iframe")).to_be_hidden()


def test_verbs_and_events(app, host, page):
    page.goto(f"{host.url}/calendar/week")
    expect(launcher(page)).to_be_visible()
    record_events(page)
    article = page.evaluate("() => Foreword('article', 'connect-google-calendar')")
    assert article == {"slug": "connect-google-calendar", "title": "Connect Google Calendar"}
    panel = panel_of(page)
    panel.get_by_role("link", name="the wrong time").click()
    expect(panel.get_by_role("heading", name="A booking shows")).to_be_visible()
    panel.get_by_role("button", name="Yes", exact=True).click()
    panel.get_by_role("button", name="This solved it").click()
    expect(panel.get_by_text("Glad to hear it.")).to_be_visible()
    message = page.evaluate("() => Foreword('article', 'never-was').catch(error => error.message)")
    assert "no such article" in message

    page.evaluate(
        "() => { window.asked = Foreword('ask', {subject: 'From the host', body: 'Hello'}); }"
    )
    expect(panel.get_by_label("What is it about?")).to_have_value("From the host")
    panel.get_by_label("Your e-mail address").fill("noa@example.com")
    send(panel)
    assert page.evaluate("() => asked") == {"number": 1}
    page.evaluate("() => Foreword('toggle')")
    expect(page.locator("foreword-widget iframe")).to_be_hidden()

    names = ["open", "ready", "article", "feedback", "helped", "ticket", "close"]
    assert set(names) <= set(seen_events(page))
    assert "gaveup" not in seen_events(page)
    page.evaluate("() => Foreword('destroy')")
    assert page.evaluate("() => [typeof Foreword, document.querySelector('foreword-widget')]") == [
        "undefined",
        None,
    ]


def test_giving_up_is_an_event_and_an_unsent_request_is_null(host, page):
    page.goto(f"{host.url}/calendar/week")
    expect(launcher(page)).to_be_visible()
    record_events(page)
    page.evaluate("() => { window.asked = Foreword('ask'); }")
    panel = panel_of(page)
    expect(panel.get_by_label("What is it about?")).to_be_visible()
    page.evaluate("() => Foreword('close')")
    assert page.evaluate("() => asked") is None
    page.evaluate("() => Foreword('search', 'card declined')")
    expect(panel.get_by_role("link", name="A client's card was declined")).to_be_visible()
    page.evaluate("() => Foreword('close')")

    expect(page.locator("foreword-widget iframe")).to_be_hidden()
    for _ in range(50):
        if "gaveup" in seen_events(page):
            break
        page.evaluate("() => new Promise(requestAnimationFrame)")
    assert "gaveup" in seen_events(page)


def test_host_names_articles_and_language(host, page):
    page.goto(f"{host.url}/calendar/week")
    expect(launcher(page)).to_be_visible()
    page.evaluate("() => Foreword('suggest', ['refund-a-payment'])")
    panel = open_panel(page)
    expect(panel.get_by_role("link", name="Refund a payment")).to_be_visible()
    expect(panel.get_by_role("link", name="A booking shows")).to_have_count(0)

    page.evaluate("() => Foreword('configure', {locale: 'ar'})")
    expect(panel.locator("html")).to_have_attribute("dir", "rtl")
    expect(panel.locator("html")).to_have_attribute("lang", "ar")


def test_own_launcher_is_a_plain_link_until_the_loader_takes_it(host, foreword, new_context):
    without = new_context(java_script_enabled=False).new_page()
    without.goto(f"{host.url}/own")
    expect(without.get_by_role("link", name="Need a hand?")).to_have_attribute("href", "/help")

    page = new_context().new_page()
    page.goto(f"{host.url}/own")
    expect(page.locator("foreword-widget")).to_be_attached()
    expect(launcher(page)).to_be_hidden()
    page.get_by_role("link", name="Need a hand?").click()
    expect(panel_of(page).get_by_role("searchbox")).to_be_focused()
    panel_of(page).get_by_role("button", name="Close").click()
    expect(page.get_by_role("link", name="Need a hand?")).to_be_focused()


def test_foreign_origin_is_refused_and_the_launcher_leads_to_the_help_centre(
    stranger, foreword, page
):
    page.clock.install()
    page.goto(stranger)
    expect(launcher(page)).to_be_visible()
    record_events(page)
    with page.expect_console_message(lambda line: "frame-ancestors" in line.text):
        launcher(page).click()
    expect(page.locator("foreword-widget iframe")).to_be_visible()
    page.clock.run_for(10_000)
    expect(page.locator("foreword-widget iframe")).to_have_count(0)

    assert not any(frame.url.startswith(f"{foreword.url}/w/") for frame in page.frames)
    assert "error" in seen_events(page)
    error = page.evaluate("() => Foreword('search', 'x').catch(error => error.message)")
    assert "cannot be reached" in error
    with page.expect_popup() as popup:
        launcher(page).click()
    assert popup.value.url == f"{foreword.url}/help"


def test_host_page_lives_without_foreword(host, page):
    page.route("**/widget/v1/loader.js", lambda route: route.abort())
    page.goto(f"{host.url}/own")

    expect(page.get_by_role("link", name="Need a hand?")).to_have_attribute("href", "/help")
    expect(page.locator("foreword-widget")).to_have_count(0)


def test_hostile_messages_do_nothing(app, host, page):
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    expect(panel.get_by_role("link", name="A booking shows")).to_be_visible()
    record_events(page)
    page.evaluate(
        """() => {
          const widget = document.querySelector('foreword-widget');
          const frame = widget.shadowRoot.querySelector('iframe');
          const junk = [null, 1, 'close', {}, {v: 1}, {v: 1, t: 'connect'}, {v: 2, t: 'shown'},
            {v: 1, t: 'logout'}, {v: 1, t: '__proto__'}, {v: 1, t: 'ask', value: {subject: 'x'}},
            {v: 1, t: 'search', value: 'x'.repeat(9000)}];
          for (const message of junk) {
            frame.contentWindow.postMessage(message, '*');
            frame.contentWindow.postMessage(message, '*', [new MessageChannel().port2]);
            window.postMessage(message, '*');
            window.postMessage({v: 1, t: 'event', name: 'ticket', detail: {number: 666}}, '*');
            window.postMessage({v: 1, t: 'unread', count: 9}, '*');
          }
          // Another frame of the page is not the parent of the panel.
          const other = document.createElement('iframe');
          document.body.append(other);
          frame.contentWindow.postMessage({v: 1, t: 'connect'}, '*', [new MessageChannel().port2]);
        }"""
    )
    panel.get_by_role("searchbox").fill("card declined")
    expect(panel.get_by_role("link", name="A client's card was declined")).to_be_visible()

    assert "ticket" not in seen_events(page)
    assert "close" not in seen_events(page)
    expect(launcher(page)).to_have_accessible_name("Help")
    expect(panel.get_by_label("What is it about?")).to_have_count(0)
    assert tickets(app) == []


def test_with_consent_the_help_session_goes_on_over_the_hosts_pages(app, host, page):
    page.goto(f"{host.url}/calendar/week")
    expect(launcher(page)).to_be_visible()
    page.evaluate("() => Foreword('consent', true)")
    with page.expect_response("**/events"):
        page.evaluate("() => Foreword('search', 'card declined')")
    page.goto(f"{host.url}/other")
    with page.expect_response("**/events"):
        page.evaluate("() => Foreword('search', 'refund')")

    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(HelpSession)) == 1


def test_logout_forgets_the_person_and_the_draft(app, host, page, widget_site):
    host.scripts["/host.js"] += f"Foreword('identify', {{token: '{widget_site.token()}'}});"
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    expect(panel.get_by_text("You are writing as Mira Holt.")).to_be_visible()
    write(panel, email="", body="Private")
    panel.get_by_role("button", name="Back").click()
    page.evaluate("() => Foreword('logout')")  # answers once the server has ended the session
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(PersonSession)) == 0
    expect(panel.get_by_role("heading", name="How can we help?")).to_be_visible()
    panel.get_by_role("button", name="Write to us").click()
    expect(panel.get_by_label("Your e-mail address")).to_have_value("")
    expect(panel.get_by_label("What happened")).to_have_value("")
    assert page.evaluate("() => localStorage.length") == 0


CORPUS = [
    "<img src=x onerror=parent.hit=1>",
    "<script>document.documentElement.dataset.hit=1</script>",
    '"><svg onload=document.documentElement.dataset.hit=1>',
    "javascript:document.documentElement.dataset.hit=1",
    "{{7*7}}${7*7}`'\"",
]


def test_hostile_words_are_only_words(app, host, page):
    with app.app_context():
        with unit_of_work():
            for number, text in enumerate(CORPUS):
                create_article(
                    title=f"Hostile {number} {text}",
                    body=f"{text}\n\n[link]({text}) and ![image]({text})\n\n## {text}",
                    actor=SYSTEM, now=utc_now(), publish=True, slug=f"hostile-{number}",
                )  # fmt: skip
        sync(owner="test")
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
    for number, text in enumerate(CORPUS):
        panel.get_by_role("searchbox").fill(f"hostile {number} {text}"[:80])
        panel.get_by_role("searchbox").press("Enter")
        panel.get_by_role("link", name=f"Hostile {number}").first.click()
        expect(panel.get_by_role("heading", name=f"Hostile {number}")).to_be_visible()
        panel.get_by_role("button", name="Back").click()
    panel.get_by_role("button", name="Write to us").click()
    write(panel, body="\n".join(CORPUS))
    send(panel)
    panel.get_by_role("button", name="See your request").click()
    expect(panel.get_by_text("onerror").first).to_be_visible()

    assert panel.locator("html").evaluate("root => root.dataset.hit") is None
    assert page.evaluate("() => window.hit") is None
    assert dialogs == []
    assert panel.locator("[onerror], [onload], a[href^='javascript']").count() == 0
