"""Who sends a request, on which device, in which language, time zone and look."""

from django.conf import settings
from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from accounts.look import CHOICES
from accounts.models import SignIn
from accounts.requests import SignInRequest
from accounts.services import demand, sign_ins
from chatsite.http.limits import is_api, is_for_programs


class SignInMiddleware(MiddlewareMixin):
    """A session lives as long as its sign-in: set `request.user` and `request.sign_in` from one row, or end both."""

    def process_request(self, request: SignInRequest) -> None:
        request.sign_in = None
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or USER_KEY not in request.session:
            return
        sign_in = sign_ins.of_session(request.session)
        if sign_in is None:
            request.session.flush()
            request.user = AnonymousUser()
            return
        request.user, request.sign_in = sign_in.user, sign_in
        sign_ins.name_in_session(request.session, sign_in)
        sign_ins.mark_seen(sign_in)


class SecondFactorMiddleware(MiddlewareMixin):
    """A sign-in without the second factor that it needs reaches only the pages on which that is set up or given.

    The API and the files ask in their authentication: what is open to everybody there ignores the cookie.
    """

    # What belongs to nobody, and what unlocks or ends the sign-in; with all pages of the second factor.
    OPEN = frozenset(
        {
            "account_reauthenticate", "account_logout", "unlock", "set_language", "choose_look", "accessibility",
            "manifest", "service_worker", "offline", "security_txt",
        }
    )  # fmt: skip

    def process_view(self, request: SignInRequest, *view: object) -> HttpResponse | None:
        if request.sign_in is None or is_for_programs(request.path_info) or self._is_open(request):
            return None
        if not demand.is_barred(request.sign_in):
            return None
        return redirect("mfa_index")

    def _is_open(self, request: SignInRequest) -> bool:
        name = request.resolver_match.view_name if request.resolver_match else ""
        return name in self.OPEN or name.startswith("mfa_")


class PreferencesMiddleware(MiddlewareMixin):
    """Pages are in the person's language and time zone; the API in the language that its client asks for."""

    def process_request(self, request: SignInRequest) -> None:
        person = request.sign_in.user if request.sign_in else None
        if not is_for_programs(request.path_info):
            translation.activate(person.language if person else translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        timezone.activate(person.zone if person else timezone.get_default_timezone())

    def process_response(self, request: SignInRequest, response: HttpResponse) -> HttpResponse:
        if not is_api(request.path_info):
            response.headers.setdefault("Content-Language", translation.get_language())
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
            if response.headers.get("Content-Type", "").startswith("text/html"):
                _remember(request, response)
        return response


def _remember(request: SignInRequest, response: HttpResponse) -> None:
    """Keep what the person chose in cookies: an error page has it while the database, which knows it, is away."""
    sign_in: SignIn | None = getattr(request, "sign_in", None)
    if sign_in is None:
        return
    chosen = {settings.LANGUAGE_COOKIE_NAME: sign_in.user.language}
    chosen |= {name: getattr(sign_in.user, name) for name in CHOICES}
    for name, value in chosen.items():
        if value and request.COOKIES.get(name) != value and name not in response.cookies:
            keep_choice(response, name, value)


def keep_choice(response: HttpResponse, name: str, value: str) -> None:
    """A cookie that lives as long as that of the language."""
    response.set_cookie(
        name,
        value,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )
