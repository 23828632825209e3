"""What a person sees instead of a page. Nothing here asks the database: it may be what failed."""

import logging
import secrets
import sys
from functools import wraps

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from chatsite.http.errors import Refusal

logger = logging.getLogger("chatsite.pages")


def in_their_language(page):
    """Whoever it was, they may not be known yet, and the thread still speaks the language of the reader before."""

    @wraps(page)
    def translated(request, *args, **kwargs):
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


@in_their_language
def server_error(request: HttpRequest) -> HttpResponse:
    """A database that is away is a pause (503); anything else our fault, with a reference for the log."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    reference = secrets.token_hex(4)
    logger.error("reference %s: %s %s", reference, request.method, request.path)
    return render(request, "500.html", {"reference": reference}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@in_their_language
def unavailable(request: HttpRequest, retry_after: int = 5) -> HttpResponse:
    response = render(request, "503.html", status=503)
    response["Retry-After"] = str(retry_after)
    return response


def shows_refusals(view):
    """Turn the refusal of a view into its page. Somebody else's conversation looks like one that never was."""

    @wraps(view)
    def shown(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            if refusal.status == 503:
                return unavailable(request, refusal.retry_after or 5)
            status = 400 if refusal.status == 400 else 404
            return render(request, f"{status}.html", status=status)

    return shown
