"""A web page inside of a .docx: what it runs or loads while Word converts it."""

import html
import re
from collections.abc import Iterator

from chat.files.fields import Danger, dangers_in_imported
from chatsite.files.targets import Reach, reach_of

# What more there is would take too long to look at.
_MOST_TAGS, _MOST_REFERENCES, _MOST_ADDRESSES, _MOST_DIFFERENT = 500_000, 500_000, 200_000, 20_000
# Up to the `>` that is in no quotes. All quantifiers are possessive: none is tried again.
_REST_OF_TAG = r"((?:=\s*+(?:\"[^\"]*+\"|'[^']*+')|[^>])*+)"
_TAG = re.compile(rf"<([a-z][^\s/>]*+){_REST_OF_TAG}", re.IGNORECASE)
# These load more than a picture, so nothing of them may be on the web.
_DOCUMENT = re.compile(
    r"<(?:\w{1,20}:)?(?:base|link|meta|frame|iframe|i?layer|object|embed|applet|param|xml|bgsound|attachedtemplate)\b"
    + _REST_OF_TAG,
    re.IGNORECASE,
)
_HREF = re.compile(r"(?<![\w:-])href(?=\s*=)", re.IGNORECASE)
_VALUE = r"\s*=\s*(?:\"([^\"]*)|'([^']*)|([^\s>\"']+))"
_ADDRESS = re.compile(rf"\b(?:src|srcset|href|background|lowsrc|dynsrc|poster){_VALUE}", re.IGNORECASE)
_ADDRESS_OF_DOCUMENT = re.compile(rf"\b(?:src|href|data|codebase|archive|code|val|value|url){_VALUE}", re.IGNORECASE)
_ADDRESS_OF_STYLE = re.compile(r"\burl\(\s*(?:\"([^\"]*)|'([^']*)|([^)\s]*))", re.IGNORECASE)
_DOCUMENT_OF_STYLE = re.compile(
    r"(?:@import\s*(?:url\()?|\bmso-[\w-]{0,40}\s*:\s*url\()\s*(?:\"([^\"]*)|'([^']*)|([^);\s]*))", re.IGNORECASE
)
_ESCAPE_OF_STYLE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE | re.DOTALL)
# Of a list of pictures (`srcset`).
_LIST = re.compile(r"[\s,]+(?=[/\\]{2}|file:)", re.IGNORECASE)
# A letter that is merged with a source of data: nobody imports one.
_MERGED = re.compile(r"<(?:\w{1,20}:)?mailmerge", re.IGNORECASE)
_MARK_OF_FIELD = re.compile(r"mso-element[^<>;\"']{0,20}?field-", re.IGNORECASE)
_CODE_OF_FIELD = re.compile(r"mso-field-code\s*:\s*'?", re.IGNORECASE)
_LONGEST_CODE = 2_000
_MARKUP = re.compile(r"<[^<>]*>")


def dangers_of_page(page: str) -> set[Danger] | None:
    """What Word would run or load; None where there is too much to look at."""
    try:
        return _dangers_of_page(page)
    except _TooMuch:
        return None


class _TooMuch(Exception):
    pass


def _dangers_of_page(page: str) -> set[Danger]:
    if page.count("<") > _MOST_TAGS or page.count("&") > _MOST_REFERENCES:
        raise _TooMuch
    # Links that are clicked are taken out, and what then looks like an address counts, wherever it stands.
    anywhere = _TAG.sub(_without_click, page)
    loaded = {*_addresses(_ADDRESS, anywhere), *_addresses(_ADDRESS_OF_STYLE, anywhere)}
    opened = set(_addresses(_DOCUMENT_OF_STYLE, anywhere))
    for document in _DOCUMENT.finditer(page):
        opened.update(_addresses(_ADDRESS_OF_DOCUMENT, document[1]))
    if len(loaded) + len(opened) > _MOST_DIFFERENT:
        raise _TooMuch
    found = _dangers_of_fields(html.unescape(page))
    if _MERGED.search(page) or any(Reach.NETWORK in _reaches(address) for address in loaded):
        found.add(Danger.NETWORK)
    if any(_reaches(address) != {Reach.LOCAL} for address in opened):
        found.add(Danger.NETWORK)
    return found


def _without_click(tag: re.Match[str]) -> str:
    name, rest = tag[1].lower(), tag[2]
    # A tag inside of a tag may be seen in two ways.
    is_click = (name in {"a", "area"} or name.startswith("v:")) and not re.search(r"[<`]", rest)
    return f"<{name}{_HREF.sub('', rest)}" if is_click else tag[0]


def _addresses(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for number, found in enumerate(pattern.finditer(text)):
        if number == _MOST_ADDRESSES:
            raise _TooMuch
        yield "".join(value or "" for value in found.groups())


def _reaches(address: str) -> set[Reach]:
    """Where an address, or each one of a list, leads as it is written, and as style sheets read it."""
    written = html.unescape(address).strip("`")
    if written.lstrip().lower().startswith("data:"):
        return {Reach.LOCAL}
    read = _ESCAPE_OF_STYLE.sub(lambda found: chr(int(found[1], 16) % 0x110000) if found[1] else found[2], written)
    return {reach_of(part) for part in (written, read, *_LIST.split(written))}


def _dangers_of_fields(page: str) -> set[Danger]:
    found: set[Danger] = set()
    # `field-begin`, `field-separator` or `field-end`, each with what follows it.
    for piece in _MARK_OF_FIELD.split(page)[1:]:
        if piece.lower().startswith("begin"):
            found |= dangers_in_imported(_MARKUP.sub("", f"<{piece}"))
    for number, code in enumerate(_CODE_OF_FIELD.finditer(page)):
        if number == _MOST_DIFFERENT:
            raise _TooMuch
        found |= dangers_in_imported(page[code.end() : code.end() + _LONGEST_CODE])
    return found
