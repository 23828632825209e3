"""What browsers and proxies may keep of an answer. Files have rules of their own, in `chatsite.files.serve`."""

from typing import TypeVar

from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

R = TypeVar("R", bound=HttpResponseBase)

NO_STORE = "private, no-store"


def keep_nowhere(response: R) -> R:
    """Let nobody keep it, unless its view has a rule of its own: the next person at this device must not find it."""
    response.headers.setdefault("Cache-Control", NO_STORE)
    return response


def has_secret(response: R) -> R:
    """Mark an answer with a token or a ticket: neither we nor a proxy may compress it, since its length would tell."""
    patch_cache_control(response, private=True, no_store=True, no_transform=True)
    return response
