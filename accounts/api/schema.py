"""What OpenAPI says of signing in."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers as s

from accounts.api.serializers import LoginSerializer, RefreshSerializer, UserSerializer


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema):
        description = "For the pages of this site: writing methods also need the CSRF token in X-CSRFToken."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": description}


def _envelope(name: str, **content) -> s.Serializer:
    return inline_serializer(name, {"success": s.BooleanField(), "message": s.CharField(), **content})


_REFUSED = inline_serializer(
    "Refused", {"success": s.BooleanField(default=False), "message": s.CharField(), "error": s.CharField()}
)
_PAIR = {"access": s.CharField(), "refresh": s.CharField()}

LOGIN = {
    "operation_id": "login",
    "request": LoginSerializer,
    "responses": {
        200: _envelope("SignedIn", **_PAIR, user=UserSerializer()),
        400: _REFUSED,
        401: _REFUSED,
        429: _REFUSED,
    },
}
REFRESH = {
    "operation_id": "refresh",
    "request": RefreshSerializer,
    "responses": {200: _envelope("Refreshed", **_PAIR), 400: _REFUSED, 401: _REFUSED},
}
LOGOUT = {
    "operation_id": "logout",
    "request": None,
    "responses": {200: _envelope("SignedOut"), 401: _REFUSED, 403: _REFUSED},
}
ME = {"operation_id": "me", "responses": {200: _envelope("Me", user=UserSerializer()), 401: _REFUSED}}
