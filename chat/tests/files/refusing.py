"""How an image is refused."""

import pytest

from chatsite.files.images import check_image
from chatsite.http.errors import FileRefused


def code_of(data: bytes, extension: str) -> str:
    with pytest.raises(FileRefused) as refused:
        check_image(data, extension)
    assert refused.value.status == 400
    assert refused.value.message
    return refused.value.code
