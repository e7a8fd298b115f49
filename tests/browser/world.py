"""A small world with one of everything, for tests that look at every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.clock import utc_now
from app.customers.models import Account, Customer
from app.customers.services.sign_in import create_sign_in_link
from app.db import db, unit_of_work
from app.deflection.models import Surface
from app.escalations.models import Role as EscalationRole
from app.escalations.models import Severity
from app.escalations.services.entries import write_entry
from app.escalations.services.raising import raise_escalation
from app.escalations.services.roles import take_role
from app.escalations.services.telling import tell_customers
from app.events.actor import staff_actor, visitor_actor
from app.knowledge.services import create_article, save_revision
from app.mailbox.parsing.reading import read_mail
from app.mailbox.services.processing import FileRoom, process_mail
from app.mailbox.services.receiving import keep_mail
from app.satisfaction.models import AnsweredIn, Survey, SurveyLink, SurveyState
from app.satisfaction.queries import hash_token
from app.search.services import sync
from app.sites.models import DEMO_KEY, Site
from app.staff.models import Role, Staff
from app.staff.services.invites import invite_staff
from app.tickets.models import Channel, Ticket, TicketState
from app.tickets.services.acts import Act
from app.tickets.services.bulk import change_many
from app.tickets.services.links import create_request_link
from app.tickets.services.opening import open_ticket
from app.tickets.services.replies import add_note, add_reply
from app.tickets.services.tags import tag_tickets
from tests.factories.help_sessions import SETTINGS, act, play, search, source
from tests.factories.incoming import answer_address, composed

RICH = """Everything that Markdown may hold.

## Steps

1. Open **Settings**, then *Calendar*.
2. Press `Ctrl` + `K`.

- [x] done
- [ ] not yet

> [!NOTE]
> Good to know.

> [!WARNING]
> Careful here.

## A table

| Code | Meaning |
|---|---|
| 05 | The bank says no |
| 51 | Not enough money |

## Code

```python
def hello(name: str) -> str:
    return f"hello {name}"  # a comment
```

https://www.youtube.com/watch?v=dQw4w9WgXcQ

### A deeper heading

See [another article](/help/articles/refund-a-payment) or <https://example.com>.
"""


@dataclass(frozen=True)
class World:
    """Keys of what there is.

    :ivar staff: an administrator who can sign in.
    """

    staff: Staff
    article_id: int
    slug: str
    ticket_number: int
    help_session_id: int
    account_id: int
    customer_id: int
    request_token: str
    invite_token: str
    rate_token: str
    sign_in_token: str


#: Answers the question about the first ticket.
RATE_TOKEN = "question-of-the-world"


def add_surveys(asked: Ticket, answered: Ticket, *, text: str, now: datetime) -> None:
    """Ask about one ticket, and let the requester of another have answered."""
    first = Survey(
        ticket_id=asked.id,
        address=asked.requester_email,
        state=SurveyState.ASKED,
        ask_at=now,
        asked_at=now,
    )
    second = Survey(
        ticket_id=answered.id,
        address=answered.requester_email,
        state=SurveyState.ANSWERED,
        ask_at=now,
        asked_at=now,
        answered_at=now,
        score=4,
        comment=f"Quick and kind {text}",
        channel=AnsweredIn.MAIL,
        contest_note=f"Meant the bank {text}",
    )
    db.session.add_all([first, second])
    db.session.flush()
    db.session.add(SurveyLink(survey_id=first.id, token_hash=hash_token(RATE_TOKEN)))


def add_escalation(one: Ticket, two: Ticket, *, by: Staff, text: str, now: datetime) -> None:
    """Escalate two tickets, tell their customers, and write something down."""
    escalation = raise_escalation(
        [one, two],
        title=f"Cards are declined {text}"[:190],
        symptom=f"It says 05. {text}",
        severity=Severity.S2,
        question=f"Which bank? {text}",
        raised_by=by,
        now=now + timedelta(minutes=40),
    )
    take_role(escalation, EscalationRole.OWNER, staff=by, actor=staff_actor(by.id), now=utc_now())
    tell_customers(escalation, texts={"en": f"We look into it. {text}"}, by=by, now=utc_now())
    write_entry(escalation, text=f"A release {text}", happened_at=now, by=by, now=utc_now())


def add_mails(ticket: Ticket, *, text: str, now: datetime) -> None:
    """Let the requester answer by mail, and somebody else in their place; let staff play them."""
    db.session.add(Site(key=DEMO_KEY, name="Marlow"))
    for sender in (ticket.requester_email, "other@kiln.example"):
        raw = composed(
            sender=sender,
            to=answer_address(ticket),
            subject=" ".join(f"Re: {text}".split())[:100],
            text=f"By mail {text}",
            html="<p>By mail</p>",
        )
        process_mail(
            keep_mail(raw, now=now), read_mail(raw), room=FileRoom(Path("/nowhere"), 1), now=now
        )


def build_world(app, staff: Staff, site_id: int, *, text: str = "") -> World:
    """Fill an empty database.

    :param text: put into every field that people fill in, for tests of hostile input.
    """
    now = utc_now() - timedelta(hours=2)
    by = staff_actor(staff.id)
    with app.app_context():
        with unit_of_work():
            writer = db.session.get(Staff, staff.id)
            article = create_article(
                title=f"Everything at once {text}",
                body=f"{RICH}\n\n{text}\n",
                category_path="Payments / Card payments",
                tags=["cards", "errors", *([text[:24]] if text else [])],
                summary=f"A page with one of each {text}",
                url_patterns=["/calendar/*"],
                actor=by,
                now=now,
                publish=True,
            )
            save_revision(
                article,
                title=article.title,
                body=f"{RICH}\n\nMore. {text}\n",
                comment=f"Say more {text}",
                base_version=article.version,
                actor=by,
                now=now,
            )
            account = Account(name=f"Kiln House {text}", plan=f"Studio {text[:60]}", city=text[:60])
            db.session.add(account)
            db.session.flush()
            customer = Customer(
                site_id=site_id,
                external_id="u-1",
                name=f"Noa Fields {text[:70]}",
                email="noa@kiln.example",
                email_verified=True,
                account_id=account.id,
            )
            db.session.add(customer)
            db.session.flush()
            session = play(
                search(f"card declined {text}"[:180]),
                act("impression", article_id=article.id, rank=1),
                act("click", article_id=article.id, rank=1),
                act("read", article_id=article.id, seconds=75, depth=100),
                act(
                    "feedback",
                    article_id=article.id,
                    revision_id=article.published_revision_id,
                    helped=False,
                    reasons=["incomplete"],
                    comment=f"Code 05 {text}"[:400],
                ),
                act("form_opened"),
                by=source(site_id=site_id, customer_id=customer.id, surface=Surface.WIDGET),
                now=now,
                settings=SETTINGS,
            )
            ticket = open_ticket(
                subject=f"Card declined {text}"[:190],
                body=f"It says 05. {text}",
                channel=Channel.WIDGET,
                actor=visitor_actor(),
                site_id=site_id,
                customer_id=customer.id,
                context={"page": f"/calendar {text}", "browser": text or "Firefox", "app": "4.2"},
                help_session_id=session.id,
                now=now + timedelta(minutes=2),
            )
            tag_tickets([ticket.id], add=["vip", text[:30]], actor=by, now=now)
            add_note(
                ticket,
                author=writer,
                body=f"Seen before {text}",
                now=now + timedelta(minutes=5),
            )
            add_reply(
                ticket,
                author=writer,
                body=f"Hello, **try again** {text}",
                next_state=TicketState.WAITING_CUSTOMER,
                now=now + timedelta(minutes=9),
            )
            second = open_ticket(
                subject="Second question",
                body="Another one",
                channel=Channel.HELP,
                actor=visitor_actor(),
                requester_name=f"Somebody {text}"[:100],
                requester_email="some@body.example",
                now=now + timedelta(minutes=30),
            )
            add_surveys(ticket, second, text=text, now=now)
            add_mails(ticket, text=text, now=now)
            change_many(
                {ticket.number: ticket.version, ticket.number + 1: 7},
                act=Act.PRIORITY,
                value={"priority": "high"},
                staff=writer,
                now=utc_now(),
            )
            add_escalation(ticket, second, by=writer, text=text, now=now)
            made = World(
                staff,
                article.id,
                article.slug,
                ticket.number,
                session.id,
                account.id,
                customer.id,
                create_request_link(ticket, now=now),
                invite_staff(
                    email="new@team.example", role=Role.SUPPORT, inviter=writer, now=utc_now()
                ),
                RATE_TOKEN,
                create_sign_in_link("noa@kiln.example", now=utc_now()),
            )
        sync(owner="test")
    return made
