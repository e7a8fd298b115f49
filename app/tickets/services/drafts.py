"""Keeping what staff type until it is sent, whichever window they type it in.

The newer save wins. What it replaces is kept beside it if another window wrote that, so no word
is lost when two windows write on one ticket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.errors import Invalid, NotFound
from app.tickets.composing import Draft
from app.tickets.models import MessageKind
from app.tickets.services.texts import BODY_MAX, too_long

#: Texts of other windows that are kept beside the newest.
MOST_OLDER = 3
#: How long a draft without text is remembered, and with it the texts that it replaced.
KEEP_EMPTY = timedelta(days=7)
WRITER_MAX = 64

UPLOADS = "uploads"


@dataclass(frozen=True)
class Writing:
    """What a window says is in its composer.

    :ivar kind: which text is being written; a `MessageKind`.
    :ivar fields: the other fields as the form sends them.
    :ivar version: of the draft that the window started from; 0 if it saw none.
    :ivar writer: names the window; empty without JavaScript, and then every save counts.
    :ivar seq: number of the save in its window, from 1.
    """

    kind: str = MessageKind.MESSAGE
    answer: str = ""
    note: str = ""
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    version: int = 0
    writer: str = ""
    seq: int = 0

    def text(self, kind: str) -> str:
        """Return the text of one kind, as it is stored."""
        text = self.note if kind == MessageKind.NOTE else self.answer
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def save_draft(ticket_id: int, *, staff_id: int, writing: Writing, now: datetime) -> Draft:
    """Keep what a person has typed on a ticket.

    :returns: the draft; unchanged if a later save of the same window came first.
    :raises Invalid: a text is too long to be sent.
    """
    if any(len(writing.text(kind)) > BODY_MAX for kind in MessageKind):
        raise Invalid(fields={"body": [too_long(BODY_MAX)]})
    draft = _locked(ticket_id, staff_id, now)
    writer = writing.writer[:WRITER_MAX]
    own = bool(writer) and draft.writer == writer
    if own and writing.seq <= draft.seq:
        return draft
    if not own and writing.version != draft.version:
        _keep_older(draft, writing, now)
    draft.writer, draft.seq = writer, writing.seq
    draft.kind = writing.kind
    for kind in MessageKind:
        set_text(draft, kind, writing.text(kind))
    draft.fields = {name: list(values) for name, values in writing.fields.items() if any(values)}
    _saved(draft, now)
    return draft


def put_back(draft: Draft, *, older_id: int, now: datetime) -> Draft:
    """Make a text that was replaced the present one again, and keep the one it replaces.

    :raises NotFound: there is no such text.
    """
    wanted = next((each for each in draft.older if each["id"] == older_id), None)
    if wanted is None:
        raise NotFound
    kind = wanted["kind"]
    draft.older = [each for each in draft.older if each["id"] != older_id]
    _remember(draft, kind, draft.text(kind), now)
    set_text(draft, kind, wanted["text"])
    draft.kind = kind
    _saved(draft, now)
    return draft


def return_to_draft(
    ticket_id: int, *, staff_id: int, text: str, fields: Mapping[str, Sequence[str]], now: datetime
) -> Draft:
    """Put an answer that was not sent after all back into its writer's composer.

    What they have begun to write since is kept beside it.

    :param fields: the composer's other fields, as they were sent.
    """
    draft = _locked(ticket_id, staff_id, now)
    _remember(draft, MessageKind.MESSAGE, draft.answer, now)
    begun = draft.fields.get(UPLOADS, [])
    draft.fields = {name: list(values) for name, values in fields.items() if any(values)}
    kept = dict.fromkeys([*draft.fields.get(UPLOADS, []), *begun])
    draft.fields |= {UPLOADS: list(kept)} if kept else {}
    draft.answer, draft.kind = text, MessageKind.MESSAGE
    draft.writer, draft.seq = "", 0
    _saved(draft, now)
    return draft


def empty_draft(
    ticket_id: int, *, staff_id: int, kind: str, now: datetime, writer: str = "", seq: int = 0
) -> None:
    """Forget one text of a draft, and what went with it: it was sent.

    :param writer: the window that sent it.
    :param seq: of the sending; earlier saves of the window that arrive later are passed over.
    """
    draft = _locked(ticket_id, staff_id, now)
    set_text(draft, kind, "")
    draft.fields = {}
    draft.writer, draft.seq = writer[:WRITER_MAX], seq
    _saved(draft, now)


def forget_empty_drafts(*, now: datetime) -> None:
    """Delete drafts that hold nothing any more."""
    db.session.execute(delete(Draft).where(Draft.is_empty, Draft.saved_at < now - KEEP_EMPTY))


def set_text(draft: Draft, kind: str, text: str) -> None:
    """Set the text of one kind."""
    if kind == MessageKind.NOTE:
        draft.note = text
    else:
        draft.answer = text


def _saved(draft: Draft, now: datetime) -> None:
    draft.version += 1
    draft.saved_at = now
    # What the present text goes on from is not lost.
    draft.older = [
        each for each in draft.older if not draft.text(each["kind"]).startswith(each["text"])
    ]
    draft.is_empty = not (draft.answer.strip() or draft.note.strip() or draft.fields.get(UPLOADS))


def _keep_older(draft: Draft, writing: Writing, now: datetime) -> None:
    for kind in MessageKind:
        # A text that goes on where the old one stopped loses nothing of it.
        if not writing.text(kind).startswith(draft.text(kind)):
            _remember(draft, kind, draft.text(kind), now)


def _remember(draft: Draft, kind: str, text: str, now: datetime) -> None:
    if not text.strip():
        return
    # A text that only grew takes the place of its shorter self.
    others = [
        each for each in draft.older if each["kind"] != kind or not text.startswith(each["text"])
    ]
    entry = {"id": draft.version, "kind": str(kind), "text": text, "at": now.isoformat()}
    draft.older = [entry, *others][:MOST_OLDER]


def _locked(ticket_id: int, staff_id: int, now: datetime) -> Draft:
    """Return the draft under a lock, made if there is none."""
    wanted = (
        select(Draft)
        .where(Draft.ticket_id == ticket_id, Draft.staff_id == staff_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    draft = db.session.scalar(wanted)
    if draft is not None:
        return draft
    draft = Draft(ticket_id=ticket_id, staff_id=staff_id, saved_at=now, created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:
        # Another window of the same person was faster.
        return db.session.scalars(wanted).one()
    return draft
