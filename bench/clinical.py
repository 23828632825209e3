"""Texts as long, and with as many different words, as doctors and patients write: for what depends on that.

The lengths are log-normal: half of the texts have at most 16 words, one in ten more than 45. Words follow Zipf's law.
The frequent ones are those of the demo's conversations; the rest are made of syllables: their length alone counts.
"""

import random
import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

CONVERSATIONS = Path(__file__).resolve().parent.parent / "demo/conversations.txt"
WORDS, MEDIAN, SPREAD, LONGEST = 20_000, 16, 0.8, 600
# Zipf's exponent. 500 texts, about 11,000 words, have some 3,000 different ones, as prose does.
_EXPONENT = 1.1
_ONSETS = ["b", "br", "c", "ch", "d", "f", "g", "l", "m", "n", "p", "pr", "r", "s", "t", "tr", "v"]
_NUCLEI = ["a", "ai", "an", "e", "é", "eau", "en", "i", "in", "o", "oi", "on", "ou", "u"]
# What is done in the demo's file, and not written.
_ACTS = {"reads", "unreads", "receives", "drafts", "answers", "prepares", "reacts", "pins", "corrects", "retracts"}
_ENDS = ["", "e", "ement", "ie", "ique", "ion", "ose", "ite", "s"]


class Writer:
    """Writes one text after another; the same ones with the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._rng = random.Random(seed)
        self._words = list(_known_words())
        known = set(self._words)
        while len(self._words) < WORDS:
            word = self._coined()
            if word not in known:
                known.add(word)
                self._words.append(word)
        self._weights = list(accumulate((rank + 2.7) ** -_EXPONENT for rank in range(WORDS)))

    def text(self) -> str:
        count = min(max(int(self._rng.lognormvariate(0, SPREAD) * MEDIAN), 1), LONGEST)
        return " ".join(self._sentences(count))

    def _sentences(self, count: int) -> Iterator[str]:
        while count > 0:
            length = min(count, self._rng.randint(3, 14))
            count -= length
            words = [self._word() for _ in range(length)]
            yield f"{' '.join(words)}{self._rng.choice('....!?,')}".capitalize()

    def _word(self) -> str:
        if self._rng.random() < 0.04:
            return self._rng.choice(["{} mg", "{} h", "{}", "le {}"]).format(self._rng.randint(1, 200))
        return self._words[bisect(self._weights, self._rng.random() * self._weights[-1])]

    def _coined(self) -> str:
        syllables = range(self._rng.randint(2, 3))
        return "".join(self._rng.choice(_ONSETS) + self._rng.choice(_NUCLEI) for _ in syllables) + self._rng.choice(
            _ENDS
        )


def _known_words() -> Iterator[str]:
    """Those of the demo, the most frequent first."""
    lines = [line for line in CONVERSATIONS.read_text().splitlines() if re.match(r"\d", line)]
    words = Counter(word.lower() for line in lines for word in re.findall(r"[^\W\d_]+", line.split(" ", 3)[-1]))
    yield from (word for word, _ in words.most_common() if word not in _ACTS)
