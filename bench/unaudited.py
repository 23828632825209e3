"""In place of the audit's middleware: from the first request on, nothing is noted."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from audit import trail


class Nothing:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        trail.record = trail.record_each = lambda *args, **options: None

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)
