"""Which words of messages are equal, and where they are.

Beside the letters that `chatsite.folding` makes alike: Arabic articles, hyphens, blanks between a number and its unit
or within thousands, and the groups and prefixes of telephone numbers make no difference.
"""

import re
from collections.abc import Iterator
from itertools import accumulate

from chatsite.folding import FOLDED, WORD, fold

# "ال", also after the prepositions that are joined to it; the rest must still be a word.
_ARTICLE = re.compile(r"[وف]?(?:[بك]?ال|لل)(?=\w{3})")
# "rendez-vous", and a query that ends after the first letter of its last part.
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:[-‐][^\W_]++)+")
_BEGUN = re.compile(r"(?<![^\W_])[^\W_]+(?:[-‐][^\W_]+)*[-‐][^\W_]$")
_HAS_DIGIT = re.compile(r"[0-9]")
_GROUPED = r"(?<![\w.,])[1-9]\d{0,2}(?:[ .,'’]\d{3})+"
_THOUSANDS = re.compile(rf"{_GROUPED}(?!\w)")
_MEASURE = re.compile(rf"({_GROUPED}|(?<!\w)\d+)([ -]?)([^\W\d_]{{1,5}})(?!\w)")
_UNIT = r"[^\W\d_]{1,5}(?!\w)"
_LONG = re.compile(rf"(?<!\w)[1-9]\d{{3,8}}(?!\d|(?!{_UNIT})\w)")
# "1 000mg"
_ASKED_MEASURE = re.compile(rf"{_GROUPED}(?={_UNIT})")
# With a prefix, or a zero for the trunk.
_TELEPHONE = re.compile(r"(?<!\w)(?:\+\d|0)\d*(?:[ .\-/()]{1,2}\d+)*(?!\w)")
_FEWEST_DIGITS, _NATIONAL_DIGITS = 6, 9

# The place of a key in the folded text (start, end), how many letters and digits precede it there, the key.
Span = tuple[int, int, int, str]


def words(text: str) -> set[str]:
    """The keys of a text: its folded words, and the other ways to write them."""
    folded = fold(text)
    found = set(WORD.findall(folded))
    found |= {without_article(word) for word in found}
    return found | {key for _, _, _, key in _otherwise(folded)}


def without_article(word: str) -> str:
    """Return an Arabic word without its article, any other as it is."""
    article = _ARTICLE.match(word)
    return word[article.end() :] if article else word


def asked_words(q: str) -> tuple[str, ...]:
    """The distinct words of a query, without articles, in their order."""
    folded = _TELEPHONE.sub(_asked_telephone, fold(q).strip())
    folded = _ASKED_MEASURE.sub(_joined, folded)
    # A single letter is compared as a whole, but here it begins a word.
    folded = _BEGUN.sub(_joined, folded)
    return _bare(folded)


def plain_words(q: str) -> tuple[str, ...]:
    """The same without the other ways to write them, as an index has them that knows none."""
    return _bare(fold(q))


def _bare(folded: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(without_article(word) for word in WORD.findall(folded)))


def begins(word: str, asked: str) -> bool:
    """Whether a folded word matches. A single letter matches only itself: it begins a word of almost any text."""
    return word == asked if len(asked) == 1 else word.startswith(asked)


def has_all(found: set[str], asked: tuple[str, ...]) -> bool:
    """Whether every word of the query matches one of these words."""
    return all(one in found or any(begins(word, one) for word in found) for one in asked)


def places(text: str, asked: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The places (start, end) in the original text of the words that match; only the part that the query has."""
    parts = [FOLDED[ord(character)] for character in text]
    folded = "".join(parts)
    # The character of the text that each folded one comes from.
    origins = [at for at, part in enumerate(parts) for _ in part]
    last_end = 0
    for start, end in sorted(_marks(folded, asked), key=lambda mark: (mark[0], -mark[1])):
        if end <= last_end:
            continue
        # Includes accents that are separate characters.
        following = origins[end] if end < len(origins) else len(text)
        yield origins[max(start, last_end)], _without_tail(text, origins[end - 1] + 1, following)
        last_end = end


def _marks(folded: str, asked: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The places in the folded text of the keys that match, as far as the query has them."""
    for start, end, before, key in _spans(folded):
        if longest := max((len(one) for one in asked if begins(key, one)), default=0):
            counts = accumulate(character.isalnum() for character in folded[start:end])
            reached = (at for at, count in enumerate(counts, start + 1) if count == before + longest)
            yield start, next(reached, end)


def _spans(folded: str) -> Iterator[Span]:
    for word in WORD.finditer(folded):
        yield word.start(), word.end(), 0, word[0]
        if (bare := without_article(word[0])) != word[0]:
            yield word.start(), word.end(), len(word[0]) - len(bare), bare
    yield from _otherwise(folded)


def _otherwise(folded: str) -> Iterator[Span]:
    """The keys that are no words as they stand."""
    for compound in _COMPOUND.finditer(folded):
        yield compound.start(), compound.end(), 0, "".join(WORD.findall(compound[0]))
    if _HAS_DIGIT.search(folded):
        yield from _number_spans(folded)


def _number_spans(folded: str) -> Iterator[Span]:
    for measure in _MEASURE.finditer(folded):
        number, between, unit = measure.groups()
        if between or not number.isdigit():
            yield measure.start(), measure.end(), 0, "".join(WORD.findall(number)) + unit
        if not between:
            yield measure.start(1), measure.end(1), 0, number
            yield measure.start(3), measure.end(3), 0, unit
    for number in _THOUSANDS.finditer(folded):
        yield number.start(), number.end(), 0, "".join(WORD.findall(number[0]))
    for number in _LONG.finditer(folded):
        for end in range(number.end(), number.start(), -3):
            start = max(end - 3, number.start())
            yield start, end, 0, folded[start:end]
    for telephone in _TELEPHONE.finditer(folded):
        digits = "".join(WORD.findall(telephone[0]))
        if len(digits) >= _FEWEST_DIGITS:
            yield telephone.start(), telephone.end(), 0, digits
        if len(digits) >= _NATIONAL_DIGITS:
            before = len(digits) - _NATIONAL_DIGITS
            yield telephone.start(), telephone.end(), before, digits[before:]
            yield telephone.start(), telephone.end(), max(before - 1, 0), f"0{digits[before:]}"


def _joined(found: "re.Match[str]") -> str:
    return "".join(WORD.findall(found[0]))


def _asked_telephone(found: "re.Match[str]") -> str:
    """One word: whole numbers without prefix, which texts have in both forms; begun ones as far as they go."""
    digits = "".join(WORD.findall(found[0]))
    if len(digits) > _NATIONAL_DIGITS:
        return digits[-_NATIONAL_DIGITS:]
    return digits if len(digits) >= _FEWEST_DIGITS else found[0]


def _without_tail(text: str, start: int, end: int) -> int:
    """The end of the accents after a letter."""
    while start < end and not FOLDED[ord(text[start])]:
        start += 1
    return start
