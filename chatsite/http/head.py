"""HEAD, by which programs look at links before a person does."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase


def nothing_by_head(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For a view whose GET stores something: HEAD is answered without calling it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return HttpResponse() if request.method == "HEAD" else view(request, *args, **kwargs)

    return answered
