"""The stream of XMPP, cut into stanzas by their tags: a parser of XML would cost the generator more than the server.

It knows what a server sends to this client: no comments, no CDATA, no `>` within an attribute.
"""

import re

_NAME = re.compile(rb"<([\w:]+)")
_ID = re.compile(rb"""<[^>]*? id=['"]([^'"]+)""")
_HANDLED = re.compile(rb"""<[^>]*? h=['"](\d+)""")


def cut(buffer: bytes) -> tuple[list[bytes], bytes]:
    """The complete stanzas at the start of the buffer, and the rest; the tags of the stream itself are passed over."""
    stanzas: list[bytes] = []
    start = 0
    while (begin := buffer.find(b"<", start)) >= 0 and (end := buffer.find(b">", begin) + 1):
        if not buffer.startswith((b"<?", b"<stream:stream", b"</"), begin):
            if not (end := _end(buffer, begin, end)):
                return stanzas, buffer[begin:]
            stanzas.append(buffer[begin:end])
        start = end
    return stanzas, buffer[begin:] if begin >= 0 else b""


def _end(buffer: bytes, begin: int, opened: int) -> int:
    """Where the stanza ends whose first tag spans from `begin` to `opened`; 0 where it does not yet."""
    if buffer[opened - 2 : opened] == b"/>":
        return opened
    close = b"</" + _first(_NAME.match(buffer, begin)) + b">"
    end = buffer.find(close, opened)
    # A result of the archive is a message that holds another.
    if end >= 0 and buffer.find(b"<forwarded", opened, end) >= 0:
        end = buffer.find(close, end + 1)
    return end + len(close) if end >= 0 else 0


def id_of(stanza: bytes) -> bytes:
    """The id in its first tag, or nothing."""
    return _first(_ID.match(stanza))


def handled(stanza: bytes) -> int:
    """How many stanzas an acknowledgement of XEP-0198 covers, since the connection began."""
    return int(_first(_HANDLED.match(stanza)))


def _first(found: re.Match[bytes] | None) -> bytes:
    return found[1] if found else b""
