"""The OpenAPI description of signing in."""

from datetime import timedelta
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import exceptions
from rest_framework import serializers as s
from rest_framework_simplejwt.settings import api_settings

from accounts.api import examples
from accounts.api.serializers import (
    LoginSerializer,
    RefreshSerializer,
    SecondStepSerializer,
    UnlockSerializer,
    UserSerializer,
)
from accounts.errors import (
    InvalidToken,
    NoPasskey,
    PasswordsBusy,
    SecondFactorRequired,
    SecondStepExpired,
    SecondStepRequired,
    SignInLocked,
    WrongCode,
    WrongCredentials,
    WrongPasskey,
    WrongPassword,
)
from accounts.services.second_steps import LIFETIME
from accounts.services.tokens import REPEAT_TIME, REPLAY_GRACE
from accounts.services.unlocking import LIFETIME as QUESTION_LIFETIME
from chatsite import limiter
from chatsite.http.errors import TooManyAttempts, TooManyRequests
from chatsite.http.openapi import answer, body, envelope, operation


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The access token that the login returned.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        description = "For the pages of this site. Requests that write also need the CSRF token in X-CSRFToken."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": description}


# For views that admit more than others: a class of their own has the same two ways in.
_EITHER_WAY: dict[str, Any] = {"auth": [{"bearer": []}, {"session": []}]}


def _in_minutes(time: timedelta) -> int:
    return time // timedelta(minutes=1)


_TAG = "Signing in"
_MINUTES = _in_minutes(api_settings.ACCESS_TOKEN_LIFETIME)
_DAYS = api_settings.REFRESH_TOKEN_LIFETIME.days
_FAILURES = limiter.failures_at("", None)
_PAIR = {
    "access": s.CharField(help_text=f"Valid for {_MINUTES} minutes"),
    "refresh": s.CharField(help_text=f"Valid for {_DAYS} days, until it is exchanged"),
}


_SIGNED_IN = answer(
    envelope(
        "SignedIn",
        **_PAIR,
        user=UserSerializer(),
        device=s.CharField(help_text="Send it with the next sign-in"),
    ),
    "Signed in",
    {**examples.PAIR, "user": examples.PATIENT, "device": examples.DEVICE},
)


def signed_in(*, safe: bool) -> tuple[type[Exception] | tuple[int], ...]:
    """The refusals of a request that is not signed in, lacks a second factor that is demanded, is of a locked sign-in
    or, from a browser, writes without the CSRF token."""
    return (*_known(safe=safe), SecondFactorRequired, SignInLocked)


def _known(*, safe: bool) -> tuple[type[Exception] | tuple[int], ...]:
    return (exceptions.NotAuthenticated, InvalidToken, *(() if safe else ((403,),)))


LOGIN = operation(
    "login",
    "Sign in with e-mail address and password",
    f"Returns an access token for {_MINUTES} minutes and a refresh token for {_DAYS} days. Send "
    "`Authorization: Bearer <access>` with every other request. The answer is 429 after "
    f"{_FAILURES.most} failed sign-ins of one account from one address within {_in_minutes(_FAILURES.within)} "
    "minutes, or after more from many addresses or at many accounts. Keep `device`, also when signing out, and send it "
    "with the next sign-in: a device that is known has failures of its own, so no stranger locks its person out. The "
    "answer for a person with a second factor is 401 `second_step_required`, with an `mfa_token` for "
    "`/api/auth/second`.",
    tag=_TAG,
    request=body(LoginSerializer, examples.CREDENTIALS),
    answers={200: _SIGNED_IN},
    refusals=[
        exceptions.ValidationError({"email": ["This field is required."]}),
        WrongCredentials,
        SecondStepRequired(mfa_token=examples.MFA_TOKEN, methods=["recovery_codes", "totp"]),
        TooManyAttempts,
        PasswordsBusy,
    ],
)
_CODES = limiter.codes(0)[0]
SECOND_STEP = operation(
    "second_step",
    "Send the code that follows the password",
    "Answers as the login does. The `mfa_token` of the login is good for one sign-in within "
    f"{_in_minutes(LIFETIME)} minutes; after a wrong code, send another with the same one. The answer is 429 after "
    f"{_CODES.most} wrong codes of one person within {_in_minutes(_CODES.within)} minutes. If the answer of a right "
    "code is lost, sign in again with the password.",
    tag=_TAG,
    request=body(SecondStepSerializer, {"mfa_token": examples.MFA_TOKEN, "code": "492039"}),
    answers={200: _SIGNED_IN},
    refusals=[
        exceptions.ValidationError({"code": ["This field is required."]}),
        SecondStepExpired,
        WrongCode,
        TooManyAttempts,
    ],
)
REFRESH = operation(
    "refresh",
    "Exchange a refresh token for a new pair of tokens",
    f"The token is spent. If the answer is lost, send the same token again: for {_in_minutes(REPEAT_TIME)} minutes, "
    "and until one of the new tokens is used, the answer has the same refresh token and a fresh access token. After "
    f"that a spent token is refused; later than {REPLAY_GRACE.seconds} seconds after it was spent, it ends the whole "
    "sign-in.",
    tag=_TAG,
    request=body(RefreshSerializer, {"refresh": examples.PAIR["refresh"]}),
    answers={200: answer(envelope("Refreshed", **_PAIR), "Token refreshed", examples.PAIR)},
    refusals=[exceptions.ValidationError({"refresh": ["This field is required."]}), InvalidToken, TooManyRequests],
)
LOGOUT = (
    operation(
        "logout",
        "End this sign-in",
        "Ends the tokens, the session and the sockets of this device. Other devices stay signed in. It may be repeated "
        "with the same access token until that expires.",
        tag=_TAG,
        answers={200: answer(envelope("SignedOut"), "Signed out")},
        refusals=_known(safe=False),
    )
    | _EITHER_WAY
)
_LOCKS_IN: dict[str, Any] = {
    "allow_null": True,
    "help_text": "Seconds until it is locked unless it is used again; null if it never is",
}
ME = (
    operation(
        "me",
        "Get the signed-in person",
        "The person to whom the token belongs. Their role decides on which side of a chat they are. While the sign-in "
        "is locked, `locked` is true, `has_passkey` says whether a passkey may unlock it, and all else is missing.",
        tag=_TAG,
        answers={
            200: answer(
                envelope(
                    "Me",
                    user=UserSerializer(required=False),
                    locked=s.BooleanField(),
                    locks_in=s.IntegerField(required=False, **_LOCKS_IN),
                    has_passkey=s.BooleanField(required=False, help_text="Only while it is locked"),
                ),
                "User retrieved successfully",
                {"user": examples.PATIENT, "locked": False, "locks_in": None},
            )
        },
        refusals=(*_known(safe=True), SecondFactorRequired),
    )
    | _EITHER_WAY
)
ACTIVE = (
    operation(
        "active",
        "Say that the person uses this sign-in",
        "Send it after a gesture of the person, at most once a minute, or twice before a shorter lock. Sending a "
        "message counts, too; reading, polling and other frames do not. Nobody has to send it where `locks_in` is "
        "null, as for apps unless the practice locks them.",
        tag=_TAG,
        answers={
            200: answer(envelope("StillInUse", locks_in=s.IntegerField(**_LOCKS_IN)), "Still in use", {"locks_in": 900})
        },
        refusals=(*_known(safe=False), SignInLocked),
    )
    | _EITHER_WAY
)
UNLOCK = (
    operation(
        "unlock",
        "Unlock this sign-in",
        "With the password of the signed-in person, or with what a passkey of theirs answered, as JSON (`toJSON()` of "
        "the credential). After five wrong ones within 15 minutes the answer is 429.",
        tag=_TAG,
        request=body(UnlockSerializer, {"password": examples.CREDENTIALS["password"]}),
        answers={
            200: answer(envelope("Unlocked", locks_in=s.IntegerField(**_LOCKS_IN)), "Unlocked", {"locks_in": 900})
        },
        refusals=[
            *_known(safe=False),
            exceptions.ValidationError({"password": ["This field is required."]}),
            WrongPassword,
            WrongPasskey,
            TooManyAttempts,
            PasswordsBusy,
        ],
    )
    | _EITHER_WAY
)
UNLOCK_QUESTION = (
    operation(
        "unlock_question",
        "Ask a passkey to unlock this sign-in",
        "Answers the options of `navigator.credentials.get`, for a page of the site itself: passkeys belong to its "
        "host name. The question is good for one answer of this sign-in within "
        f"{_in_minutes(QUESTION_LIFETIME)} minutes, and a newer one replaces it. The device has to ask its person.",
        tag=_TAG,
        answers={
            200: answer(
                envelope("UnlockQuestion", request_options=s.DictField()),
                "Question asked",
                {"request_options": examples.PASSKEY_QUESTION},
            )
        },
        refusals=(*_known(safe=False), NoPasskey, TooManyRequests),
    )
    | _EITHER_WAY
)
