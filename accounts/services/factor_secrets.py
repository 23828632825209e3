"""The secrets of second factors are encrypted in the database, with a key that is not in it."""

from functools import lru_cache

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from chatsite import key_files

# What allauth stores encrypted: of an app, of recovery codes, and of codes that came from elsewhere.
_SECRETS = ("secret", "seed", "migrated_codes")


class Undecipherable(Exception):
    """The key of this server is not the one that this secret was encrypted with."""


def has_key() -> bool:
    return bool(settings.SECOND_FACTOR_KEYS) or settings.SECOND_FACTOR_KEY_FILE.exists()


def make_key() -> bool:
    """Make the key, unless the settings have one or there is a file with one; True when it was made."""
    return not has_key() and key_files.make(settings.SECOND_FACTOR_KEY_FILE, Fernet.generate_key().decode())


def encrypt(text: str) -> str:
    return _cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Raises Undecipherable."""
    try:
        return _cipher().decrypt(text.encode()).decode()
    except InvalidToken as error:
        raise Undecipherable from error


def rotate() -> tuple[int, int]:
    """Encrypt all secrets with the first key; return how many were, and how many no key can read."""
    done = unreadable = 0
    for pk in list(Authenticator.objects.values_list("pk", flat=True)):
        with transaction.atomic():
            # Locked, since using a recovery code stores the row, too.
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            secrets = [name for name in _SECRETS if row and name in row.data]
            if not row or not secrets:
                continue
            try:
                row.data |= {name: _encrypted_anew(row.data[name]) for name in secrets}
            except Undecipherable:
                unreadable += 1
                continue
            row.save(update_fields=["data"])
            done += 1
    return done, unreadable


def _encrypted_anew(stored: str | list[str]) -> str | list[str]:
    return encrypt(decrypt(stored)) if isinstance(stored, str) else [encrypt(decrypt(one)) for one in stored]


def _cipher() -> MultiFernet:
    try:
        keys = settings.SECOND_FACTOR_KEYS or [settings.SECOND_FACTOR_KEY_FILE.read_text().strip()]
    except FileNotFoundError as error:
        raise ImproperlyConfigured("SECOND_FACTOR_KEY is missing: run bin/run prepare.") from error
    return _made_of(tuple(keys))


@lru_cache(maxsize=4)
def _made_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
