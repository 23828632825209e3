"""libmagic: what the bytes look like, whatever the file is called."""

import functools
import importlib


@functools.cache
def _magic():
    try:
        return importlib.import_module("magic")
    except ImportError:
        # No system library: pylibmagic brings one, and has to be imported first for it to be found.
        importlib.import_module("pylibmagic")
        return importlib.import_module("magic")


@functools.cache
def _detector():
    return _magic().Magic(mime=True)


def sniff_type(data: bytes) -> str:
    """Return the MIME type that libmagic sees in the bytes; raises ImportError where there is no libmagic."""
    try:
        return _detector().from_buffer(data)
    except _magic().MagicException:
        return "application/octet-stream"
