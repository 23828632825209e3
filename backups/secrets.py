"""What a restore needs besides the database and the files: keys that the database must not have."""

from collections.abc import Callable

from django.conf import settings


def _push_key() -> str:
    """The private key by which browsers know this server."""
    if settings.PUSH_KEY:
        return str(settings.PUSH_KEY)
    try:
        return str(settings.PUSH_KEY_FILE.read_text())
    except OSError:
        return ""


# By the setting that takes it.
SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: str(settings.SECRET_KEY),
    "PUSH_KEY": _push_key,
}


def known() -> dict[str, str]:
    """Those that this installation has."""
    return {name: value for name, read in SECRETS.items() if (value := read())}
