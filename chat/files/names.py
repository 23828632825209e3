"""The name that people see, and the names under which a file is stored."""

import unicodedata

from chatsite.files.storage import random_name

FOLDER = "chat_files"
# The beginning of the address of a file or thumbnail.
URL = f"/assets/{FOLDER}/"
_MAX_LENGTH = 255
# Joiners shape emoji and Persian words; every other format character can disguise a name.
_JOINERS = {"\u200c", "\u200d"}


def shown_name(given: str | None) -> str:
    """Return the last part of the name as given, in NFC, without control or bidi characters, at most 255 long.

    The result is plain text and may contain `<` and quotes: escape it wherever it is used.
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
    """The path of a file or thumbnail in the storage."""
    return f"{FOLDER}/{name}"


def new_file_name(extension: str) -> str:
    return random_name("chat-file", extension)


def new_thumbnail_name() -> str:
    return random_name("chat-thumb", "webp")
