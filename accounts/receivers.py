"""A browser's sign-in begins and ends with its session, whichever page signs it in or out."""

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts.devices import device_name
from accounts.models import SignIn
from accounts.services import sign_ins


@receiver(user_logged_in)
def start_browser_sign_in(sender, request, user, **kwargs):
    end_browser_sign_in(sender, request, user)
    request.sign_in = sign_ins.start(user, kind=SignIn.Kind.BROWSER, device_name=device_name(request))
    sign_ins.name_in_session(request.session, request.sign_in)


@receiver(user_logged_out)
def end_browser_sign_in(sender, request, user, **kwargs):
    if getattr(request, "sign_in", None):
        sign_ins.end(SignIn.objects.filter(pk=request.sign_in.pk))
        request.sign_in = None
