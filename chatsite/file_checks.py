"""System checks of files: whether the store keeps them, their type can be told, and keys can be read."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.files.storage import storages

from chatsite import key_files
from chatsite.files.bucket_failures import INSTALL, half_account, meaning_of
from chatsite.files.sniff import sniff_type


@register(Tags.files)
def check_assets(**kwargs: object) -> list[CheckMessage]:
    if settings.ASSETS_SERVED_BY not in ("django", "accel"):
        message = f"ASSETS_SERVED_BY is {settings.ASSETS_SERVED_BY!r}, which sends no files."
        return [Error(message, hint="Write django, or accel behind nginx.", id="chatsite.E012")]
    return _bucket_problems() if settings.S3_BUCKET else _folder_problems()


@register(Tags.files)
def check_account_of_bucket(**kwargs: object) -> list[CheckMessage]:
    found = half_account()
    return [Error(found.sentence, hint=found.remedy, id="chatsite.E044")] if found else []


def _bucket_problems() -> list[CheckMessage]:
    try:
        # Signs an address, as for every file: it reads the settings and the credentials, and sends no request.
        storages["default"].url("chat_files/name")
    # The library of the store has families of exceptions of its own.
    except Exception as error:
        hint = str(meaning_of(error) or f"{INSTALL} ({type(error).__name__})")
        return [Error("S3_BUCKET is set, but no file could be kept there.", hint=hint, id="chatsite.E013")]
    return []


def _folder_problems() -> list[CheckMessage]:
    root = Path(settings.ASSETS_ROOT)
    problems: list[CheckMessage] = []
    for folder in [root, root / "chat_files", root / "profiles"]:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            hint = f"Let the account that runs the chat write there, or set ASSETS_ROOT. ({error.strerror})"
            problems.append(Error(f"Files cannot be stored in {folder}.", hint=hint, id="chatsite.E005"))
    return problems


@register(Tags.files)
def check_libmagic(**kwargs: object) -> list[CheckMessage]:
    try:
        sniff_type(b"%PDF-1.7")
    except ImportError:
        hint = "Install the system's libmagic (Debian: libmagic1) or the package pylibmagic."
        return [Error("libmagic is missing: no file could be accepted.", hint=hint, id="chatsite.E006")]
    return []


@register(Tags.files)
def check_keys(**kwargs: object) -> list[CheckMessage]:
    """Otherwise the first to notice were somebody whose second factor is asked for."""
    problems = [
        None
        if settings.SECOND_FACTOR_KEYS
        else key_files.problem(settings.SECOND_FACTOR_KEY_FILE, key_files.is_encryption_key),
        None if settings.PUSH_KEY else key_files.problem(settings.PUSH_KEY_FILE, key_files.is_push_key),
    ]
    return [Error(found[0], hint=found[1], id="chatsite.E041") for found in problems if found]
