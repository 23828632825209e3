"""Signing in and out through the API."""

from typing import Any

from django.contrib.auth import logout
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import schema
from accounts.api.authentication import (
    BarredBearerAuthentication,
    BarredSessionAuthentication,
    BearerAuthentication,
    LockedBearerAuthentication,
    LockedSessionAuthentication,
    LogoutAuthentication,
)
from accounts.api.serializers import (
    LoginSerializer,
    RefreshSerializer,
    SecondStepSerializer,
    UnlockSerializer,
    UserSerializer,
)
from accounts.devices import device_name
from accounts.errors import SecondStepRequired
from accounts.models import SignIn, User
from accounts.requests import PersonApiRequest
from accounts.services import demand, idle, known_devices, second_factor, second_steps, sign_ins, tokens, unlocking
from accounts.services.credentials import check_credentials
from chatsite.http.envelope import success
from chatsite.http.keeping import has_secret


class OpenView(APIView):
    """For people who are not signed in. An expired token or cookie is ignored."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == 401:
            response["WWW-Authenticate"] = BearerAuthentication().authenticate_header(request)
        return response


class LoginView(OpenView):
    @extend_schema(**schema.LOGIN)
    def post(self, request: Request) -> Response:
        """Sign in with e-mail address and password: a pair of tokens, or the second step."""
        form = LoginSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = check_credentials(request._request, **form.validated_data)
        if methods := second_factor.methods_of(user):
            codes = [method for method in methods if method != second_factor.Type.WEBAUTHN]
            raise SecondStepRequired(mfa_token=second_steps.begin(user), methods=codes)
        return _signed_in(request, user, device=form.validated_data.get("device"))


class SecondStepView(OpenView):
    @extend_schema(**schema.SECOND_STEP)
    def post(self, request: Request) -> Response:
        """The code that follows the password: a pair of tokens."""
        form = SecondStepSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user, factor = second_steps.finish(form.validated_data["mfa_token"], code=form.validated_data["code"])
        return _signed_in(request, user, device=form.validated_data.get("device"), factor=factor)


def _signed_in(request: Request, user: User, *, device: str | None, factor: str = "") -> Response:
    pair = tokens.sign_in(user, device_name=device_name(request), second_factor=factor)
    known = known_devices.issue(device, account=user.email)
    return has_secret(success("Signed in", **pair, user=UserSerializer(user).data, device=known))


class RefreshView(OpenView):
    @extend_schema(**schema.REFRESH)
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for its successor; a repeat is safe while that is unused."""
        form = RefreshSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return has_secret(success("Token refreshed", **tokens.rotate(form.validated_data["refresh"])))


class LogoutView(APIView):
    authentication_classes = [LogoutAuthentication, LockedSessionAuthentication]

    @extend_schema(**schema.LOGOUT)
    def post(self, request: PersonApiRequest) -> Response:
        """End this sign-in: its tokens, session and sockets. A repeat changes nothing."""
        sign_ins.end(SignIn.objects.filter(pk=request.auth.pk))
        if request.auth.kind == SignIn.Kind.BROWSER:
            logout(request._request)
        return success("Signed out")


class LockedView(APIView):
    """For people who are signed in, and whose sign-in may be locked, or lack a second factor."""

    authentication_classes = [LockedBearerAuthentication, LockedSessionAuthentication]


class MeView(LockedView):
    @extend_schema(**schema.ME)
    def get(self, request: PersonApiRequest) -> Response:
        """Who is signed in; while the sign-in is locked, only that it is."""
        if idle.is_locked(request.auth):
            return success("The sign-in is locked", locked=True, has_passkey=second_factor.has_passkey(request.user))
        demand.check(request.auth)
        user, locks_in = UserSerializer(request.user).data, idle.locks_in(request.auth)
        return success("User retrieved successfully", user=user, locked=False, locks_in=locks_in)


class ActiveView(APIView):
    authentication_classes = [BarredBearerAuthentication, BarredSessionAuthentication]

    @extend_schema(**schema.ACTIVE)
    def post(self, request: PersonApiRequest) -> Response:
        """The person just did something: the sign-in is not locked yet."""
        idle.mark_active(request.auth)
        return success("Still in use", locks_in=idle.locks_in(request.auth))


class UnlockView(LockedView):
    @extend_schema(**schema.UNLOCK)
    def post(self, request: PersonApiRequest) -> Response:
        """Unlock this sign-in with the password, whose repeat changes nothing, or with the answer of a passkey."""
        form = UnlockSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        if "credential" in form.validated_data:
            unlocking.unlock_by_passkey(request.auth, credential=form.validated_data["credential"])
        else:
            idle.unlock_by_password(request.auth, password=form.validated_data["password"])
        return success("Unlocked", locks_in=idle.locks_in(request.auth))


class UnlockQuestionView(LockedView):
    @extend_schema(**schema.UNLOCK_QUESTION)
    def post(self, request: PersonApiRequest) -> Response:
        """Ask a passkey of the person: the options of `navigator.credentials.get`, for one answer."""
        return has_secret(success("Question asked", request_options=unlocking.ask_passkey(request.auth)))
