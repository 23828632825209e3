"""What a request was, as operators see it: its time in `/metrics`, and one line in the access log.

Both name the route and never the address: that has ids and secrets, and a client would make up any number of them.
"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import Histogram

from chatsite.http.limits import KNOWN_METHODS

access = logging.getLogger("chat.access")

# From the first middleware to the answer; the bytes of a file follow.
SECONDS = Histogram(
    "chat_http_seconds",
    "Time that a request took, by method, route and class of status. Sockets are not among them.",
    ["method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
# An address that nothing here has, or an answer before anybody looked for its route.
NO_ROUTE = "none"
OTHER_METHOD = "OTHER"
SOCKET = "socket"


class ObservingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begin = time.perf_counter()
        response = self._get_response(request)
        seconds = time.perf_counter() - begin
        method, route = method_of(request), route_of(request)
        SECONDS.labels(method, route, f"{response.status_code // 100}xx").observe(seconds)
        note(method, route, response.status_code, seconds, response.headers.get("Content-Length"))
        return response


class RouteFilter(logging.Filter):
    """Django's lines about refused requests name the address: here their route stands in its place."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            record.args = tuple(route_of(request) if part == request.path else part for part in record.args)
        return True


def method_of(request: HttpRequest) -> str:
    return str(request.method) if request.method in KNOWN_METHODS else OTHER_METHOD


def route_of(request: HttpRequest) -> str:
    """The name of its view."""
    if request.resolver_match:
        return request.resolver_match.view_name
    return "static" if request.path_info.startswith(settings.STATIC_URL) else NO_ROUTE


def note(method: str, route: str, status: int, seconds: float, size: str | None = None) -> None:
    """The line of a request in the access log, or of the handshake of a socket."""
    if not access.isEnabledFor(logging.INFO):
        return
    ms = round(seconds * 1000, 1)
    fields = {"method": method, "route": route, "status": status, "ms": ms, "bytes": int(size) if size else None}
    access.info("%s %s %d %s ms %s", method, route, status, ms, size or "-", extra=fields)
