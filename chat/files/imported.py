"""Web pages and RTF inside of a .docx, which Word converts while it opens the document: what they run or load."""

import html
import quopri
import re

from chat.files.fields import Danger, danger_in
from chat.files.targets import Reach, reach_of

_TYPES = {"text/html", "application/xhtml+xml", "text/rtf", "application/rtf", "message/rfc822", "multipart/related"}
_EXTENSIONS = {"htm", "html", "xhtml", "mht", "mhtml", "rtf"}
_LOADED = re.compile(r"\b(?:src|background|data)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)
# What more there is would take too long to look at.
_MOST = 20_000
_MARKUP = re.compile(r"<[^<>]*>")
# The second half of each is for a field that does not end: it consumes what the first one read in vain.
_FIELD_OF_HTML = re.compile(
    r"mso-element:\s{0,9}field-begin(?:(.{0,2000}?)mso-element:\s{0,9}field-|(.{0,2000}))", re.DOTALL | re.IGNORECASE
)
_FIELD_OF_RTF = re.compile(r"\\fldinst(?:(.{0,2000}?)\\fldrslt|(.{0,2000}))", re.DOTALL)
_TEMPLATE_OF_RTF = re.compile(r"\\\*\\template\b([^}]{0,1000})")
# Groups and control words; an escaped backslash is text.
_CONTROL = re.compile(r"\\([a-z]+-?\d* ?|\*)|[{}\r\n]")


def is_imported(name: str, content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in _TYPES or name.rpartition(".")[2] in _EXTENSIONS


def dangers_of(data: bytes) -> set[Danger] | None:
    """What a part of this content would do while Word converts it; None where there is too much of it."""
    if data.lstrip().startswith(b"{\\rt"):
        return _of_rtf(data.decode("latin-1"))
    if b"=3D" in data:
        data = quopri.decodestring(data)
    return _of_html(data.replace(b"\0", b"").decode("latin-1"))


def _of_html(text: str) -> set[Danger] | None:
    addresses = {"".join(found) for found in _LOADED.findall(text)}
    if len(addresses) > _MOST:
        return None
    found = {Danger.NETWORK for address in addresses if reach_of(html.unescape(address)) is Reach.NETWORK}
    fields = (html.unescape(_MARKUP.sub("", f"<{''.join(field)}")) for field in _FIELD_OF_HTML.findall(text))
    return found | {danger for danger in map(danger_in, fields) if danger}


def _of_rtf(text: str) -> set[Danger]:
    fields = (_plain("".join(found)) for found in _FIELD_OF_RTF.findall(text))
    found = {danger for danger in map(danger_in, fields) if danger}
    templates = map(_plain, _TEMPLATE_OF_RTF.findall(text))
    return found | {Danger.NETWORK for template in templates if reach_of(template) is not Reach.LOCAL}


def _plain(rtf: str) -> str:
    """The text of a piece of RTF."""
    return _CONTROL.sub("", rtf.replace("\\\\", "\1")).replace("\1", "\\")
