"""The name a person sees and the names a file is kept under."""

import unicodedata

from chatsite.files.storage import random_name

FOLDER = "chat_files"
# What the address of a file or thumbnail begins with.
URL = f"/assets/{FOLDER}/"
_MAX_LENGTH = 255
# Joiners shape emoji and Persian words; every other format character can make a name read as what it is not.
_JOINERS = {"\u200c", "\u200d"}


def shown_name(given: str | None) -> str:
    """Return the last part of the name as given, in NFC, without control or bidi characters, at most 255 long.

    The result is text, `<` and quotes included, to be escaped wherever it goes.
    """
    visible = "".join(character for character in given or "" if _is_visible(character))
    last = visible.replace("\\", "/").rpartition("/")[2]
    stem, dot, extension = unicodedata.normalize("NFC", last).strip().rpartition(".")
    if not dot:
        stem, extension = extension, ""
    stem = stem.strip(". ") or "file"
    suffix = dot + extension[:20]
    return stem[: _MAX_LENGTH - len(suffix)] + suffix


def _is_visible(character: str) -> bool:
    if character in _JOINERS:
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def file_path(name: str) -> str:
    """Where a file or thumbnail of this name is in the storage."""
    return f"{FOLDER}/{name}"


def new_file_name(extension: str) -> str:
    return random_name("chat-file", extension)


def new_thumbnail_name() -> str:
    return random_name("chat-thumb", "webp")
