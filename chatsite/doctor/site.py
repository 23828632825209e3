"""The way from PUBLIC_URL to this chat: its proxy, its certificate, its clock, and whether sockets pass."""

import secrets
import socket
import ssl
import time
from base64 import b64encode
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from chatsite.doctor.clock import judged
from chatsite.doctor.echo import HEADER, PATH, new_token
from chatsite.doctor.questions import Answer, Answers, fault, ok, warning

_SECONDS = 5
# Nobody has it (RFC 5737): who claims it as their own must not be believed.
_CLAIMED = "203.0.113.77"
_FEW_DAYS, _LAST_DAYS = 21, 5
_PASS = "Pass the headers on as deploy/nginx.conf does."  # noqa: S105 - a sentence
_AWAY = "Start the chat and its proxy, then ask again; PUBLIC_URL is as people type it."


def _get(path: str, **headers: str) -> httpx.Response:
    # A certificate that is not valid is the answer of `certificate`.
    return httpx.get(f"{settings.PUBLIC_URL}/{path}", headers=headers, timeout=_SECONDS, verify=False)  # noqa: S501


def proxy() -> Answers:
    """Whether headers about address and scheme are passed on by the proxy, and believed only from it."""
    if settings.DEBUG and settings.IS_LOCAL_SITE:
        return None
    try:
        answer = _get(PATH, **{HEADER: new_token(), "X-Forwarded-For": _CLAIMED})
    except httpx.HTTPError as error:
        return warning(f"PUBLIC_URL does not answer from here ({type(error).__name__}).", _AWAY)
    if answer.is_redirect and urlsplit(answer.headers.get("Location", "")).path == f"/{PATH}":
        return fault("The proxy does not say that requests came by https: every page leads to itself.", _PASS)
    if answer.status_code != 200:
        sentence = (
            f"At PUBLIC_URL something answers {answer.status_code} that is not this chat, or has another SECRET_KEY."
        )
        return fault(sentence, "Correct PUBLIC_URL, or what the proxy passes on; restart after a change of SECRET_KEY.")
    try:
        return _judged(answer.json())
    except ValueError:
        return fault("At PUBLIC_URL something answers that is not this chat.", "Correct PUBLIC_URL or the proxy.")


def _judged(seen: dict[str, object]) -> Answer:
    if seen["address"] == _CLAIMED:
        sentence = "Whoever sends X-Forwarded-For chooses their address: limits by address stop nobody."
        return fault(sentence, "Let the proxy overwrite the header, and name in TRUSTED_PROXIES nothing but proxies.")
    if settings.TRUSTED_PROXIES and not seen["forwarded_for"]:
        return fault("The proxy does not pass X-Forwarded-For on: all people have one address.", _PASS)
    if settings.HTTPS and not seen["is_secure"]:
        return fault("The proxy does not pass X-Forwarded-Proto on.", _PASS)
    if settings.HTTPS and seen["forwarded_for"] and not seen["is_from_proxy"]:
        return fault(
            "X-Forwarded-For comes from an address that is not in TRUSTED_PROXIES: all people have one address.",
            f"Add {seen['peer']} to TRUSTED_PROXIES, if that is your proxy.",
        )
    return ok("The address and the scheme of people arrive here.")


def upgrade() -> Answer | None:
    """A socket without a sign-in is refused by the chat itself: with 403, where a page would be 404."""
    if settings.DEBUG and settings.IS_LOCAL_SITE:
        return None
    key = b64encode(secrets.token_bytes(16)).decode()
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    try:
        answer = _get("ws/chat", **headers, Origin=settings.PUBLIC_URL)
    except httpx.HTTPError as error:
        return warning(f"No socket could be tried from here ({type(error).__name__}).", _AWAY)
    if answer.status_code == 403:
        return ok("Sockets arrive here.")
    sentence = f"The upgrade to a socket is answered with {answer.status_code}: messages arrive late."
    return fault(sentence, "Pass Upgrade and Connection on for /ws/, to bin/run live, as deploy/nginx.conf does.")


def certificate() -> Answer | None:
    if not settings.HTTPS:
        return None
    parts = urlsplit(settings.PUBLIC_URL)
    host = parts.hostname or ""
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            return _of_days(str((secure.getpeercert() or {})["notAfter"]))
    except ssl.SSLCertVerificationError as error:
        sentence = f"Browsers refuse the certificate of PUBLIC_URL: {error.verify_message}."
        return fault(sentence, "Renew it, for this name, with the whole chain.")
    except OSError as error:
        return warning(f"The certificate could not be seen from here ({type(error).__name__}).", _AWAY)


def _of_days(ends: str) -> Answer:
    end = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)
    days = (end - datetime.now(UTC)).days
    sentence = f"The certificate of PUBLIC_URL ends in {days} days, on {end:%Y-%m-%d}."
    if days < _LAST_DAYS:
        return fault(sentence, "Renew it now.")
    return ok(sentence) if days >= _FEW_DAYS else warning(sentence, "See why it was not renewed by itself.")


def date() -> Answer | None:
    """The clock of whatever answers at PUBLIC_URL."""
    if settings.DEBUG and settings.IS_LOCAL_SITE:
        return None
    asked_at = time.time()
    try:
        told = parsedate_to_datetime(_get(PATH).headers["Date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return None
    # The header has whole seconds, and servers keep it for one.
    return judged("PUBLIC_URL", told.timestamp(), asked_at=asked_at - 2)
