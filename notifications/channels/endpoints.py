"""Which addresses a browser may name as its push service. A stranger's address would have this server call anything."""

import re

from django.conf import settings

# Of Chrome, Edge and others; of Firefox; of Edge and Windows; of Safari.
_HOSTS = ("fcm.googleapis.com", "updates.push.services.mozilla.com", ".notify.windows.com", ".push.apple.com")
# The whole of it, so that no two programs read it differently: no user, no other port, no fragment, no backslash.
_ENDPOINT = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::443)?/[!-\[\]-~]*", re.IGNORECASE | re.ASCII)
_LOOPBACK = re.compile(r"https?://((?:127\.0\.0\.1|localhost):[0-9]{1,5})/[!-\[\]-~]*")
LONGEST = 2000


def service_of(endpoint: str) -> str | None:
    """The push service, as the list of those that are allowed names it; None where it is on no list."""
    if len(endpoint) > LONGEST or "#" in endpoint:
        return None
    if found := _ENDPOINT.fullmatch(endpoint):
        host = found[1].lower()
        return next((name for name in (*_HOSTS, *settings.CHAT_PUSH_HOSTS) if _is_of(host, name)), None)
    found = _LOOPBACK.fullmatch(endpoint)
    return found[1] if found and _is_stand_in(found[1]) else None


def may_leave(endpoint: str) -> bool:
    """Whether a push may be sent there: with DEBUG nothing leaves this machine."""
    return not settings.DEBUG or bool(_LOOPBACK.fullmatch(endpoint))


def _is_of(host: str, name: str) -> bool:
    return host.endswith(name) if name.startswith(".") else host == name


def _is_stand_in(place: str) -> bool:
    """A push service of tests: only where nobody reaches this site from another machine either."""
    return settings.IS_LOCAL_SITE and place in settings.CHAT_PUSH_HOSTS
