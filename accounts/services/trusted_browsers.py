"""Browsers that are not asked for a second factor for a while: rows that their person sees, and ends.

Such a browser keeps a random token for each person, of which the row has the digest. The token does nothing without the
password.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import TrustedBrowser, User

LIFETIME = timedelta(days=30)


def trust(user: User, response: HttpResponse, *, device_name: str) -> None:
    """Trust the browser that gets this response, from now on."""
    token = secrets.token_urlsafe(32)
    TrustedBrowser.objects.create(
        user=user,
        digest=_digest(token),
        credentials_digest=user.credentials_digest,
        device_name=device_name[:200],
    )
    response.set_cookie(
        _cookie(user),
        token,
        max_age=LIFETIME,
        path=reverse("account_login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_trusted(request: HttpRequest, user: User) -> bool:
    """Whether this person, whose password was just checked, trusts the browser of this request."""
    token = request.COOKIES.get(_cookie(user))
    return bool(token) and of(user).filter(digest=_digest(str(token))).exists()


def of(user: User) -> QuerySet[TrustedBrowser]:
    """Those that a person trusts now, the latest first."""
    since = timezone.now() - LIFETIME
    mine = TrustedBrowser.objects.filter(user=user, credentials_digest=user.credentials_digest, created_at__gt=since)
    return mine.order_by("-pk")


def end(user: User, *, browser_id: int) -> None:
    TrustedBrowser.objects.filter(user=user, pk=browser_id).delete()


def end_all(user: User) -> None:
    TrustedBrowser.objects.filter(user=user).delete()


def _cookie(user: User) -> str:
    """One for each person, so that those who share a computer do not end each other's."""
    return f"trusted_{user.pk}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
