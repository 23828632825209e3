"""A browser's sign-in begins and ends with its session, whichever page signs it in or out."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts.devices import device_name
from accounts.models import SignIn, User
from accounts.requests import SignInRequest
from accounts.services import sign_ins


@receiver(user_logged_in)
def start_browser_sign_in(sender: type[User], request: SignInRequest, user: User, **kwargs: Any) -> None:
    end_browser_sign_in(sender, request, user)
    sign_in = sign_ins.start(user, kind=SignIn.Kind.BROWSER, device_name=device_name(request))
    request.sign_in = sign_in
    sign_ins.name_in_session(request.session, sign_in)


@receiver(user_logged_out)
def end_browser_sign_in(sender: type[User], request: SignInRequest, user: User | None, **kwargs: Any) -> None:
    if sign_in := getattr(request, "sign_in", None):
        sign_ins.end(SignIn.objects.filter(pk=sign_in.pk))
        request.sign_in = None
