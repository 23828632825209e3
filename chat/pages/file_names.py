"""The name of a file on the little room of a row."""

import re

from chatsite.clusters import place_after

# The end of a long name: at most this many characters, from the beginning of a word where enough of them remain.
_LONG_NAME, _ENDING = 20, 16
_WORD = re.compile(r"(?<=[\s_-])[^\s_-]")


def extension(file_name: str) -> str:
    """ "PDF": the label of a document."""
    return file_name.rpartition(".")[2].upper()[:4]


def in_parts(file_name: str) -> tuple[str, str]:
    """The beginning of a long name, which may be cut, and its end, which is not; ("", name) of a short one."""
    if len(file_name) <= _LONG_NAME:
        return "", file_name
    at = len(file_name) - _ENDING
    word = _WORD.search(file_name, at)
    if word and word.start() <= at + _ENDING // 2:
        at = word.start()
    at = place_after(file_name, at)
    return file_name[:at], file_name[at:]
