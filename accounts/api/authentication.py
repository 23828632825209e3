"""Who sends an API request: a Bearer token of a sign-in, or a browser's session with its CSRF token."""

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as BaseSessionAuthentication

from accounts.errors import InvalidToken
from accounts.models import SignIn
from accounts.services import sign_ins, tokens


def sign_in_from_access_token(raw: str) -> SignIn:
    """The valid sign-in, with its person, that an access token stands for; raises `InvalidToken`."""
    sign_in = tokens.sign_in_of(raw)
    sign_ins.mark_seen(sign_in)
    return sign_in


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`; `request.auth` and `request.sign_in` are the sign-in."""

    def authenticate(self, request):
        scheme, _, raw = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            sign_in = sign_in_from_access_token(raw.strip())
        except InvalidToken as error:
            raise exceptions.AuthenticationFailed(error.message, code=error.code) from error
        request._request.sign_in = sign_in
        return sign_in.user, sign_in

    def authenticate_header(self, request):
        return 'Bearer realm="api"'


class SessionAuthentication(BaseSessionAuthentication):
    """The pages' own cookie; anything but a reading method needs the CSRF token too."""

    def authenticate(self, request):
        sign_in = getattr(request._request, "sign_in", None)
        if sign_in is None:
            return None
        self.enforce_csrf(request)
        return sign_in.user, sign_in
