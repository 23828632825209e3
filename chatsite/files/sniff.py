"""libmagic: the type of a file by its bytes, whatever its name."""

import functools
import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import magic


@functools.cache
def _magic() -> ModuleType:
    try:
        return importlib.import_module("magic")
    except ImportError:
        # Without a system library: pylibmagic brings one, which is found only after this import.
        importlib.import_module("pylibmagic")
        return importlib.import_module("magic")


@functools.cache
def _detector() -> "magic.Magic":
    return _magic().Magic(mime=True)


def sniff_type(data: bytes) -> str:
    """Return the MIME type that libmagic sees in the bytes; raises ImportError without libmagic."""
    try:
        return _detector().from_buffer(data)
    except _magic().MagicException:
        return "application/octet-stream"
