"""What a restore needs besides the database and the files: keys that the database must not have."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings


def _set_or_made(value: str, file: Path) -> str:
    """A key of the settings, or the one that `bin/run prepare` made; raises OSError for one that cannot be read."""
    try:
        return value or file.read_text().strip()
    except FileNotFoundError:
        return ""


# By the setting that takes it.
SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: str(settings.SECRET_KEY),
    "SECOND_FACTOR_KEY": lambda: _set_or_made(",".join(settings.SECOND_FACTOR_KEYS), settings.SECOND_FACTOR_KEY_FILE),
    # By which browsers know this server.
    "PUSH_KEY": lambda: _set_or_made(str(settings.PUSH_KEY), settings.PUSH_KEY_FILE),
}


def known() -> dict[str, str]:
    """Those that this installation has."""
    return {name: value for name, read in SECRETS.items() if (value := read())}
