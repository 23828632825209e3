"""The pages around a sign-in that allauth does not bring."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render

from accounts.models import Role

_HOMES = {Role.DOCTOR: "professional_chat", Role.PATIENT: "patient_chat", Role.ADMIN: "admin:index"}


@login_required
def home(request):
    """Send each role to its own place."""
    return redirect(_HOMES[request.user.role])


def too_many_attempts(request, retry_after=None):
    """The page of every limit: said in the look of the sign-in, with 429 and `Retry-After`."""
    minutes = -(-retry_after // 60) if retry_after else None
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response
