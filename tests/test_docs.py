"""docs/api.md lists every code that a client can meet."""

import re
from pathlib import Path

from accounts import errors as accounts_errors  # noqa: F401 - declares its refusals
from chat import errors as chat_errors  # noqa: F401 - declares its refusals
from chatsite.api import _BY_STATUS
from chatsite.errors import Refusal

ROOT = Path(__file__).resolve().parent.parent


def subclasses(cls):
    for child in cls.__subclasses__():
        yield child
        yield from subclasses(child)


def test_every_code_is_documented():
    page = (ROOT / "docs" / "api.md").read_text()
    # Appointments are made on pages: their refusals are shown, not sent.
    codes = {cls.code for cls in subclasses(Refusal) if not cls.__module__.startswith("appointments")}
    codes -= {"bad_frame"}
    codes |= {code for code, _ in _BY_STATUS.values()}
    for folder in ("chat", "chatsite"):
        for source in (ROOT / folder).rglob("*.py"):
            if "tests" not in source.parts:
                codes |= set(re.findall(r'FileRefused\(\s*"(\w+)"', source.read_text()))
    assert "file_encrypted" in codes
    missing = {code for code in codes if f"`{code}`" not in page}
    assert missing == set()
