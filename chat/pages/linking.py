"""Addresses in a text, as people type them. `static/js/message/linked.js` has the same rule in the browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Control characters end an address, as white space does.
_INSIDE = r"[^\s\x00-\x1f\x7f-\x9f<>\"]+"
_WEB = rf"(?P<web>[Hh][Tt][Tt][Pp][Ss]?://{_INSIDE})"
_WWW = rf"(?<![A-Za-z0-9_@./-])(?P<www>[Ww][Ww][Ww]\.{_INSIDE})"
_MAIL = (
    r"(?<![A-Za-z0-9._+/@-])(?P<mail>[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,9}[A-Za-z]{2,24})"
    r"(?![A-Za-z0-9@_-])"
)
# A telephone number with a prefix, in any grouping, or as it is grouped where numbers begin with 0. Whatever else has
# digits, such as a date, a dose or the number of an insured person, stays text.
_GAP = r"[ .\u00a0\u202f\u2011-]"
_ABROAD = rf"(?:\+|(?<![0-9]{_GAP})00{_GAP}?)[1-9](?:{_GAP}?[0-9]){{0,2}}(?:{_GAP}?\(0\))?(?:{_GAP}?[0-9]){{8,12}}"
_PAIRS = r"0[1-9](?P<pairs>GAP?)[0-9]{2}(?:(?P=pairs)[0-9]{2}){3}"
_TWO = r"0[1-9](?P<two>GAP)[0-9]{3}(?:(?P=two)[0-9]{2}){2}"
_THREE = r"0[1-9][0-9](?P<three>GAP)[0-9]{2,3}(?:(?P=three)[0-9]{2}){2}"
_FOUR = r"0[1-9][0-9]{2}(?P<four>GAP)[0-9]{2}(?:(?P=four)[0-9]{2}){2}"
# Of free numbers, and those at a special rate.
_SERVICE = r"0GAP?[89][0-9]{2}(?P<service>GAP)(?:[0-9]{3}(?P=service)[0-9]{3}|[0-9]{2}(?:(?P=service)[0-9]{2}){2})"
_NATIONAL = "|".join((_PAIRS, _TWO, _THREE, _FOUR, _SERVICE)).replace("GAP", _GAP)
_NUMBER = rf"(?P<phone>{_ABROAD}|(?<![0-9]{_GAP})(?:{_NATIONAL}))"
_PHONE = rf"(?<![A-Za-z0-9_+]){_NUMBER}(?![A-Za-z0-9_])(?!{_GAP}[0-9]{{2}})"
_ADDRESS = re.compile("|".join((_WEB, _WWW, _MAIL, _PHONE)))

# What follows an address in a sentence, or ends a direction, is not part of it; nor is a bracket that was opened
# before it.
_AFTER = ".,;:!?…»›”’“‘'،؛؟\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_OPENERS = {")": "(", "]": "[", "}": "{"}
_BARE = re.compile(r"https?://|www\.?", re.IGNORECASE)
_NOT_DIALLED = re.compile(r"\(0\)|[^0-9+]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `href` is where it leads, empty for plain words."""

    text: str
    href: str = ""

    @property
    def is_phone(self) -> bool:
        return self.href.startswith("tel:")

    @property
    def is_page(self) -> bool:
        """It leads to a page elsewhere, which opens beside the chat."""
        return bool(self.href) and not self.href.startswith(("tel:", "mailto:"))


def pieces(text: str) -> Iterator[Piece]:
    """The text in order, cut at its addresses; in one pass."""
    at = 0
    for found in _ADDRESS.finditer(text):
        address = _without_end(found[0])
        if _BARE.fullmatch(address):
            continue
        if at < found.start():
            yield Piece(text[at : found.start()])
        yield Piece(address, _href(found.lastgroup, address))
        at = found.start() + len(address)
    if at < len(text):
        yield Piece(text[at:])


def _href(kind: str | None, address: str) -> str:
    if kind == "www":
        return f"https://{address}"
    if kind == "mail":
        return f"mailto:{address}"
    return f"tel:{_NOT_DIALLED.sub('', address)}" if kind == "phone" else address


def _without_end(found: str) -> str:
    surplus = {closer: found.count(closer) - found.count(opener) for closer, opener in _OPENERS.items()}
    end = len(found)
    while end:
        last = found[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _AFTER:
            break
        end -= 1
    return found[:end]
