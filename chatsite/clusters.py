"""Where a text may be cut: never within what is drawn as one sign, as an emoji, a flag, or a letter and its accents.

`static/js/lib/clusters.js` has the same rule in the browser.
"""

import re
import unicodedata

# Drawn as one with the sign before: joiners, two vowels of Thai and Lao, jamo, tones of skin, tags of a flag.
_JOINS = re.compile(r"[\u200c\u200d\u0e33\u0eb3\u1160-\u11ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_JOINER = "\u200d"
# Two of them are one flag.
_FLAG_LETTER = re.compile(r"[\U0001f1e6-\U0001f1ff]")


def may_cut(text: str, at: int) -> bool:
    """Whether what follows this place is drawn apart from what stands before it."""
    if not 0 < at < len(text):
        return True
    following = text[at]
    if text[at - 1] == _JOINER or _JOINS.match(following) or unicodedata.category(following).startswith("M"):
        return False
    return not _FLAG_LETTER.match(following) or _flag_letters_before(text, at) % 2 == 0


def place_before(text: str, at: int) -> int:
    """The last place up to this one where the text may be cut; this one where there is none."""
    return next((place for place in range(min(at, len(text)), 0, -1) if may_cut(text, place)), at)


def place_after(text: str, at: int) -> int:
    """The first place from this one on where the text may be cut."""
    return next(place for place in range(at, len(text) + 1) if may_cut(text, place))


def first_sign(text: str) -> str:
    """What is drawn as the first sign of a text; empty for an empty text."""
    return text[: place_after(text, 1)] if text else ""


def _flag_letters_before(text: str, at: int) -> int:
    first = at
    while first > 0 and _FLAG_LETTER.match(text[first - 1]):
        first -= 1
    return at - first
