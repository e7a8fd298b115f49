"""Cut off what a mail quotes, and the signature below it.

Line by line and with patterns that cannot run away: the text is anybody's, and the library for
this (mail-parser-reply 1.36) took minutes over 50,000 characters made for it. Where nothing is
recognised everything stays, and the mail as it came is one press away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Longer lines are nobody's heading of a quote.
_LONGEST_HEADING = 300

#: How programs introduce a quote: first word and last word of "On Monday, Nora wrote:".
_INTRODUCTIONS = (
    ("on ", ("wrote:", "writes:")),
    ("am ", ("schrieb:", "geschrieben:")),
    ("le ", ("a écrit :", "a écrit:")),
    ("el ", ("escribió:",)),
    ("il ", ("ha scritto:",)),
    ("op ", ("schreef:",)),
    ("em ", ("escreveu:",)),
    ("den ", ("skrev:",)),
    ("w dniu ", ("napisał:", "napisał(a):", "pisze:")),
    ("في ", ("كتب:", "كتبت:")),
)
_FIRST_WORDS = tuple(first for first, _last in _INTRODUCTIONS)
#: "Am Montag schrieb Nora <nora@…>:" has the verb in the middle.
_VERB_INSIDE = (("am ", " schrieb "), ("op ", " schreef "), ("den ", " skrev "), ("في ", " كتب "))

_DIVIDER = re.compile(
    r"[-_ ]{2,20}(original message|original-?nachricht|ursprüngliche nachricht|"
    r"forwarded message|weitergeleitete nachricht|message d'origine|mensaje original|"
    r"الرسالة الأصلية)[-_ ]{2,20}:?"
)
_HEADER_LINE = re.compile(
    r"\*?(from|von|de|da|van|från|fra|od|من|sent|gesendet|date|datum|to|an|à|إلى|"
    r"subject|betreff|objet|asunto|الموضوع)\*?\s{0,3}:\*?\s"
)
_RULE = re.compile(r"_{20,80}")
_SENT_FROM = re.compile(
    r"(sent from my |von meinem .{2,40} gesendet|get outlook for |envoyé de mon )"
)
_SENDER_WORDS = ("from", "von", "de", "da", "van", "från", "fra", "od", "من")


def cut_quotes(text: str) -> str:
    """Return what a person wrote anew; the whole text if nothing else would be left."""
    lines = text.split("\n")
    kept = lines[: _start_of_quote(lines)]
    kept = _without_trailing_quote(kept)
    kept = kept[: _start_of_signature(kept)]
    return "\n".join(kept).strip() or text.strip()


def _start_of_quote(lines: Sequence[str]) -> int:
    for number, line in enumerate(lines):
        if len(line) > _LONGEST_HEADING:
            continue
        said = " ".join(line.lower().split())
        if _DIVIDER.fullmatch(said) or _introduces(said, lines, number):
            return number
        if _is_header_block(lines, number):
            # Outlook draws a line above the headers it repeats.
            above = lines[number - 1].strip() if number else ""
            return number - 1 if _RULE.fullmatch(above) else number
    return len(lines)


def _introduces(said: str, lines: Sequence[str], number: int) -> bool:
    """Say whether a line, or it and the next two, introduces the quote that follows."""
    if not said.startswith(_FIRST_WORDS):
        return False
    for more in range(3):
        after = lines[number + more + 1 :]
        if _is_introduction(said, is_quote_next=_first_words(after).startswith((">", "|"))):
            return True
        if not after or not after[0].strip() or len(after[0]) > _LONGEST_HEADING:
            return False
        said = f"{said} {' '.join(after[0].lower().split())}"
    return False


def _is_introduction(said: str, *, is_quote_next: bool) -> bool:
    names_somebody = is_quote_next or "@" in said or any(char.isdigit() for char in said)
    if not names_somebody:
        return False
    ends = any(said.startswith(first) and said.endswith(last) for first, last in _INTRODUCTIONS)
    return ends or any(
        said.startswith(first) and verb in said and said.endswith(":")
        for first, verb in _VERB_INSIDE
    )


def _is_header_block(lines: Sequence[str], number: int) -> bool:
    """Say whether at least three lines of repeated headers begin here, the sender's first."""
    said = [line.strip().lower() + " " for line in lines[number : number + 5]]
    if not said[0].lstrip("*").startswith(_SENDER_WORDS):
        return False
    found = 0
    for line in said:
        if not _HEADER_LINE.match(line[:60]):
            break
        found += 1
    return found >= 3


def _without_trailing_quote(lines: Sequence[str]) -> list[str]:
    """Drop quoted lines at the very end; what answers a quote below it keeps it."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith(">")):
        kept.pop()
    return kept


def _start_of_signature(lines: Sequence[str]) -> int:
    """Return where ``-- `` or a telephone's boast begins the rest of the text."""
    for number, line in enumerate(lines):
        if line.rstrip("\r") in ("-- ", "--") or _SENT_FROM.match(line.strip().lower()[:80]):
            return number
    return len(lines)


def _first_words(lines: Sequence[str]) -> str:
    return next((line.strip() for line in lines[:4] if line.strip()), "")
