"""Asking once more who it is, before what a stranger at an unlocked screen must not do.

allauth has the page, and its session the time of the last answer. What was sent waits in the session meanwhile.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from allauth.account.internal.flows import reauthentication as allauth
from allauth.account.utils import get_next_redirect_url
from django.contrib.admin import ModelAdmin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import resolve, reverse
from django.utils.decorators import method_decorator

from accounts.signals import resuming

P = ParamSpec("P")
RequestT = TypeVar("RequestT", bound=HttpRequest)
AdminT = TypeVar("AdminT", bound=type[ModelAdmin])
# What may wait at a time, in the tabs of one session.
_MOST = 5


def asks_again(
    view: Callable[Concatenate[RequestT, P], HttpResponse],
) -> Callable[Concatenate[RequestT, P], HttpResponse]:
    """Do what is posted to this view only within `REAUTHENTICATION_MINUTES` of a password or factor.

    For people who are signed in, and forms without files.
    """

    @wraps(view)
    def asked(request: RequestT, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_asked(request, asked):
            return view(request, *args, **kwargs)
        # Not allauth's way, which keeps the whole environment of the request, and loses a form whose address has a
        # query.
        waiting = {
            "user": request.user.pk,
            "path": request.path,
            "query": request.META.get("QUERY_STRING", ""),
            "post": request.POST.urlencode(),
        }
        return _ask(request, waiting)

    asked.asks_again = True  # type: ignore[attr-defined]
    return asked


def is_asked(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether this view asks again before it does what is posted to it."""
    posts = request.method == "POST" and getattr(view, "asks_again", False)
    return bool(posts and allauth.is_reauthentication_required(request, app=""))


def asks_again_for_changes(admin: AdminT) -> AdminT:
    """For every change by the pages of this admin."""
    for name in ("add_view", "change_view", "changelist_view", "delete_view"):
        admin = method_decorator(cast(Any, asks_again), name=name)(admin)
    return admin


def _ask(request: HttpRequest, waiting: dict[str, Any]) -> HttpResponse:
    """The page that asks: its address names what waits, also where another way of answering is chosen there."""
    place = f"{reverse('home')}#{secrets.token_urlsafe(9)}"
    others = list(_waiting(request).items())[1 - _MOST :]
    answer = allauth.stash_and_reauthenticate(request, dict([*others, (place, waiting)]), f"{__name__}.resume")
    answer["Location"] += f"?{urlencode({REDIRECT_FIELD_NAME: place})}"
    return answer


def _waiting(request: HttpRequest) -> dict[str, Any]:
    """What waits in this session, by the address to which its page would lead; the latest is the last."""
    stored = request.session.get(allauth.STATE_SESSION_KEY, {})
    return stored["state"] if stored.get("callback") == f"{__name__}.resume" else {}


def resume(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse | None:
    """Answer what waited for this very answer, to the same person, with the request that gave it.

    What else waits was given up, or waits in another tab: an answer to another question must not do it.
    """
    waiting = kept.pop(get_next_redirect_url(request) or "", None)
    if kept:
        request.session[allauth.STATE_SESSION_KEY] = {"state": kept, "callback": f"{__name__}.resume"}
    if waiting is None:
        return None
    if request.user.pk != waiting["user"]:
        raise PermissionDenied
    request.method, request.path, request.path_info = "POST", waiting["path"], waiting["path"]
    request.META["QUERY_STRING"] = waiting["query"]
    request.GET, request.POST = QueryDict(waiting["query"]), QueryDict(waiting["post"])
    match = request.resolver_match = resolve(waiting["path"])
    for _receiver, refusal in resuming.send(resume, request=request):
        if refusal is not None:
            return cast(HttpResponse, refusal)
    return match.func(request, *match.args, **match.kwargs)
