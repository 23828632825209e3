"""A name, a number or an excerpt inside a sentence, where no markup can keep it apart."""

import re

from django.utils.translation import get_language_bidi

# As `lib/isolated.js`: letters of the scripts that are written from the right, and marks of direction.
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_NUMBER = re.compile(r"[0-9.,:]*")
_FIRST_STRONG, _POP = "\u2068", "\u2069"


def isolated(words: str) -> str:
    """The words between marks like `<bdi>`, where their direction may be another than that of the sentence.

    A number alone keeps its place in any sentence.
    """
    is_mixed = _FROM_THE_RIGHT.search(words) or (get_language_bidi() and not _NUMBER.fullmatch(words))
    return f"{_FIRST_STRONG}{words}{_POP}" if is_mixed else words
