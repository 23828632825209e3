"""Devices that signed in before. They are counted apart, so that nobody is locked out by a stranger's tries.

A device keeps a signed token, in a cookie or in the storage of an app, and keeps it when it signs out. The token opens
nothing: it names the account whose password was right on this device, and 128 random bits.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse

COOKIE = "device"
LIFETIME = timedelta(days=365)
# Longer than any token; a longer text is none.
LONGEST = 300
_SALT = "accounts.known_devices"


def recognise(token: str | None, *, account: str) -> str | None:
    """The name of the device, when this is its token and it signed in to this account before."""
    if not token or len(token) > LONGEST:
        return None
    try:
        name, digest = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    return name if digest == _digest(account) else None


def issue(token: str | None, *, account: str) -> str:
    """A token for a device that has just signed in. One that is known keeps its name."""
    name = recognise(token, account=account) or secrets.token_hex(16)
    return signing.dumps([name, _digest(account)], salt=_SALT)


def remember(response: HttpResponse, token: str) -> None:
    """Keep the token in a browser, which sends it with a sign-in only."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=LIFETIME,
        path=reverse("account_login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _digest(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()[:32]
