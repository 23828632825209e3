"""Answers that belong to no app."""

from datetime import date, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from chatsite.http.envelope import failure_response


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness of this installation (RFC 9116); 404 while no contact is set."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    # Computed, so that it never expires while the installation runs.
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    languages = ", ".join(code for code, _ in settings.LANGUAGES)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        f"Preferred-Languages: {languages}",
        f"Canonical: {settings.PUBLIC_URL}{request.path}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the pages are: change the day with the text, after another check."""
    return render(request, "accessibility.html", {"checked": date(2026, 11, 30)})


@csrf_exempt
def api_not_found(request: HttpRequest) -> JsonResponse:
    """An unknown path under /api/, signed in or not."""
    return failure_response(404)
