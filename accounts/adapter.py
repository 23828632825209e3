"""How django-allauth's pages behave here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.errors import WrongCredentials
from accounts.models import SignIn, User
from accounts.services import known_devices, people
from accounts.services.credentials import check_credentials
from chatsite.http.addresses import client_address


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("Wrong address or password. Check the capital letters, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["accounts.second_factor.stages.SecondStep"]

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """Who has a second factor gives it, unless this sign-in began with it: a password alone must not remove it."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        sign_in = getattr(self.request, "sign_in", None)
        gave_none = sign_in is None or sign_in.second_factor in ("", SignIn.Factor.TRUSTED)
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        return factors if factors and gave_none else methods

    def authenticate(self, request: HttpRequest, **credentials: str) -> User | None:
        try:
            return check_credentials(
                request,
                email=credentials["email"],
                password=credentials["password"],
                device=request.COOKIES.get(known_devices.COOKIE),
            )
        except WrongCredentials:
            return None

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        token = known_devices.issue(request.COOKIES.get(known_devices.COOKIE), account=user.email)
        known_devices.remember(response, token)
        return response

    def set_password(self, user: User, password: str) -> None:
        people.set_password(user, password=password)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104 - the key of a rate limit

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")
