"""Text from strangers stays text: nothing of it runs, in portal, help centre or panel."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from app.clock import utc_now
from app.db import db, unit_of_work
from app.events.actor import customer_actor, staff_actor
from app.knowledge.models import Article
from app.knowledge.services import save_revision
from app.knowledge.services.publishing import publish_article
from app.staff.models import Staff
from app.tickets.models import Ticket
from app.tickets.services.replies import add_customer_message, add_note, add_reply
from tests.browser.staff import employ, sign_in
from tests.browser.test_accessibility import PORTAL, PUBLIC, fill
from tests.browser.world import World, build_world

pytestmark = pytest.mark.browser

#: Each would set `window.__ran`, open a dialog, or fetch /canary if it ran.
VECTORS = [
    "<script>window.__ran=1;fetch('/canary')</script>",
    "<img src=/canary onerror=window.__ran=2>",
    "<svg onload=window.__ran=3><a xlink:href=javascript:window.__ran=3>x</a></svg>",
    "<svg><animate onbegin=window.__ran=4 attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.__ran=5</script>'></iframe>",
    "<details open ontoggle=window.__ran=6>",
    "'\"--></title></textarea></script><script>window.__ran=7</script>",
    "[click](javascript:window.__ran=8) [data](data:text/html,<script>1</script>) [v](vbscript:x)",
    "![x](/canary) ![y](https://evil.example/canary.png)",
    "<a href='java\nscript:window.__ran=9' autofocus onfocus=window.__ran=9>x</a>",
    "<button hx-post=/canary hx-trigger=load data-hx-get=/canary data-behavior=dialog>x</button>",
    "<form action=/canary><input name=csrf_token autofocus><button>x</button></form>",
    "<math><mtext><table><mglyph><style><!--</style><img src=x onerror=window.__ran=10>",
    "<style>@import '/canary';body{display:none}</style><link rel=stylesheet href=/canary>",
    "<base href=https://evil.example/><meta http-equiv=refresh content='0;url=/canary'>",
    "{{ 7*7 }} {% include 'x' %} ${7*7} #{7*7} <%= 7*7 %>",
    "<x id=config name=Foreword style=position:fixed;inset:0>clobber</x>",
    "\u202e\u2066 </bdi><script>window.__ran=11</script>",
    "`<img src=x onerror=window.__ran=12>` ```\n<script>window.__ran=12</script>\n```",
    "<object data=/canary></object><embed src=/canary><video src=/canary onerror=window.__ran=13>",
]
CORPUS = "\n\n".join(VECTORS)
ONE_LINE = " ".join(VECTORS[index] for index in (0, 1, 6, 10)).replace("\n", " ")


class Watch:
    """Notes dialogs and requests that hostile text caused."""

    def __init__(self, page) -> None:
        self.page = page
        self.caught: list[str] = []
        page.on("dialog", lambda dialog: (self.caught.append("dialog"), dialog.dismiss()))
        page.on("request", self._request)

    def _request(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.path.startswith("/canary") or parts.hostname == "evil.example":
            self.caught.append(request.url)

    def check(self, where: str, frame=None) -> None:
        ran = (frame or self.page).evaluate("window.__ran")
        assert ran is None, f"{where}: script {ran} ran"
        assert self.caught == [], where


@pytest.fixture
def hostile(app, widget_site) -> World:
    return build_world(app, employ(app), widget_site.id, text=ONE_LINE[:150])


def put_corpus_everywhere(app, world: World) -> None:
    """Put the whole corpus where long texts go: article, message, note, reply, feedback."""
    now = utc_now()
    with app.app_context(), unit_of_work():
        staff = db.session.get(Staff, world.staff.id)
        by = staff_actor(staff.id)
        article = db.session.get(Article, world.article_id)
        save_revision(
            article,
            title=article.title,
            body=CORPUS,
            comment=ONE_LINE[:200],
            base_version=article.version,
            actor=by,
            now=now,
        )
        publish_article(article, actor=by, now=now)
        ticket = db.session.scalar(db.select(Ticket).where(Ticket.number == world.ticket_number))
        add_reply(ticket, author=staff, body=CORPUS, now=now)
        add_note(ticket, author=staff, body=CORPUS, now=now)
        add_customer_message(ticket, body=CORPUS, actor=customer_actor(world.customer_id), now=now)


@pytest.mark.parametrize("policy", ["with the policy", "without the policy"])
def test_pages_show_hostile_text_and_run_none(app, hostile, foreword, new_context, policy):
    """Without the Content-Security-Policy the escaping and the sanitiser must hold alone."""
    put_corpus_everywhere(app, hostile)
    context = new_context(bypass_csp=policy == "without the policy")
    page = context.new_page()
    watch = Watch(page)
    sign_in(page, foreword.url, hostile.staff)
    query = "/help/search?q=%3Cscript%3Ewindow.__ran%3D1%3C/script%3E%22onfocus%3Dwindow.__ran%3D1"
    inbox = "/portal/inbox?q=%22%3E%3Cimg+src%3Dx+onerror%3Dwindow.__ran%3D2%3E"
    for path in [*PUBLIC, query, *PORTAL, inbox]:
        address = fill(path, hostile)
        page.goto(foreword.url + address)
        page.wait_for_load_state("networkidle")
        watch.check(address)
    page.goto(f"{foreword.url}/portal/tickets/{hostile.ticket_number}")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search everything")
    palette.get_by_role("combobox").fill("card declined")
    expect(palette.get_by_role("option").first).to_be_visible()
    watch.check("palette")


def test_the_thread_shows_the_words_as_they_were_written(app, hostile, foreword, new_context):
    """Safe by removing everything would be no use: staff must see what was written."""
    put_corpus_everywhere(app, hostile)
    page = new_context().new_page()
    sign_in(page, foreword.url, hostile.staff)
    page.goto(f"{foreword.url}/portal/tickets/{hostile.ticket_number}")
    messages = page.get_by_role("region", name="Messages")
    expect(messages).to_contain_text("<script>window.__ran=1;fetch('/canary')</script>")
    expect(messages).to_contain_text("{{ 7*7 }}")


@pytest.mark.parametrize("policy", ["with the policy", "without the policy"])
def test_the_panel_shows_hostile_text_and_runs_none(app, hostile, host, new_context, policy):
    put_corpus_everywhere(app, hostile)
    page = new_context(bypass_csp=policy == "without the policy").new_page()
    watch = Watch(page)
    page.goto(f"{host.url}/calendar/week")
    page.locator("foreword-widget").wait_for(state="attached")
    page.evaluate("Foreword('open')")
    panel = page.frame_locator("foreword-widget iframe")
    search = panel.locator("input[type=search]")
    search.fill("everything at once <script>window.__ran=1</script>")
    panel.locator("[data-results] .hit__link:visible", has_text="Everything at once").first.click()
    panel.locator("[data-screen=article] h1").wait_for()
    frame = next(frame for frame in page.frames if "/w/shop/" in frame.url)
    watch.check("article", frame)
    page.evaluate("void Foreword('ask')")
    panel.locator("[data-screen=ask] textarea").fill(CORPUS)
    panel.locator("[data-screen=ask] input[name=subject]").fill(ONE_LINE[:190])
    panel.locator("[data-screen=ask] input[type=email]").fill("noa@example.com")
    panel.locator("[data-screen=ask] input[type=file]").set_input_files(
        {
            "name": '"><img src=x onerror=window.__ran=20>.txt',
            "mimeType": "text/plain",
            "buffer": b"hello",
        }
    )
    expect(panel.locator("section[data-screen=ask]")).to_contain_text("onerror")
    panel.locator("[data-screen=ask] button[type=submit]").click()
    panel.locator("[data-screen=sent] h1").wait_for()
    panel.locator("[data-go=request]").first.click()
    panel.locator("[data-screen=request] textarea").wait_for()
    watch.check("request", frame)
    watch.check("host page")


def test_the_watch_sees_what_it_looks_for(page, foreword, app):
    watch = Watch(page)
    page.goto(f"{foreword.url}/help")
    page.evaluate("window.__ran = 1")
    with pytest.raises(AssertionError, match="script 1 ran"):
        watch.check("here")
