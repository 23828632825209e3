"""What browsers and proxies may keep of an answer. Files have rules of their own, in `chatsite.files.serve`."""

from typing import TypeVar

from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

R = TypeVar("R", bound=HttpResponseBase)

NO_STORE = "private, no-store"


def keep_nowhere(response: R) -> R:
    """Let nobody keep it, neither a proxy nor the browser: the next person at this device must not find it."""
    if "Cache-Control" not in response.headers:
        # By far the most frequent case.
        response.headers["Cache-Control"] = NO_STORE
    elif "no-store" not in response.headers["Cache-Control"]:
        patch_cache_control(response, private=True, no_store=True)
    return response


def has_secret(response: R) -> R:
    """Mark an answer with a token or a ticket: neither we nor a proxy may compress it, since its length would tell."""
    patch_cache_control(response, private=True, no_store=True, no_transform=True)
    return response
