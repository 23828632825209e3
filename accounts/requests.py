"""The types of requests whose person is known. Nothing creates them: views annotate their requests with them."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import SignIn, User


class SignInRequest(HttpRequest):
    """A request behind `SignInMiddleware`: an anonymous one has no sign-in."""

    sign_in: SignIn | None


class PersonRequest(SignInRequest):
    """What a page receives behind `login_required` or `role_required`."""

    user: User


class PersonApiRequest(Request):
    """What an API view receives behind `IsAuthenticated`, with the sign-in of its token or session."""

    user: User
    auth: SignIn


def sign_in_of(request: SignInRequest) -> SignIn:
    """The sign-in behind `login_required`, which is there whenever a person is."""
    if request.sign_in is None:
        raise PermissionDenied
    return request.sign_in


def require_person(request: HttpRequest) -> User:
    """The person of a request where Django's own signature has any `HttpRequest`, as in the admin."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user
