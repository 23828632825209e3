"""The id of a request, by which its lines in the logs of client, proxy and server are found."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
# Nothing else gets into a log, or into an answer.
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
_NONE = "-"
_current: ContextVar[str] = ContextVar("request_id", default=_NONE)


def request_id_of(request: HttpRequest) -> str:
    """The id that the client or a proxy gave, or a new one."""
    given = request.headers.get(HEADER, "")
    return given if _GIVEN.fullmatch(given) else uuid4().hex


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = request_id_of(request)  # type: ignore[attr-defined]
        before = _current.set(request.request_id)  # type: ignore[attr-defined]
        try:
            response = self._get_response(request)
        finally:
            _current.reset(before)
        response.headers[HEADER] = request.request_id  # type: ignore[attr-defined]
        return response


class RequestIdFilter(logging.Filter):
    """Gives every record its `request_id`, "-" outside of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django logs the status of an answer after all middleware, with the request.
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", None) or _current.get()
        return True
