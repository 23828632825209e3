"""Who acts: from the request that is being served here, so that nothing between a view and a row passes it on."""

from contextvars import ContextVar
from typing import NamedTuple

from django.http import HttpRequest

from chatsite.http.addresses import client_address

request_here: ContextVar[HttpRequest | None] = ContextVar("audited_request", default=None)


class Actor(NamedTuple):
    user: int | None = None
    role: str = ""
    sign_in: int | None = None
    address: str = ""


# The program itself: a worker, or a command of whoever runs the installation.
SYSTEM = Actor(role="system")


def actor_here() -> Actor:
    """The person of the present request, on their device; the program itself outside of one."""
    request = request_here.get()
    return SYSTEM if request is None else actor_of(request)


def actor_of(request: HttpRequest) -> Actor:
    address = client_address(request) or ""
    # A Bearer token, or the session; REST framework sets both on the request below its own.
    user, sign_in = getattr(request, "user", None), getattr(request, "auth", None) or getattr(request, "sign_in", None)
    if user is None or not user.is_authenticated:
        return Actor(address=address)
    return Actor(user.pk, user.role, sign_in.pk if sign_in else None, address)
