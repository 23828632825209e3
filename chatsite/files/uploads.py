"""The first checks of every uploaded file, and how its extension is written."""

import math
from collections.abc import Iterable
from typing import Any

from django.core.files import File
from django.utils.translation import gettext_noop as _

from chatsite.http.errors import FileRefused
from chatsite.http.sentences import Sentence, sentence

_MEBIBYTE = 1024 * 1024


def read_upload(upload: "File[Any]", *, max_bytes: int) -> bytes:
    """Return the bytes of an uploaded file, or raise FileRefused: `file_too_large`, `file_empty`.

    The bytes that are read count. The declared size only serves to refuse a file early.
    """
    declared = getattr(upload, "size", None) or 0
    if declared > max_bytes:
        raise too_large(declared, max_bytes)
    upload.seek(0)
    data = upload.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise too_large(len(data), max_bytes)
    if not data:
        raise FileRefused("file_empty", _("The file is empty. Check it on your device and choose it again."))
    return data


def extension_of(file_name: str) -> str:
    """Return what follows the last dot, in lower case, without the dot; "" if there is none."""
    _, dot, extension = file_name.rpartition(".")
    return extension.lower() if dot else ""


def in_words(extensions: Iterable[str]) -> Sentence:
    """ ".pdf, .doc or .docx": how sentences list extensions."""
    *first, last = (f".{extension}" for extension in extensions)
    return sentence(_("{others} or {last}"), others=", ".join(first), last=last)


def too_large(size: int, limit: int) -> FileRefused:
    # Rounded up, so that one byte too many does not read "10.0 MB; the limit is 10 MB".
    megabytes = math.ceil(size / _MEBIBYTE * 10) / 10
    return FileRefused(
        "file_too_large",
        sentence(
            _("The file has {megabytes} MB; the limit is {max_megabytes} MB. Make it smaller and send it again."),
            megabytes=f"{megabytes:.1f}",
            max_megabytes=f"{limit / _MEBIBYTE:g}",
        ),
    )
