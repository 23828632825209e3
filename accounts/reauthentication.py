"""Asking once more who it is, before what a stranger at an unlocked screen must not do.

allauth has the page, and its session the time of the last answer. What was sent waits in the session meanwhile.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from allauth.account.internal.flows import reauthentication as allauth
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import resolve
from django.utils.decorators import method_decorator

P = ParamSpec("P")
RequestT = TypeVar("RequestT", bound=HttpRequest)
AdminT = TypeVar("AdminT", bound=type[ModelAdmin])


def asks_again(
    view: Callable[Concatenate[RequestT, P], HttpResponse],
) -> Callable[Concatenate[RequestT, P], HttpResponse]:
    """Do what is posted to this view only within `REAUTHENTICATION_MINUTES` of a password or factor.

    For people who are signed in, and forms without files.
    """

    @wraps(view)
    def asked(request: RequestT, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST" or not allauth.is_reauthentication_required(request, app=""):
            return view(request, *args, **kwargs)
        # Not allauth's way, which keeps the whole environment of the request, and loses a form whose address has a
        # query.
        waiting = {
            "user": request.user.pk,
            "path": request.path,
            "query": request.META.get("QUERY_STRING", ""),
            "post": request.POST.urlencode(),
        }
        return allauth.stash_and_reauthenticate(request, waiting, f"{__name__}.resume")

    return asked


def asks_again_for_changes(admin: AdminT) -> AdminT:
    """For every change by the pages of this admin."""
    for name in ("add_view", "change_view", "changelist_view", "delete_view"):
        admin = method_decorator(cast(Any, asks_again), name=name)(admin)
    return admin


def resume(request: HttpRequest, waiting: dict[str, Any]) -> HttpResponse:
    """Answer what waited, to the same person, with the request that answered the question."""
    if request.user.pk != waiting["user"]:
        raise PermissionDenied
    request.method, request.path, request.path_info = "POST", waiting["path"], waiting["path"]
    request.META["QUERY_STRING"] = waiting["query"]
    request.GET, request.POST = QueryDict(waiting["query"]), QueryDict(waiting["post"])
    match = request.resolver_match = resolve(waiting["path"])
    return match.func(request, *match.args, **match.kwargs)
