"""Requests that a server cannot parse, and would answer in a form of its own."""

import json
import re

# The parser of uvicorn has a list of methods, and stops at any other.
_METHOD = re.compile(rb"[!#-'*+.^_`|~0-9A-Za-z-]+(?= \S+ HTTP/1\.[01]\r\n)")
# One of that list, which the application refuses.
_REFUSED = b"TRACE"
_FOR_PROGRAMS = re.compile(rb"(\S+ )?/(api|assets)/")
_BODY = json.dumps({"success": False, "message": "The request cannot be read.", "error": "bad_request"}).encode()
_HEAD = b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncache-control: no-store\r\n"
# As `deploy/nginx.conf` answers it.
UNREADABLE = _HEAD + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(_BODY) + _BODY


def is_for_programs(request: bytes) -> bool:
    """Whether a request that begins so, with its method or its address, is for the API or its files."""
    return bool(_FOR_PROGRAMS.match(request))


def with_refused_method(request: bytes) -> bytes | None:
    """The request with a method that the application refuses, instead of one that the parser does not know.

    None where it does not begin with a whole line of a request.
    """
    method = _METHOD.match(request)
    return _REFUSED + request[method.end() :] if method else None
