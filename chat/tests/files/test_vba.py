"""Only a line of code makes a macro; Word leaves empty projects behind."""

import struct

import pytest

from chat.tests.files import ole
from chat.tests.files.refusing import answer_to

EMPTY = b'Attribute VB_Name = "ThisDocument"\r\nAttribute VB_Base = "1Normal.ThisDocument"\r\n'
CODE = EMPTY + b'Sub AutoOpen()\r\nShell "calc"\r\nEnd Sub\r\n'


def compressed(text: bytes) -> bytes:
    """A compressed container of literals only, as [MS-OVBA] allows."""
    out = b"\x01"
    for start in range(0, len(text), 3600):
        part = text[start : start + 3600]
        chunk = b"".join(b"\0" + part[at : at + 8] for at in range(0, len(part), 8))
        out += struct.pack("<H", 0xB000 | len(chunk) - 1) + chunk
    return out


def project(source: bytes, *, lines: int = 0, offset: int | None = None) -> bytes:
    """A document with a project of one module: what Word compiled, then the source."""
    compiled = b"\xaa" * 40 + b"\xfe\xca\x01\0" + struct.pack("<H", lines) + b"\xff" * 20
    offset = len(compiled) if offset is None else offset
    record = struct.Struct("<HI").pack
    directory = record(0x0009, 4) + b"\1\0\0\0\2\0" + record(0x001A, 12) + b"ThisDocument"
    directory += record(0x0031, 4) + struct.pack("<I", offset) + record(0x002B, 0)
    module = compiled + compressed(source)
    return ole.doc(Macros={"VBA": {"dir": compressed(directory), "ThisDocument": module, "_VBA_PROJECT": b"\xcc\x61"}})


def test_a_project_without_a_line_of_code_is_no_macro():
    assert answer_to(project(EMPTY)) == "doc"
    assert answer_to(project(EMPTY + b"Option Explicit\r\n\r\n' a remark\r\n")) == "doc"
    assert answer_to(project(EMPTY, offset=3000)) == "doc", "an offset that is wrong"


@pytest.mark.parametrize(
    "data",
    [
        project(CODE),
        project(EMPTY * 60 + CODE),
        project(CODE, offset=3000),
        project(EMPTY, lines=3),
        ole.doc(Macros={"VBA": {"dir": b"x", "_VBA_PROJECT": b"y"}}),
        ole.doc(ObjectPool={"_1": {"_VBA_PROJECT_CUR": {"VBA": {}}}}),
    ],
    ids=["code", "long", "hidden by its offset", "compiled only", "unreadable", "without a directory"],
)
def test_a_line_of_code_is_one_wherever_it_hides(data):
    assert answer_to(data) == "file_has_macros"
