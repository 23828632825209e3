"""Checking an e-mail address and a password, or the password alone: one way for the pages and the API."""

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts import lockout
from accounts.devices import device_name
from accounts.errors import TooManySignIns, WrongCredentials, WrongPassword
from accounts.metrics import refusals_counted
from accounts.models import User
from accounts.services import alerts, known_devices, lock_outs
from accounts.services.hashing import slots
from accounts.services.second_factor import methods_of
from chatsite import limiter


@refusals_counted()
def check_credentials(request: HttpRequest, *, email: str, password: str, device: str | None = None) -> User:
    """The active person with this password; raises WrongCredentials, TooManyAttempts or PasswordsBusy.

    `device` is what a former sign-in on this device gave it. An unknown address, a wrong password and a closed account
    answer alike, after one hash each.
    """
    account = User.objects.normalize_email(email)
    known = known_devices.recognise(device, account=account)
    address = lockout.address(request)
    own = _limits_of_account(account, address, known)
    places = [] if known else limiter.failures_from(address)
    with (
        lock_outs.noted(account, own),
        lockout.one_try_at_a_time(own[0], known=known is not None),
        limiter.attempt(*own, *places) as failure,
        limiter.attempt(limiter.sign_ins(account, address), refusal=TooManySignIns) as success,
    ):
        with slots.one(known=known is not None):
            user = authenticate(request, email=email, password=password)
        if user is None:
            success.give_back()
        else:
            failure.succeed()
    if user is None:
        raise WrongCredentials
    if known is None:
        # With a second factor nobody is in yet.
        tell = alerts.password_given_on_new_device if methods_of(user) else alerts.signed_in_on_new_device
        tell(user, device_name=device_name(request))
    return user


@refusals_counted()
def confirm_password(user: User, *, password: str) -> None:
    """That this is the present password of somebody who is signed in.

    Raises WrongPassword, TooManyAttempts or PasswordsBusy.
    """
    limit = limiter.password_changes(user.pk)
    with lock_outs.noted(user.email, [limit]), limiter.attempt(limit) as attempt:
        with slots.one(known=True):
            right = user.check_password(password)
        if right:
            attempt.succeed()
    if not right:
        raise WrongPassword


def _limits_of_account(account: str, address: str | None, device: str | None) -> list[limiter.Limit]:
    """What a try at this account has to pass, from wherever.

    A device that signed in before has failures of its own, and no others count there.
    """
    if device:
        return [limiter.failures_of_device(device)]
    return [limiter.failures_at(account, address), limiter.failures_of(account)]
