"""Who opens a socket: by a Bearer token, a ticket, or the session cookie of our own pages.

A page of CORS_ORIGINS may use a token or a ticket; a browser sends our cookie along with it, which opens nothing.
"""

from dataclasses import dataclass
from importlib import import_module
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import parse_cookie

from accounts.api.authentication import sign_in_from_access_token
from accounts.models import SignIn
from accounts.services import demand, idle, sign_ins
from chat.live.asgi import Scope
from chat.live.hub import FACTOR_REQUIRED, SIGN_IN_LOCKED
from chat.services import epoch, tickets
from chatsite.http.errors import Refusal


@dataclass(frozen=True, slots=True)
class Entry:
    """Who opens a socket, the epoch of the history that they then read, and the code where it is closed at once."""

    sign_in: SignIn
    history: str
    closes_with: int | None


def enter(scope: Scope) -> Entry | None:
    """What this handshake proves, or None. Reads the database."""
    sign_in = sign_in_of(scope)
    if sign_in is None:
        return None
    closes_with = None
    if idle.is_locked(sign_in):
        closes_with = SIGN_IN_LOCKED
    elif demand.is_barred(sign_in):
        closes_with = FACTOR_REQUIRED
    return Entry(sign_in, epoch.recent().epoch, closes_with)


def sign_in_of(scope: Scope) -> SignIn | None:
    """Return the sign-in that this handshake proves, with its user, or None. Reads the database."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    origin = headers.get("origin")
    ours = origin is not None and _is_ours(origin)
    if origin is not None and not ours and origin not in settings.CORS_ALLOWED_ORIGINS:
        return None
    if "authorization" in headers:
        return _by_token(headers["authorization"])
    ticket = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("ticket")
    if ticket:
        return tickets.spend(ticket[0])
    # Browsers send cookies from any page: only one of ours, by its Origin, may use them.
    if ours and "cookie" in headers:
        return _by_session(headers["cookie"])
    return None


def _is_ours(origin: str) -> bool:
    """Whether one of our pages sends this Origin. Clients without one prove themselves otherwise."""
    if origin.rstrip("/") in settings.CSRF_TRUSTED_ORIGINS:
        return True
    if not settings.DEBUG or origin in settings.CORS_ALLOWED_ORIGINS:
        return False
    # In development the page may use any name of this machine. That of an app has a scheme of its own.
    try:
        page = urlsplit(origin)
    except ValueError:
        return False
    return page.scheme in {"http", "https"} and page.hostname in {"localhost", "127.0.0.1", "::1"}


def _by_token(header: str) -> SignIn | None:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return sign_in_from_access_token(token.strip())
    except Refusal:
        return None


def _by_session(header: str) -> SignIn | None:
    key = parse_cookie(header).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    return sign_ins.of_session(import_module(settings.SESSION_ENGINE).SessionStore(key))
