"""An account is locked for an address after AXES_FAILURE_LIMIT failed sign-ins from there within a WINDOW.

This is the policy behind django-axes, so it applies wherever `authenticate()` is called. Every failure is a row. The
lock ends when fewer than AXES_FAILURE_LIMIT failures are within the WINDOW. During the lock no password is checked,
and tries do not count as failures.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import IPv6Address, ip_network
from math import ceil
from threading import Lock
from typing import Any

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from axes.helpers import get_client_path_info, get_client_user_agent
from axes.models import AccessFailureLog
from django.conf import settings
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from chatsite.http.addresses import client_address

WINDOW = timedelta(minutes=15)

# Tries at one account from one address run one at a time. Otherwise a whole burst would be checked before its first
# failure counts. Each waits at most this long: if the database hangs, it would wait for all the tries before it.
QUEUE_SECONDS = 15
_queues = [Lock() for _ in range(64)]


class SlidingWindow(AbstractAxesHandler, AxesBaseHandler):
    """Axes' own table of failures, counted over a sliding window."""

    def get_failures(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> int:
        return _recent_failures(request, credentials).count()

    def user_login_failed(
        self, sender: str, credentials: Mapping[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        if request is None or is_locked_out(request):
            return
        _delete_the_oldest()
        AccessFailureLog.objects.create(
            username=account(request, credentials),
            ip_address=address(request),
            user_agent=get_client_user_agent(request),
            path_info=get_client_path_info(request),
        )

    def user_logged_in(self, sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
        """Nothing: `forget_failures` is called where the password was checked."""

    def user_logged_out(self, sender: type[User], request: HttpRequest, user: User | None, **kwargs: Any) -> None:
        """Nothing to count."""

    def reset_attempts(
        self, *, ip_address: str | None = None, username: str | None = None, ip_or_username: bool = False
    ) -> int:
        """For `manage.py axes_reset…`."""
        failures = AccessFailureLog.objects.all()
        if ip_address:
            failures = failures.filter(ip_address=ip_address)
        if username:
            failures = failures.filter(username=User.objects.normalize_email(username))
        return failures.delete()[0]


def is_locked_out(request: HttpRequest) -> bool:
    """Whether the last `authenticate` with this request was refused before the password was checked."""
    return getattr(request, "axes_locked_out", False)


def account(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """The account tried, however it was typed (AXES_USERNAME_CALLABLE)."""
    credentials = credentials or {}
    return User.objects.normalize_email(credentials.get("email") or credentials.get("username"))


def address(request: HttpRequest) -> str | None:
    """The address tried from (AXES_CLIENT_IP_CALLABLE). One customer has a whole /64 of IPv6."""
    text = client_address(request)
    if text and ":" in text:
        return str(ip_network((IPv6Address(text), 64), strict=False).network_address)
    return text


@contextmanager
def one_try_at_a_time(request: HttpRequest, email: str) -> Iterator[None]:
    """Wait for the tries before this one; raises OperationalError if they hang in the database."""
    queue = _queues[hash((account(request, {"email": email}), address(request))) % len(_queues)]
    if not queue.acquire(timeout=QUEUE_SECONDS):
        raise OperationalError("earlier tries still wait for the database")
    try:
        yield
    finally:
        queue.release()


def forget_failures(request: HttpRequest, email: str) -> None:
    """The password was right: the next failure is the first again."""
    _recent_failures(request, {"email": email}).delete()


def retry_after(request: HttpRequest, email: str) -> int | None:
    """Seconds until a password may be tried again; None when it may now."""
    times = _recent_failures(request, {"email": email}).order_by("-pk").values_list("attempt_time", flat=True)
    limiting = times[settings.AXES_FAILURE_LIMIT - 1 : settings.AXES_FAILURE_LIMIT].first()
    return max(1, ceil((limiting + WINDOW - timezone.now()).total_seconds())) if limiting else None


def _recent_failures(request: HttpRequest, credentials: Mapping[str, Any] | None) -> QuerySet[AccessFailureLog]:
    return AccessFailureLog.objects.filter(
        username=account(request, credentials),
        ip_address=address(request),
        attempt_time__gt=timezone.now() - WINDOW,
    )


def _delete_the_oldest() -> None:
    """Delete a few expired rows with each new one, so that the table does not grow with the years."""
    oldest = list(AccessFailureLog.objects.order_by("pk").values_list("pk", "attempt_time")[:20])
    expired = [pk for pk, time in oldest if time < timezone.now() - WINDOW]
    AccessFailureLog.objects.filter(pk__in=expired).delete()
