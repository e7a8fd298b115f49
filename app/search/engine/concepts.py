"""Phrases and words that name one thing, however they are spelt: "log in", "sign in", "login".

A synonym is a guess made when somebody asks; a concept is found when a document is indexed. Its
term stands in every document that says it in any form, so a question in another form weighs as
much, and a stray "log" or "in" cannot pass for "log in".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.search.engine.language import DEFAULT_LANGUAGE, stem

#: Marks the term of a concept; no word contains it.
MARK = "~"

# A concept a line. Only forms that mean the same wherever software is explained: no document
# that says one of them may be a worse answer to another.
_CONCEPTS = """
login, log in, log into, log on, logon, sign in, sign into, signin
logout, log out, log off, logoff, sign out, signout
signup, sign up
email, e mail, mail
refund, money back, reimburse, reimbursement
sms, text message
two factor, 2 factor, 2fa, two step verification, two step authentication, mfa
waitlist, waiting list, wait list
timezone, time zone
website, web site
webpage, web page
username, user name
checkin, check in
checkout, check out
popup, pop up
dropdown, drop down
plugin, plug in
twice, two times
screenshot, screen shot
opt out, optout
cannot, cant, can not, unable to
"""

#: Words that may stand inside a phrase: "logs me out", "set it up".
_BETWEEN = frozenset(
    ("me", "my", "you", "your", "him", "his", "her", "them", "their", "it", "us", "our", "back")
)


class Mention(NamedTuple):
    """A place where words name a concept: from start up to, not including, end."""

    start: int
    end: int
    term: str


def _read() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for line in _CONCEPTS.strip().splitlines():
        forms = [form.split() for form in line.split(",")]
        term = MARK + "".join(forms[0])
        for form in forms:
            first, *rest = (stem(word, DEFAULT_LANGUAGE) for word in form)
            by_first.setdefault(first, []).append((tuple(rest), term))
    for ends in by_first.values():
        ends.sort(key=lambda entry: -len(entry[0]))
    return by_first


_BY_FIRST = _read()


def _forms() -> dict[str, tuple[str, ...]]:
    forms: dict[str, tuple[str, ...]] = {}
    for first, ends in _BY_FIRST.items():
        for rest, term in ends:
            forms[term] = (*forms.get(term, ()), first, *rest)
    return {term: tuple(dict.fromkeys(stems)) for term, stems in forms.items()}


#: The stems of all forms of each concept.
STEMS_OF = _forms()


def find_concepts(words: Sequence[str], language: str) -> Iterator[Mention]:
    """Yield where words name concepts, the longest phrase at each place.

    :param words: lower case, in order, stop words included.
    :param language: whose stems the words have.
    """
    taken = 0
    for place, word in enumerate(words):
        ends = _BY_FIRST.get(stem(word, language))
        if ends is None or place < taken:
            continue
        for rest, term in ends:
            end = _end(words, place + 1, rest, language)
            if end:
                taken = end
                yield Mention(place, end, term)
                break


def _end(words: Sequence[str], place: int, rest: tuple[str, ...], language: str) -> int:
    """Return where a phrase ends that goes on at a place, or nought."""
    for wanted in rest:
        if place + 1 < len(words) and words[place] in _BETWEEN and words[place] != wanted:
            place += 1
        if place >= len(words) or stem(words[place], language) != wanted:
            return 0
        place += 1
    return place
