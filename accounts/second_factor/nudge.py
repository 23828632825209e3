"""A quiet line for doctors and administrators who will need a second factor: how many days are left.

It costs no query. A cookie hides it for a day, in this browser and for this person.
"""

from datetime import timedelta
from functools import partial
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import SignIn
from accounts.services import demand

COOKIE = "second_factor_later"
_HIDDEN_FOR = timedelta(days=1)


def second_factor_due(request: HttpRequest) -> dict[str, partial[int | None]]:
    """For the templates of pages: the days that are left; None where nothing is to be said."""
    return {"second_factor_days": partial(_days, request)}


def hide(response: HttpResponse, sign_in: SignIn) -> None:
    response.set_cookie(
        COOKIE,
        str(sign_in.user_id),
        max_age=int(_HIDDEN_FOR.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )


def _days(request: HttpRequest) -> int | None:
    sign_in: SignIn | None = getattr(request, "sign_in", None)
    if sign_in is None or sign_in.second_factor or request.COOKIES.get(COOKIE) == str(sign_in.user_id):
        return None
    due = demand.due_at(sign_in.user)
    left = due - timezone.now() if due else timedelta()
    return ceil(left / timedelta(days=1)) if left > timedelta() else None
