"""From text to terms: the same steps for documents and for what people type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.search.documents import SearchDocument
from app.search.engine.concepts import find_concepts
from app.search.engine.language import content_stem, guess_language, stem

#: Words of the body that also count as its beginning.
#: Source: measured on two collections, see docs/search.md.
LEAD_WORDS = 80

_LANGUAGE_SAMPLE_WORDS = 200

_APOSTROPHES = re.compile(r"(?<=\w)['\u2019\u02bc`\u00b4](?=\w)")
# Scripts written without spaces are cut into overlapping pairs of characters.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f"
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]{{1,64}}")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_HYPHENATED = re.compile(r"(?<![\w.-])([^\W\d_]{1,5})[-.]([^\W\d_]{2,6})(?![\w.-]*\w)")


def clean(text: str) -> str:
    """Return text in one normal form with apostrophes inside words dropped."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _APOSTROPHES.sub("", text)


def words_of(text: str) -> list[str]:
    """Return the lower-case words of a text in order, accents kept."""
    found: list[str] = _WORD.findall(clean(text).lower())
    if text.isascii():
        return found
    words: list[str] = []
    for word in found:
        if _IS_UNSPACED.match(word):
            words.extend(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            words.append(word)
    return words


def joined_words_of(text: str) -> list[str]:
    """Return short compounds as one word: "e-mail" is also "email", "Next.js" also "nextjs"."""
    return [a + b for a, b in _HYPHENATED.findall(clean(text).lower())]


@dataclass(frozen=True, slots=True)
class AnalysedDocument:
    """A document cut into terms.

    :param terms: field name to its stems in order, stop words dropped where the field drops them.
    :param words: the distinct lower-case words, for spelling and completion.
    :param title_terms: the distinct stems of the title in order, concepts in place of their words.
    """

    language: str
    terms: dict[str, list[str]]
    words: frozenset[str]
    title_terms: tuple[str, ...]


def analyse(document: SearchDocument) -> AnalysedDocument:
    """Cut a document into the terms of its fields."""
    title = words_of(document.title)
    body = words_of(document.body)
    title_joined = joined_words_of(document.title)
    body_joined = joined_words_of(document.body)
    tags = words_of(" ".join((*document.tags, document.category.replace("/", " "))))
    language = guess_language((*title, *body[:_LANGUAGE_SAMPLE_WORDS]))
    kept = _content(body, language) + [stem(word, language) for word in body_joined]
    headings = words_of(document.headings)
    terms = {
        "title": _all(title, language) + [stem(word, language) for word in title_joined],
        "tags": _all(tags, language),
        "headings": _all(headings, language),
        "lead": kept[:LEAD_WORDS],
        "body": kept,
    }
    words = {*title, *title_joined, *tags, *headings, *body, *body_joined}
    vocabulary = frozenset(word for word in words if content_stem(word, language))
    return AnalysedDocument(language, terms, vocabulary, _title_terms(title, language))


def _all(words: Sequence[str], language: str) -> list[str]:
    """Return the stems of words and then what concepts they name."""
    concepts = [mention.term for mention in find_concepts(words, language)]
    return [stem(word, language) for word in words] + concepts


def _content(words: Sequence[str], language: str) -> list[str]:
    """Return the stems of words without stop words, each concept where it is named.

    "cannot" is a concept of stop words only: like them it stays in titles and leaves the body.
    """
    concepts = {
        mention.start: mention.term
        for mention in find_concepts(words, language)
        if any(content_stem(word, language) for word in words[mention.start : mention.end])
    }
    kept = []
    for place, word in enumerate(words):
        term = content_stem(word, language)
        if term:
            kept.append(term)
        if place in concepts:
            kept.append(concepts[place])
    return kept


def _title_terms(words: Sequence[str], language: str) -> tuple[str, ...]:
    """Return the distinct stems of a title, a concept in place of the words that name it."""
    stems = [stem(word, language) for word in words]
    for mention in reversed(list(find_concepts(words, language))):
        stems[mention.start : mention.end] = [mention.term]
    return tuple(dict.fromkeys(stems))
