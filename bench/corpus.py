"""Articles and questions for the search benchmarks, made from a seed.

Measuring on toy text flatters: a real help centre has a few words in every article, thousands in
one or two, articles of very different lengths, and questions that mix both. The generator keeps
those shapes: word frequencies fall by Zipf's law (exponent near 1), lengths are log-normal around
230 words, titles name a thing and an action, and each question is a loose paraphrase of a title
with words of the body mixed in and a typo now and then.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


def _words(text: str) -> list[str]:
    return text.split()


_ACTIONS = _words(
    "add remove change cancel export import share hide print merge archive restore duplicate "
    "schedule rename connect disconnect invite block refund charge verify reset translate"
)
_THINGS = _words(
    "invoice booking class reminder calendar customer payment waiting-list room teacher course "
    "voucher receipt subscription membership report form widget email template location device "
    "discount tax holiday notification attendance website account password team permission"
)
_PLACES = _words(
    "phone tablet website checkout dashboard settings inbox calendar statement browser printer "
    "terminal mailbox backup archive"
)
_COMMON = _words(
    "the to and a of in you your is for it on can with this that if are or as be when not will "
    "from by at an have more page click select open then choose button settings option save menu "
    "account user new time name email customer list use used using see also want need make"
)
_SYLLABLES = _words(
    "ra lo mi ten sor bel can dri fa gor hin jal ker lum mon nes pol qui ros sti tra ul ven wes "
    "zor bar cle dun el fi gra"
)

_VOCABULARY = 40_000
_SHARE_COMMON = 0.45
_SHARE_TOPIC = 0.2


@dataclass(frozen=True, slots=True)
class BenchArticle:
    """One generated article."""

    id: int
    title: str
    body: str
    tags: tuple[str, ...]
    category: str


class Corpus:
    """A generator of articles and questions; the same seed gives the same text."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)
        self._words = self._make_words()
        weights = [1 / (rank + 10) for rank in range(len(self._words))]
        self._cumulative = list(itertools.accumulate(weights))

    def _make_words(self) -> list[str]:
        words = dict.fromkeys((*_THINGS, *_ACTIONS, *_PLACES))
        while len(words) < _VOCABULARY:
            count = self._random.choice((2, 2, 3, 3, 3, 4))
            words["".join(self._random.choices(_SYLLABLES, k=count))] = None
        return list(words)

    def articles(self, count: int) -> Iterator[BenchArticle]:
        """Yield articles with ids from 1."""
        for id_ in range(1, count + 1):
            yield self._article(id_)

    def _article(self, id_: int) -> BenchArticle:
        pick = self._random
        action, thing, place = pick.choice(_ACTIONS), pick.choice(_THINGS), pick.choice(_PLACES)
        special = pick.choices(self._words, cum_weights=self._cumulative, k=8)
        title = pick.choice(
            (
                f"How do I {action} a {thing} on the {place}?",
                f"{action.title()} a {thing}: {special[0]} and {special[1]}",
                f"{thing.title()} {special[0]} {place}",
                f"Why can I not {action} my {thing}?",
                f"{special[0].title()} {thing} from the {place}",
            )
        )
        topic = [action, thing, place, *special]
        length = max(30, min(1500, int(pick.lognormvariate(5.3, 0.6))))
        return BenchArticle(
            id_, title, self._body(topic, length), (thing, action), f"{thing.title()}/{place}"
        )

    def _body(self, topic: Sequence[str], length: int) -> str:
        pick = self._random
        rare = iter(pick.choices(self._words, cum_weights=self._cumulative, k=length))
        sentences = []
        while length > 0:
            words = []
            for _ in range(min(length, pick.randint(5, 22))):
                chance = pick.random()
                if chance < _SHARE_COMMON:
                    words.append(pick.choice(_COMMON))
                elif chance < _SHARE_COMMON + _SHARE_TOPIC:
                    words.append(pick.choice(topic))
                else:
                    words.append(next(rare))
            length -= len(words)
            sentences.append(f"{' '.join(words).capitalize()}.")
        paragraphs = [" ".join(sentences[i : i + 4]) for i in range(0, len(sentences), 4)]
        return "\n\n".join(paragraphs)

    def questions(self, articles: Sequence[BenchArticle], count: int) -> list[str]:
        """Return questions of 3 to 30 words, each about one of the articles."""
        return [self._question(self._random.choice(articles)) for _ in range(count)]

    def _question(self, article: BenchArticle) -> str:
        pick = self._random
        title = [word.strip("?:").lower() for word in article.title.split()]
        body = article.body.lower().replace(".", "").split()
        words = [word for word in title if pick.random() < 0.7]
        words += pick.sample(body, k=min(len(body), pick.choice((1, 2, 3, 4, 6, 10, 18))))
        pick.shuffle(words)
        if pick.random() < 0.2:
            place = pick.randrange(len(words))
            words[place] = _typo(words[place], pick)
        opening = pick.choice(("", "how do i ", "why can i not ", "please help me ", "where is "))
        return f"{opening}{' '.join(words[:26])}"


def _typo(word: str, pick: random.Random) -> str:
    if len(word) < 4:
        return word
    place = pick.randrange(1, len(word) - 1)
    return pick.choice(
        (
            word[:place] + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + pick.choice("abcdefghijklmnopqrstuvwxyz") + word[place + 1 :],
        )
    )
