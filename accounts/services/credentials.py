"""Checking an e-mail address and a password: one way for the pages and the API."""

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts import lockout
from accounts.errors import TooManyAttempts, WrongCredentials
from accounts.models import User


def check_credentials(request: HttpRequest, *, email: str, password: str) -> User:
    """The active person with this password; raises `WrongCredentials` or `TooManyAttempts`.

    An unknown address, a wrong password and a closed account answer alike, after one hash each.
    """
    with lockout.one_try_at_a_time(request, email):
        user = authenticate(request, email=email, password=password)
        if user is not None:
            lockout.forget_failures(request, email)
            return user
        if lockout.is_locked_out(request):
            raise TooManyAttempts(retry_after=lockout.retry_after(request, email))
    raise WrongCredentials
