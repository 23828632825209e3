"""Who sends an API request: a Bearer token of a sign-in, or a browser's session with its CSRF token."""

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as BaseSessionAuthentication
from rest_framework.request import Request

from accounts.errors import InvalidToken
from accounts.models import SignIn, User
from accounts.services import demand, idle, sign_ins, tokens


def sign_in_from_access_token(raw: str) -> SignIn:
    """The valid sign-in, with its person, that an access token names; raises `InvalidToken`."""
    sign_in = tokens.sign_in_of(raw)
    sign_ins.mark_seen(sign_in)
    return sign_in


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`; `request.auth` is the sign-in. Raises SecondFactorRequired."""

    admits_locked = admits_barred = False

    def authenticate(self, request: Request) -> tuple[User, SignIn] | None:
        scheme, _, raw = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            sign_in = self.sign_in_of(raw.strip())
        except InvalidToken as error:
            raise exceptions.AuthenticationFailed(error.message, code=error.code) from error
        if not self.admits_barred:
            demand.check(sign_in)
        if not self.admits_locked:
            idle.demand_unlocked(sign_in)
        return sign_in.user, sign_in

    def sign_in_of(self, raw: str) -> SignIn:
        return sign_in_from_access_token(raw)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class BarredBearerAuthentication(BearerAuthentication):
    """For what keeps a sign-in unlocked while its person sets up a second factor."""

    admits_barred = True


class LockedBearerAuthentication(BarredBearerAuthentication):
    """For what a locked sign-in may do, whether or not it has a second factor: be unlocked, be ended, say that it is.

    The page that sets a factor up is locked, too.
    """

    admits_locked = True


class LogoutAuthentication(LockedBearerAuthentication):
    """Accepts the token of an ended sign-in too: a log-out whose answer was lost is repeated. For nothing else."""

    def sign_in_of(self, raw: str) -> SignIn:
        return tokens.sign_in_to_end(raw)


class SessionAuthentication(BaseSessionAuthentication):
    """The session cookie of the pages; anything but a reading method needs the CSRF token too.

    Raises SecondFactorRequired.
    """

    admits_locked = admits_barred = False

    def authenticate(self, request: Request) -> tuple[User, SignIn] | None:
        sign_in = getattr(request._request, "sign_in", None)
        if sign_in is None:
            return None
        self.enforce_csrf(request)
        if not self.admits_barred:
            demand.check(sign_in)
        if not self.admits_locked:
            idle.demand_unlocked(sign_in)
        return sign_in.user, sign_in


class BarredSessionAuthentication(SessionAuthentication):
    """As `BarredBearerAuthentication`."""

    admits_barred = True


class LockedSessionAuthentication(BarredSessionAuthentication):
    """As `LockedBearerAuthentication`."""

    admits_locked = True
