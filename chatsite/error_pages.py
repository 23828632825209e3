"""What a person sees instead of a page. Nothing here asks the database: it may be what failed."""

import logging
import secrets
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chatsite.errors import Refusal

logger = logging.getLogger("chatsite.pages")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that is away is a pause (503); anything else our fault, with a reference for the log."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    reference = secrets.token_hex(4)
    logger.error("reference %s: %s %s", reference, request.method, request.path)
    return render(request, "500.html", {"reference": reference}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def unavailable(request: HttpRequest, retry_after: int = 5) -> HttpResponse:
    response = render(request, "503.html", status=503)
    response["Retry-After"] = str(retry_after)
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal. Somebody else's conversation looks like one that never was."""
    if refusal.status == 503:
        return unavailable(request, refusal.retry_after or 5)
    template = "400.html" if refusal.status == 400 else "404.html"
    return render(request, template, status=400 if refusal.status == 400 else 404)
