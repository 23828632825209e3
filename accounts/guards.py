"""Which role a page belongs to."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, resolve_url

from accounts.models import Role


def role_required(role: str, *, twin: str):
    """Let one role in; send the other to `twin`, the URL name of the same page on its own side.

    The twin gets the same URL arguments and query. Admins have no such pages: from a list they go home, and one
    person's conversation or appointment does not exist for them.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.user.role == role:
                return view(request, *args, **kwargs)
            if request.method not in ("GET", "HEAD"):
                # A redirect would drop what the form holds without a word.
                raise PermissionDenied
            if request.user.role != Role.ADMIN:
                query = request.META.get("QUERY_STRING")
                return redirect(resolve_url(twin, *args, **kwargs) + (f"?{query}" if query else ""))
            if kwargs:
                raise Http404
            return redirect("home")

        return login_required(guarded)

    return decorate
