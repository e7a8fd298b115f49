"""Making the beginning of an article of a conversation; pure rules about texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Telephone, card, account and customer numbers: seven digits or more, however they are grouped.
_NUMBER = re.compile(r"(?<![\w/.])\+?\(?\d(?:[ \u00a0()/.-]{0,2}\d){6,}(?!\w)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}")
#: Shorter parts of a name are words as well.
_SHORTEST_NAME = 3

_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)"
    r"|moin|liebe[rs]?|sehr geehrte[rs]?|مرحبا|السلام عليكم)\b[^.?!:\n]{0,60}[,!.:،]?$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(?:(?:kind|best|warm) (?:regards|wishes)|regards|best|cheers|thanks|thank you|yours"
    r"|(?:viele|liebe|beste|herzliche|freundliche) grüße|mit freundlichen grüßen|vg|lg|mfg"
    r"|مع التحية|تحياتي)\b[^.?!\n]{0,40}[,!.،]?$",
    re.IGNORECASE,
)
#: Lines of a name below a closing.
_MOST_BELOW = 2


@dataclass(frozen=True)
class Cleaned:
    """A text without what tells who somebody is, as far as rules can see.

    :ivar removed: what was taken out, each once, in the order of the text.
    """

    text: str
    removed: tuple[str, ...]


def without_people(text: str, *, names: Iterable[str] = ()) -> Cleaned:
    """Take mail addresses, long numbers and given names out of a text.

    Rules cannot see everything: somebody has to read it before it is an article.

    :param names: of people, as they are written; every word of them counts.
    """
    removed: dict[str, None] = {}

    def take(put: str) -> Callable[[re.Match[str]], str]:
        def replaced(found: re.Match[str]) -> str:
            if put == "[number]" and _DATE.fullmatch(found[0]):
                return found[0]
            removed[found[0]] = None
            return put

        return replaced

    for pattern, put in ((_MAIL, "[e-mail]"), (_IBAN, "[number]"), (_NUMBER, "[number]")):
        text = pattern.sub(take(put), text)
    words = {word for name in names for word in re.findall(r"\w+", name)}
    known = sorted(word for word in words if len(word) >= _SHORTEST_NAME)
    if known:
        pattern = re.compile(rf"(?<!\[)\b(?:{'|'.join(map(re.escape, known))})\b", re.IGNORECASE)
        text = pattern.sub(take("[name]"), text)
    return Cleaned(text, tuple(removed))


def without_courtesy(text: str) -> str:
    """Take the greeting and the closing off an answer, if they stand in lines of their own."""
    lines = text.strip().splitlines()
    if len(lines) > 1 and _GREETING.match(lines[0].strip()):
        lines = lines[1:]
    for below in range(_MOST_BELOW + 1):
        at = len(lines) - 1 - below
        if at > 0 and _CLOSING.match(lines[at].strip()):
            lines = lines[:at]
            break
    return "\n".join(lines).strip()


def first_text(question: str, answer: str, *, asked: str, answered: str) -> str:
    """Return the text with which an article begins.

    :param question: the customer's own words.
    :param answer: what we said last; may be empty.
    :param asked: the heading above the question.
    :param answered: the heading above the answer.
    """
    quoted = "\n".join(f"> {line}".rstrip() for line in question.strip().splitlines())
    return f"## {asked}\n\n{quoted}\n\n## {answered}\n\n{without_courtesy(answer)}".rstrip() + "\n"
