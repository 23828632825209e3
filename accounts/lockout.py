"""Who may not try a password now: ten failures per account and address within any fifteen minutes.

This is the policy behind django-axes, so it holds wherever `authenticate()` is called. Every failure is a row and
counts for fifteen minutes from the moment it was made: the lock opens when the tenth youngest failure has grown that
old. Tries made while locked check no password and do not count.
"""

from contextlib import contextmanager
from datetime import timedelta
from ipaddress import IPv6Address, ip_network
from math import ceil
from threading import Lock

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessFailureLog
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from chatsite.http.addresses import client_address

WINDOW = timedelta(minutes=15)

# Tries at one account from one address queue up, or a burst would be checked before its first failure is counted.
_queues = [Lock() for _ in range(64)]


class SlidingWindow(AbstractAxesHandler, AxesBaseHandler):
    """Axes' own table of failures, counted over a sliding window."""

    def get_failures(self, request, credentials=None) -> int:
        return _recent_failures(request, credentials).count()

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if request is None or request.axes_locked_out:
            return
        _forget_the_oldest()
        AccessFailureLog.objects.create(
            username=account(request, credentials),
            ip_address=request.axes_ip_address,
            user_agent=request.axes_user_agent,
            path_info=request.axes_path_info,
        )

    def user_logged_in(self, sender, request, user, **kwargs):
        """Nothing: `forget_failures` is called where the password was found right."""

    def user_logged_out(self, sender, request, user, **kwargs):
        """Nothing to count."""

    def reset_attempts(self, *, ip_address=None, username=None, ip_or_username=False) -> int:
        """For `manage.py axes_reset…`."""
        failures = AccessFailureLog.objects.all()
        if ip_address:
            failures = failures.filter(ip_address=ip_address)
        if username:
            failures = failures.filter(username=User.objects.normalize_email(username))
        return failures.delete()[0]


def account(request, credentials) -> str:
    """The account tried, however it was typed (AXES_USERNAME_CALLABLE)."""
    credentials = credentials or {}
    return User.objects.normalize_email(credentials.get("email") or credentials.get("username"))


def address(request) -> str | None:
    """The address tried from (AXES_CLIENT_IP_CALLABLE). One IPv6 customer owns a whole /64."""
    text = client_address(request)
    if text and ":" in text:
        return str(ip_network((IPv6Address(text), 64), strict=False).network_address)
    return text


@contextmanager
def one_try_at_a_time(request, email: str):
    with _queues[hash((account(request, {"email": email}), address(request))) % len(_queues)]:
        yield


def forget_failures(request, email: str) -> None:
    """The password was right: the next wrong one is the first again."""
    _recent_failures(request, {"email": email}).delete()


def retry_after(request, email: str) -> int | None:
    """Seconds until a password may be tried again; None when it may now."""
    times = _recent_failures(request, {"email": email}).order_by("-pk").values_list("attempt_time", flat=True)
    limiting = times[settings.AXES_FAILURE_LIMIT - 1 : settings.AXES_FAILURE_LIMIT].first()
    return max(1, ceil((limiting + WINDOW - timezone.now()).total_seconds())) if limiting else None


def _recent_failures(request, credentials):
    AxesProxyHandler.update_request(request)
    return AccessFailureLog.objects.filter(
        username=account(request, credentials),
        ip_address=request.axes_ip_address,
        attempt_time__gt=timezone.now() - WINDOW,
    )


def _forget_the_oldest():
    """Every new row takes a few old ones with it, so that the table cannot grow with the years."""
    oldest = list(AccessFailureLog.objects.order_by("pk").values_list("pk", "attempt_time")[:20])
    expired = [pk for pk, time in oldest if time < timezone.now() - WINDOW]
    AccessFailureLog.objects.filter(pk__in=expired).delete()
