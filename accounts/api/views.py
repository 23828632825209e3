"""Signing in and out through the API."""

from django.contrib.auth import logout
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from accounts.api import schema
from accounts.api.authentication import BearerAuthentication
from accounts.api.serializers import LoginSerializer, RefreshSerializer, UserSerializer
from accounts.devices import device_name
from accounts.models import SignIn
from accounts.services import sign_ins, tokens
from accounts.services.credentials import check_credentials
from chatsite.http.envelope import success


class OpenView(APIView):
    """For those who are not signed in; a stale token or cookie must not stand in the way."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == 401:
            response["WWW-Authenticate"] = BearerAuthentication().authenticate_header(request)
        return response


class LoginView(OpenView):
    @extend_schema(**schema.LOGIN)
    def post(self, request):
        """Sign in with e-mail address and password: an access token for 15 minutes, a refresh token for 30 days."""
        form = LoginSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = check_credentials(request._request, **form.validated_data)
        pair = tokens.sign_in(user, device_name=device_name(request))
        return success("Signed in", **pair, user=UserSerializer(user).data)


class RefreshView(OpenView):
    @extend_schema(**schema.REFRESH)
    def post(self, request):
        """Spend a refresh token for a new pair. Each refresh token works once."""
        form = RefreshSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return success("Token refreshed", **tokens.rotate(form.validated_data["refresh"]))


class LogoutView(APIView):
    @extend_schema(**schema.LOGOUT)
    def post(self, request):
        """End this sign-in: its tokens, session and sockets."""
        sign_ins.end(SignIn.objects.filter(pk=request.auth.pk))
        if request.auth.kind == SignIn.Kind.BROWSER:
            logout(request._request)
        return success("Signed out")


class MeView(APIView):
    @extend_schema(**schema.ME)
    def get(self, request):
        """Who is signed in."""
        return success("User retrieved successfully", user=UserSerializer(request.user).data)
