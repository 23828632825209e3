"""The pages of errors. Nothing here queries the database: it may be what failed."""

import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.translation import gettext as _

from chatsite.http.errors import Refusal
from chatsite.http.keeping import keep_nowhere

logger = logging.getLogger("chatsite.http")

P = ParamSpec("P")
# A view may ask for a request that has more, such as a person.
RequestT = TypeVar("RequestT", bound=HttpRequest)
ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)


def in_their_language(
    page: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """The reader may not be known yet, and the thread still has the language of the previous request."""

    @wraps(page)
    def translated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        language = getattr(request, "LANGUAGE_CODE", None) or translation.get_language_from_request(request)
        with translation.override(language):
            response = page(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return translated


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def not_allowed(request: HttpRequest) -> HttpResponse:
    return render(request, "405.html", status=405)


@in_their_language
def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database is unavailable; anything else is our fault."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    try:
        return render(request, "500.html", status=500)
    except Exception:
        # What every page needs may be what failed, such as a template or a static file.
        logger.exception("the page of an error could not be drawn")
        return _plain(request)


def _plain(request: HttpRequest) -> HttpResponse:
    """The words of 500.html, without any file of ours."""
    heading, advice = (
        _("A problem on our side"),
        _("It is not your fault, and what was sent before is kept. Try again in a moment."),
    )
    reference = getattr(request, "request_id", "")[:8]
    page = "<!doctype html><meta charset=utf-8><title>{0}</title><h1>{0}</h1><p>{1}</p><p><small>{2}</small></p>"
    return HttpResponse(format_html(page, heading, advice, reference), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@in_their_language
def unavailable(request: HttpRequest, retry_after: int = 5, page: str = "503.html") -> HttpResponse:
    response = render(request, page, status=503)
    response["Retry-After"] = str(retry_after)
    # The stop of a process answers with this page past the middleware.
    return keep_nowhere(response)


def too_many(request: HttpRequest, retry_after: int | None = None) -> HttpResponse:
    """The page of every limit, in the style of the sign-in page."""
    minutes = -(-retry_after // 60) if retry_after else None
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def as_refused(response: HttpResponse, refusal: Refusal | None) -> HttpResponse:
    """A page that shows a refusal beside what was typed: with its status and, as the API, how long to wait."""
    if refusal:
        response.status_code = refusal.status
        if refusal.retry_after is not None:
            response["Retry-After"] = str(refusal.retry_after)
    return response


def shows_refusals(
    view: Callable[Concatenate[RequestT, P], ResponseT],
) -> Callable[Concatenate[RequestT, P], ResponseT | HttpResponse]:
    """Turn the refusal of a view into its page. Another person's conversation looks like one that does not exist."""

    @wraps(view)
    def shown(request: RequestT, *args: P.args, **kwargs: P.kwargs) -> ResponseT | HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            if refusal.status == 503:
                return unavailable(request, refusal.retry_after or 5, page=refusal.page)
            if refusal.status == 429:
                return too_many(request, refusal.retry_after)
            status = 400 if refusal.status == 400 else 404
            return render(request, f"{status}.html", status=status)

    return shown
