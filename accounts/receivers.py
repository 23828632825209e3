"""A browser's sign-in begins and ends with its session, whichever page signs it in or out."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts.devices import device_name
from accounts.models import SignIn, User
from accounts.requests import SignInRequest
from accounts.services import sign_ins


@receiver(user_logged_in)
def start_browser_sign_in(sender: type[User], request: SignInRequest, user: User, **kwargs: Any) -> None:
    end_browser_sign_in(sender, request, user)
    is_shared = request.session.pop(sign_ins.SHARED_KEY, False)
    # A browser that others use forgets the session when it closes.
    request.session.set_expiry(0 if is_shared else None)
    sign_in = sign_ins.start(
        user,
        kind=SignIn.Kind.BROWSER,
        device_name=device_name(request),
        is_shared=is_shared,
        second_factor=_given_factor(request, user),
    )
    request.sign_in = sign_in
    sign_ins.name_in_session(request.session, sign_in)


def _given_factor(request: SignInRequest, user: User) -> str:
    """The factor with which allauth's last step ended, where there was one."""
    records = get_authentication_records(request, user)
    return str(records[-1]["type"]) if records and records[-1]["method"] == "mfa" else ""


@receiver(user_logged_out)
def end_browser_sign_in(sender: type[User], request: SignInRequest, user: User | None, **kwargs: Any) -> None:
    if sign_in := getattr(request, "sign_in", None):
        sign_ins.end(SignIn.objects.filter(pk=sign_in.pk))
        request.sign_in = None
