"""What a locked sign-in may still reach on the pages. The API and the files ask in their authentication."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from accounts import metrics
from accounts.errors import SignInLocked
from accounts.forms import UnlockForm
from accounts.models import SignIn
from accounts.requests import SignInRequest, require_person
from accounts.services import idle, second_factor
from chatsite.http.envelope import failure_response
from chatsite.http.limits import is_for_programs

# Addresses by name: the ways out, and what is the same for everybody.
_OPEN = frozenset(
    {
        "unlock", "account_logout", "logout", "set_language", "choose_look",
        "manifest", "service_worker", "offline", "accessibility", "security_txt",
    }
)  # fmt: skip


class IdleLockMiddleware(MiddlewareMixin):
    """While a browser's sign-in is locked, every page is the one that unlocks it. Its forms keep it in use."""

    def process_view(
        self, request: SignInRequest, view: Callable[..., object], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        sign_in = request.sign_in
        # Behind the check of the CSRF token, so that no other site keeps it in use.
        if sign_in is None or is_for_programs(request.path_info):
            return None
        if not idle.is_locked(sign_in):
            if _is_gesture(request):
                idle.mark_active(sign_in)
            return None
        match = request.resolver_match
        if match and match.url_name in _OPEN:
            return None
        metrics.LOCKED.inc()
        return refuse(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        return refuse(request) if isinstance(exception, SignInLocked) else None


def idle_lock(request: HttpRequest) -> dict[str, Callable[[], dict[str, int] | None]]:
    """For the templates of pages: in how many seconds this one is locked; None where it never is."""
    return {"idle_lock": partial(_seconds, getattr(request, "sign_in", None))}


def _seconds(sign_in: SignIn | None) -> dict[str, int] | None:
    after = idle.lock_time(sign_in) if sign_in else None
    if sign_in is None or after is None:
        return None
    return {"after": int(after.total_seconds()), "left": idle.locks_in(sign_in) or 0}


def _is_gesture(request: HttpRequest) -> bool:
    """A form, or a link that the person followed: a browser without scripts says nothing else."""
    return request.method == "POST" or request.headers.get("Sec-Fetch-User") == "?1"


def refuse(request: HttpRequest) -> HttpResponse:
    """The page that unlocks, at the address that was asked for."""
    if is_for_programs(request.path_info):
        return failure_response(SignInLocked.status, SignInLocked.code, SignInLocked.message)
    return locked_page(request, UnlockForm(), goes_on_to=request.get_full_path() if request.method == "GET" else "")


def locked_page(request: HttpRequest, form: UnlockForm, *, goes_on_to: str) -> HttpResponse:
    context = {
        "form": form,
        "next": goes_on_to,
        "lost": request.method == "POST" and not form.is_bound,
        "has_passkey": second_factor.has_passkey(require_person(request)),
    }
    return render(request, "account/unlock.html", context, status=SignInLocked.status)
