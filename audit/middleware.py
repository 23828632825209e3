"""What is noted of requests as such: the administration, before it answers, and what was changed or refused, after."""

import re
from collections.abc import Callable
from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils.http import base36_to_int

from accounts.reauthentication import is_asked
from accounts.signals import resuming
from audit import trail
from audit.actions import Action
from audit.context import Actor, actor_of, request_here
from audit.errors import AuditUnavailable
from chatsite.http.error_pages import unavailable

_READING = ("GET", "HEAD", "OPTIONS")
# Noted once they succeeded. A form that shows its faults again changed nothing.
_CHANGES = {
    "profile": Action.SETTINGS,
    "notifications": Action.SETTINGS,
    "remove_device": Action.SETTINGS,
    "choose_look": Action.SETTINGS,
    "set_language": Action.SETTINGS,
    "mfa_end_trusted_browser": Action.SETTINGS,
    "account_change_password": Action.PASSWORD,
    "account_reset_password_from_key": Action.PASSWORD,
}
_SIGN_INS = {"account_login", "api_login", "mfa_authenticate", "api_second_step", "mfa_login_webauthn"}
# Where somebody who is signed in shows who they are.
_QUESTIONS = {"unlock", "api_unlock", "account_reauthenticate", "mfa_reauthenticate", "account_change_password"}
# A device that gets notifications from now on, or no more; a renewal (200) says nothing new.
_DEVICES = {("api_device", "PUT", 201), ("api_device", "DELETE", 200)}
# Pages of the admin that show nothing of anybody.
_OPEN = {"jsi18n", "login", "logout", "password_change"}
_ACTION_NAME = re.compile(r"[a-z_]{1,40}", re.ASCII)
_MOST_SELECTED = 1_000


class AuditMiddleware:
    """Innermost: the person is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # A view may sign its person out.
        before = None if request.method in _READING else actor_of(request)
        token = request_here.set(request)
        try:
            response = self._get_response(request)
            match = request.resolver_match
            if match is not None:
                _note_outcome(request, match, response.status_code, before)
        finally:
            request_here.reset(token)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        # What is asked again is not done yet, and perhaps never: it is noted when it goes on.
        return None if is_asked(request, view) else admit(request)


@receiver(resuming)
def admit(request: HttpRequest, **kwargs: Any) -> HttpResponseBase | None:
    """Note what a page of the administration is about to show or do; the refusal where that cannot be noted."""
    match = request.resolver_match
    if match is None or "admin" not in match.app_names or match.url_name in _OPEN:
        return None
    if not request.user.is_authenticated or not request.user.is_staff:
        if request.user.is_authenticated:
            trail.record(Action.REFUSED, detail=f"admin:{match.url_name}")
        return None
    try:
        _note_admin(request, match)
    except AuditUnavailable as refusal:
        return unavailable(request, refusal.retry_after or 5, page=refusal.page)
    return None


def _note_admin(request: HttpRequest, match: ResolverMatch) -> None:
    """Before the view: what an administrator sees or does never happens without its row."""
    name, subject = match.url_name or "", _number(match.kwargs.get("object_id"))
    if request.method in _READING:
        trail.record_now(Action.ADMIN_VIEW, subject=subject, detail=name)
        return
    asked = request.POST.get("action", "")
    chosen = request.POST.getlist("_selected_action")[:_MOST_SELECTED] if _ACTION_NAME.fullmatch(asked) else []
    detail = f"{name}:{asked}" if chosen else name
    for pk in chosen:
        trail.record_each(Action.ADMIN_CHANGE, subject=_number(pk), detail=detail)
    # The last of them is committed with those before it.
    trail.record_now(Action.ADMIN_CHANGE, subject=subject, count=len(chosen), detail=detail)


def _note_outcome(request: HttpRequest, match: ResolverMatch, status: int, before: Actor | None) -> None:
    name = match.url_name or ""
    if status in (403, 404):
        if request.user.is_authenticated:
            number = _number(match.kwargs.get("message_id", match.kwargs.get("object_id")))
            trail.record(Action.REFUSED, chat=_number(match.kwargs.get("chat_id")), subject=number, detail=name)
    elif status == 423 and name == "unlock" and request.method == "POST":
        # The page that unlocks shows its form again.
        trail.record(Action.REFUSED, detail=name)
    elif before is not None and name in _CHANGES and status == 302:
        # The language and the look of the page of the sign-in are nobody's.
        if before.user or _CHANGES[name] == Action.PASSWORD:
            trail.record_each(_CHANGES[name], actor=before, subject=_linked(match.kwargs.get("uidb36")), detail=name)
    elif (name, request.method, status) in _DEVICES:
        trail.record_each(Action.SETTINGS, detail=name)
    elif status == 429 and name in _SIGN_INS:
        trail.record(Action.SIGN_IN_REFUSED, detail="too_many_attempts")
    elif status == 429 and name in _QUESTIONS:
        trail.record(Action.REFUSED, detail="too_many_attempts")


def _number(text: object) -> int | None:
    """An id of an address, where it is one."""
    word = str(text)
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 19 else None


def _linked(uid: str | None) -> int | None:
    """The person of the link in a mail."""
    try:
        return base36_to_int(uid) if uid else None
    except ValueError:
        return None
