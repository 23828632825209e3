"""The beginning of a text, on one line. `static/js/list/shortened.js` has the same rule in the browser."""

import re
import unicodedata

# In characters, which are code points.
MOST = 140

_SPACES = re.compile(r"[\t\n\f\r ]+")
# Drawn as one with the sign before: joiners, two vowels of Thai and Lao, jamo, tones of skin, tags of a flag.
_JOINS = re.compile(r"[\u200c\u200d\u0e33\u0eb3\u1160-\u11ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_JOINER = "\u200d"
# Two of them are one flag.
_FLAG_LETTER = re.compile(r"[\U0001f1e6-\U0001f1ff]")


def shortened(text: str) -> str:
    """Return a text of at most MOST characters, else its beginning and "…"; emoji and accented letters stay whole."""
    line = _SPACES.sub(" ", text).strip(" ")
    if len(line) <= MOST:
        return line
    # A text of combining marks alone may end nowhere: it is cut at the limit.
    end = next((at for at in range(MOST - 1, 0, -1) if _may_end(line, at)), MOST - 1)
    return line[:end] + "…"


def _may_end(line: str, at: int) -> bool:
    """Whether what follows this place is drawn apart from what stands before it."""
    following = line[at]
    if line[at - 1] == _JOINER or _JOINS.match(following) or unicodedata.category(following).startswith("M"):
        return False
    return not _FLAG_LETTER.match(following) or _flag_letters_before(line, at) % 2 == 0


def _flag_letters_before(line: str, at: int) -> int:
    first = at
    while first > 0 and _FLAG_LETTER.match(line[first - 1]):
        first -= 1
    return at - first
