"""Which role a page belongs to."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, resolve_url

from accounts.models import Role
from accounts.requests import PersonRequest

P = ParamSpec("P")
View = Callable[Concatenate[PersonRequest, P], HttpResponse]


def role_required(role: str, *, twin: str) -> Callable[[View[P]], View[P]]:
    """Let one role in; send the other to `twin`, the URL name of the same page on its own side.

    The twin gets the same URL arguments and query. Admins have no such pages: a list redirects them home, and one
    conversation or appointment answers 404.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: PersonRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.user.role == role:
                return view(request, *args, **kwargs)
            if request.method not in ("GET", "HEAD"):
                # A redirect would silently drop what was typed into the form.
                raise PermissionDenied
            if request.user.role != Role.ADMIN:
                query = request.META.get("QUERY_STRING")
                return redirect(resolve_url(twin, *args, **kwargs) + (f"?{query}" if query else ""))
            if kwargs:
                raise Http404
            return redirect("home")

        return login_required(guarded)

    return decorate
