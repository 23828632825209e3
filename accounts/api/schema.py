"""The OpenAPI description of signing in."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import exceptions
from rest_framework import serializers as s

from accounts.api import examples
from accounts.api.serializers import LoginSerializer, RefreshSerializer, UserSerializer
from accounts.errors import InvalidToken, TooManyAttempts, WrongCredentials
from chatsite.http.openapi import answer, body, envelope, operation


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The access token of login."}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        description = "For the pages of this site: writing methods also need the CSRF token in X-CSRFToken."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": description}


_TAG = "Signing in"
_PAIR = {"access": s.CharField(help_text="For 15 minutes"), "refresh": s.CharField(help_text="For 30 days, and once")}


def signed_in(*, safe: bool) -> tuple[type[Exception] | tuple[int], ...]:
    """The refusals of a request that is not signed in or, from a browser, writes without the CSRF token."""
    return (exceptions.NotAuthenticated, InvalidToken, *(() if safe else ((403,),)))


LOGIN = operation(
    "login",
    "Sign in with e-mail address and password",
    "Gives an access token for 15 minutes and a refresh token for 30 days. Send `Authorization: Bearer <access>` with "
    "everything else. Ten failed sign-ins of one account from one address within 15 minutes answer 429.",
    tag=_TAG,
    request=body(LoginSerializer, examples.CREDENTIALS),
    answers={
        200: answer(
            envelope("SignedIn", **_PAIR, user=UserSerializer()),
            "Signed in",
            {**examples.PAIR, "user": examples.PATIENT},
        )
    },
    refusals=[exceptions.ValidationError({"email": ["This field is required."]}), WrongCredentials, TooManyAttempts],
)
REFRESH = operation(
    "refresh",
    "Spend a refresh token for a new pair",
    "Each refresh token works once. Shown again more than 30 seconds after it was spent, it ends the whole sign-in.",
    tag=_TAG,
    request=body(RefreshSerializer, {"refresh": examples.PAIR["refresh"]}),
    answers={200: answer(envelope("Refreshed", **_PAIR), "Token refreshed", examples.PAIR)},
    refusals=[exceptions.ValidationError({"refresh": ["This field is required."]}), InvalidToken],
)
LOGOUT = operation(
    "logout",
    "End this sign-in",
    "This device's tokens, session and sockets end; other devices stay signed in.",
    tag=_TAG,
    answers={200: answer(envelope("SignedOut"), "Signed out")},
    refusals=signed_in(safe=False),
)
ME = operation(
    "me",
    "Who is signed in",
    "The person whose token it is, with the role that decides on which side of a chat they are.",
    tag=_TAG,
    answers={
        200: answer(envelope("Me", user=UserSerializer()), "User retrieved successfully", {"user": examples.PATIENT})
    },
    refusals=signed_in(safe=True),
)
