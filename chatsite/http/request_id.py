"""The id of a request or a socket, by which its lines in the logs of client, proxy and server are found."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
# Nothing else gets into a log, or into an answer.
GIVEN = "[A-Za-z0-9-]{8,64}"
_GIVEN = re.compile(GIVEN, re.ASCII)
_NONE = "-"
_current: ContextVar[str] = ContextVar("request_id", default=_NONE)
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


def accepted(given: str) -> str:
    """The id that the client or a proxy gave, or a new one."""
    return given if _GIVEN.fullmatch(given) else uuid4().hex


def current() -> str:
    """That of the request or socket that is being served here, "-" without one."""
    return _current.get()


def current_request() -> HttpRequest | None:
    """The request that is being served here; None on a socket, too."""
    return _request.get()


@contextmanager
def serving(request_id: str, request: HttpRequest | None = None) -> Iterator[None]:
    """All lines that are logged meanwhile have this id."""
    before, outer = _current.set(request_id), _request.set(request)
    try:
        yield
    finally:
        _current.reset(before)
        _request.reset(outer)


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = accepted(request.headers.get(HEADER, ""))
        request.request_id = request_id  # type: ignore[attr-defined]
        with serving(request_id, request):
            response = self._get_response(request)
        response.headers[HEADER] = request_id
        return response


class RequestIdFilter(logging.Filter):
    """Gives every record its `request_id`, "-" outside of a request. A record that names its own keeps it."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django logs the status of an answer after all middleware, with the request.
        request = getattr(record, "request", None)
        own = getattr(record, "request_id", None)
        record.request_id = own or getattr(request, "request_id", None) or _current.get()
        return True
