"""Which words are equal: accents, capitals, ligatures, and Arabic diacritics and articles make no difference."""

import re
import unicodedata
from collections.abc import Iterator

# Letters that Unicode does not decompose.
_ALIKE = {
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": "",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
# "ال", also after the prepositions that are joined to it; the rest must still be a word.
_ARTICLE = re.compile(r"[وف]?(?:[بك]?ال|لل)(?=\w{3})")


class _Folded(dict[int, str]):
    """The folded form of each character, computed at its first use."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = "".join(map(_fold_character, unicodedata.normalize("NFKD", chr(code)).casefold()))
        return folded


def _fold_character(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Mn", "Cf"):
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    return _ALIKE.get(character, character)


_TABLE = _Folded()


def fold(text: str) -> str:
    """Return the text in the form that is compared."""
    return text.translate(_TABLE)


def words(text: str) -> set[str]:
    """The folded words of a text; words with the Arabic article both with and without it."""
    found = set(_WORD.findall(fold(text)))
    return found | {without_article(word) for word in found}


def without_article(word: str) -> str:
    """Return an Arabic word without its article, any other as it is."""
    article = _ARTICLE.match(word)
    return word[article.end() :] if article else word


def asked_words(q: str) -> tuple[str, ...]:
    """The distinct words of a query, without articles, in their order."""
    return tuple(dict.fromkeys(without_article(word) for word in _WORD.findall(fold(q))))


def begins(word: str, asked: str) -> bool:
    """Whether a folded word matches. A single letter matches only itself: it begins a word of almost any text."""
    return word == asked if len(asked) == 1 else word.startswith(asked)


def has_all(found: set[str], asked: tuple[str, ...]) -> bool:
    """Whether every word of the query matches one of these words."""
    return all(one in found or any(begins(word, one) for word in found) for one in asked)


def places(text: str, asked: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The places (start, end) in the original text of the words that match; only the part that the query has."""
    folded: list[str] = []
    origins: list[int] = []
    for at, character in enumerate(text):
        parts = _TABLE[ord(character)]
        folded.append(parts)
        origins += [at] * len(parts)
    for word in _WORD.finditer("".join(folded)):
        bare = without_article(word[0])
        lengths = [len(one) + len(word[0]) - len(bare) for one in asked if begins(bare, one)]
        lengths += [len(one) for one in asked if begins(word[0], one)]
        if lengths:
            last = word.start() + max(lengths)
            # Includes accents that are separate characters.
            end = origins[last] if last < len(origins) else len(text)
            yield origins[word.start()], _without_tail(text, origins[last - 1] + 1, end)


def _without_tail(text: str, start: int, end: int) -> int:
    """The end of the accents after a letter."""
    while start < end and not _TABLE[ord(text[start])]:
        start += 1
    return start
