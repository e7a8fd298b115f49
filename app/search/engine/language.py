"""What the engine knows about languages: stop words, stems, and how to tell them apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from whoosh.lang.porter2 import stem as porter2_stem
from whoosh.lang.snowball.dutch import DutchStemmer
from whoosh.lang.snowball.french import FrenchStemmer
from whoosh.lang.snowball.german import GermanStemmer
from whoosh.lang.snowball.italian import ItalianStemmer
from whoosh.lang.snowball.portugese import PortugueseStemmer
from whoosh.lang.snowball.spanish import SpanishStemmer
from whoosh.lang.snowball.swedish import SwedishStemmer
from whoosh.lang.stopwords import stoplists

DEFAULT_LANGUAGE = "en"

#: Languages that write compounds as one word.
COMPOUNDING = frozenset(("de", "nl", "sv"))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: How people wrap a question. "not" and "no" stay searchable: "not working" is the question.
_ENGLISH_QUESTION_WORDS = _words(
    """how hows what whats why when where wheres which who whos whom whose can cant cannot could
    couldnt do does dont doesnt did didnt is isnt are arent am was wasnt were werent be been being
    will wont would wouldnt should shouldnt shall may might mustnt hasnt havent hadnt theres thats
    youve youll weve theyre theyve hes shes
    must have has had having i im ive id me my mine we us our you your youre it its he she they them
    their there here this that these those the a an and or but if so than then as at by for from in
    into of on onto to with about via please help hi hello hey dear thanks thank anyone anybody
    someone somebody know tell possible way ways able want wanted wish like need needs any some just
    also really actually currently trying try tried get getting got let lets one ones thing
    things"""
)
_GERMAN_QUESTION_WORDS = _words(
    """wie was warum weshalb wieso wann wo woher wohin wer wem wen welche welcher welches kann
    können könnte könnten darf soll sollte muss müssen möchte will wollen bitte hilfe hallo danke
    jemand gibt geht es ich mir mich mein meine meinen meiner meinem wir uns unser unsere sie
    ihr ihre ihren man lässt lassen"""
)

#: Kept out of the stop lists: on help pages these words carry the question.
_MEANINGFUL = _words("off out over under up down again before after no not nicht ohne")

_STEMMER_CLASSES: dict[str, Any] = {
    "de": GermanStemmer,
    "fr": FrenchStemmer,
    "es": SpanishStemmer,
    "it": ItalianStemmer,
    "nl": DutchStemmer,
    "pt": PortugueseStemmer,
    "sv": SwedishStemmer,
}

_UMLAUT_DIGRAPH = re.compile(r"ae|oe|(?<![aeqäo])ue")
_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Lower-case a word and take its accents off (``Größe`` becomes ``grosse``)."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _build_stop_words() -> dict[str, frozenset[str]]:
    lists = {code: set(stoplists[code]) for code in ("en", *_STEMMER_CLASSES)}
    lists["en"] |= _ENGLISH_QUESTION_WORDS
    lists["de"] |= _GERMAN_QUESTION_WORDS
    return {
        code: frozenset(folded for word in words if (folded := fold(word)) not in _MEANINGFUL)
        for code, words in lists.items()
    }


#: Folded stop words by language code.
STOP_WORDS = _build_stop_words()


_german_stemmer: Any = GermanStemmer()


def _german_stem(word: str) -> str:
    # People without the keys write "ue" for "ü"; both spellings must meet in one stem.
    # Source: https://snowballstem.org/algorithms/german2/stemmer.html
    return str(_german_stemmer.stem(_UMLAUT_DIGRAPH.sub(lambda m: _UMLAUTS[m.group()], word)))


_STEMMERS: dict[str, Callable[[str], str]] = {
    code: stemmer().stem for code, stemmer in _STEMMER_CLASSES.items()
}
_STEMMERS["de"] = _german_stem
_STEMMERS["en"] = porter2_stem


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """Return the folded stem of a lower-case word.

    :param word: lower case, accents kept.
    :param language: a code of :data:`STOP_WORDS`; anything else is only folded.
    """
    stemmer = _STEMMERS.get(language)
    if stemmer is None or len(word) < 3 or not word.isalpha():
        return fold(word)
    return fold(stemmer(word)) or fold(word)


@lru_cache(maxsize=200_000)
def content_stem(word: str, language: str) -> str:
    """Return the stem of a word, or nothing for a stop word of the language."""
    return "" if fold(word) in STOP_WORDS[language] else stem(word, language)


def guess_language(words: Iterable[str]) -> str:
    """Return the language of which a text uses the most different stop words.

    :param words: lower-case words of the beginning of a text.
    """
    used = {fold(word) for word in words}
    counts = {code: len(used & stops) for code, stops in STOP_WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    # A few shared short words decide nothing: another language must win clearly.
    if counts[best] < 3 or counts[best] <= counts[DEFAULT_LANGUAGE]:
        return DEFAULT_LANGUAGE
    return best
