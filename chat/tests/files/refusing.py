"""How a file is refused, and how a picture is judged without a child process."""

import pytest

from chat.files.accepted import inspect
from chatsite.files.images.judging import Judged, judge, measure
from chatsite.files.images.limits import broken, check_limits
from chatsite.http.errors import FileRefused

MAX_BYTES = 10 * 1024 * 1024


def answer_to(data: bytes, extension: str = "") -> str:
    """The true extension of a file that is accepted, or the code with which it is refused."""
    try:
        return inspect(data, extension).extension
    except FileRefused as refusal:
        return refusal.code


def judged(data: bytes, extension: str, side: int = 640) -> Judged:
    """What a child process finds, within the limits that the server checks."""
    measured = measure(data, extension)
    if measured is None:
        raise broken()
    check_limits(width=measured.width, height=measured.height, frames=measured.frames, passes=measured.passes)
    found = judge(data, extension, side=side, max_bytes=MAX_BYTES)
    if found is None:
        raise broken()
    return found


def code_of(data: bytes, extension: str) -> str:
    with pytest.raises(FileRefused) as refused:
        judged(data, extension)
    assert refused.value.status == 400
    assert refused.value.message
    return refused.value.code
