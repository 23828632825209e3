"""What is inside of a .docx that Word converts while it opens the document: web pages, RTF and texts.

Honest documents seldom contain such parts. So what could be read in two ways is refused.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress

from chat.files.fields import Danger
from chat.files.rtf import dangers_of_rtf
from chat.files.web_page import dangers_of_page

_TYPES = {"text/html", "application/xhtml+xml", "text/rtf", "application/rtf", "message/rfc822", "multipart/related"}
_EXTENSIONS = {"htm", "html", "xhtml", "mht", "mhtml", "rtf"}
_ZIP = b"PK\x03\x04"
# Programs could read it in another way than is done here.
_CHARSET = re.compile(
    rb"charset\s{0,9}=[\s\"']{0,9}(?:[\w-]{0,20}utf-?7|x?-?ebcdic|cp037|ibm0?37|ibm500|ibm1\d{3})", re.IGNORECASE
)
_IN_BASE64 = re.compile(rb"transfer-encoding:[^\r\n]{0,99}(?:\r?\n[ \t][^\r\n]{0,99})?base64", re.IGNORECASE)
_BASE64 = re.compile(rb"\r?\n\r?\n([A-Za-z0-9+/=\s]*)")
_RTF = b"{\\rt"
_BLANKS = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"


def is_imported(name: str, content_type: str, beginning: bytes) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    if beginning.startswith(_ZIP):
        return kind.endswith("main+xml")
    return kind in _TYPES or (name.rpartition(".")[2] in _EXTENSIONS and "wordprocessingml" not in kind)


def dangers_of(data: bytes) -> set[Danger] | None:
    """What a part of this content would do while Word converts it; None where there is too much of it."""
    if data.lstrip(_BLANKS).startswith(_RTF):
        return dangers_of_rtf(data.decode("latin-1"))
    found: set[Danger] = set()
    for reading in _readings(data.replace(b"\0", b"")):
        dangers = dangers_of_page(reading.decode("latin-1"))
        if dangers is None:
            return None
        found |= dangers
        if _CHARSET.search(reading):
            found.add(Danger.NETWORK)
        if _RTF in reading:
            found |= dangers_of_rtf(reading.decode("latin-1"))
    return found


def _readings(data: bytes) -> Iterator[bytes]:
    """The content as it is, and as it is packed into the parts of a mail or a web archive."""
    yield data
    if b"=3D" in data or b"quoted-printable" in data.lower():
        yield quopri.decodestring(data)
    header = _IN_BASE64.search(data)
    while header and (part := _BASE64.search(data, header.end())):
        with suppress(binascii.Error):
            yield base64.b64decode(part[1])
        header = _IN_BASE64.search(data, part.end())
