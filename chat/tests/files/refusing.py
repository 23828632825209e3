"""How a file is refused."""

import pytest

from chat.files.accepted import inspect
from chatsite.files.images import check_image
from chatsite.http.errors import FileRefused


def answer_to(data: bytes, extension: str = "") -> str:
    """The true extension of a file that is accepted, or the code with which it is refused."""
    try:
        return inspect(data, extension).extension
    except FileRefused as refusal:
        return refusal.code


def code_of(data: bytes, extension: str) -> str:
    with pytest.raises(FileRefused) as refused:
        check_image(data, extension)
    assert refused.value.status == 400
    assert refused.value.message
    return refused.value.code
