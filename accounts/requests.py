"""The types of requests once the middleware or the API's authentication knows who sends them. For annotations only."""

from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import SignIn, User


class SignInRequest(HttpRequest):
    """A request behind `SignInMiddleware`: the person may be anonymous, and then there is no sign-in."""

    sign_in: SignIn | None


class PersonRequest(SignInRequest):
    """What a page gets behind `login_required` or `role_required`."""

    user: User


class PersonApiRequest(Request):
    """What an API view gets behind `IsAuthenticated`, with the sign-in of its token or session."""

    user: User
    auth: SignIn
