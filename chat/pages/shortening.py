"""The beginning of a text, on one line. `static/js/lib/shortened.js` has the same rule in the browser."""

import re

from chatsite.clusters import place_before

# In characters, which are code points.
MOST = 140

_SPACES = re.compile(r"[\t\n\f\r ]+")
_LINE_ENDS = re.compile(r"([\n\r]+)")
# Marks of direction that hold until they are closed: by one of the two last ones, or by the end of a paragraph.
_MARK = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMBEDDING, _ISOLATE = "\u202a\u202b\u202d\u202e", "\u2066\u2067\u2068"
_END_OF_EMBEDDING, _END_OF_ISOLATE = "\u202c", "\u2069"


def shortened(text: str, most: int = MOST) -> str:
    """Return a text of at most `most` characters, else its beginning and "…"; emoji and accented letters stay whole."""
    line = _SPACES.sub(" ", _closed(text)).strip(" ")
    if len(line) <= most:
        return line
    # A text of combining marks alone may end nowhere: it is cut at the limit.
    return line[: place_before(line, most - 1)] + "…"


def _closed(text: str) -> str:
    """On one line no paragraph ends, so each one closes its own marks of direction."""
    if not _MARK.search(text):
        return text
    return "".join(part + _open_in(part) for part in _LINE_ENDS.split(text))


def _open_in(paragraph: str) -> str:
    """What closes the marks that are left open."""
    ends: list[str] = []
    for mark in _MARK.findall(paragraph):
        if mark in _EMBEDDING:
            ends.append(_END_OF_EMBEDDING)
        elif mark in _ISOLATE:
            ends.append(_END_OF_ISOLATE)
        elif mark == _END_OF_EMBEDDING and ends[-1:] == [mark]:
            ends.pop()
        elif mark == _END_OF_ISOLATE and mark in ends:
            # With it end the embeddings within.
            while ends.pop() != mark:
                pass
    return "".join(reversed(ends))
