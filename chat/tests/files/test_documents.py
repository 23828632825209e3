"""Documents: real ones of every type are accepted, and those that could harm a reader are refused."""

import io
import os
import struct
import zipfile

import pytest

from chat.files.accepted import EXTENSIONS, inspect
from chat.tests.files import ole, samples
from chatsite.files.sniff import sniff_type
from chatsite.http.errors import FileRefused

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
ENCRYPTED = ole.compound({"EncryptedPackage": b"\1" * 5000, "EncryptionInfo": b"\2" * 100})


def refused(data: bytes, extension: str) -> FileRefused:
    with pytest.raises(FileRefused) as refusal:
        inspect(data, extension)
    assert refusal.value.status == 400
    return refusal.value


@pytest.mark.parametrize(
    ("extension", "data", "file_type"),
    [
        ("pdf", samples.pdf(), "application/pdf"),
        ("docx", samples.docx(), DOCX),
        ("docx", samples.docx(compression=zipfile.ZIP_STORED), DOCX),
        ("doc", ole.doc(), "application/msword"),
        ("doc", ole.doc(ObjectPool={"_1": {"CompObj": b"x"}}), "application/msword"),
    ],
)
def test_it_accepts_real_documents_unchanged(extension, data, file_type):
    inspected = inspect(data, extension)
    assert (inspected.file_type, inspected.data, inspected.thumbnail) == (file_type, data, None)


def test_it_accepts_a_docx_whose_parts_come_in_any_order():
    usual, out = zipfile.ZipFile(io.BytesIO(samples.docx())), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("_rels/.rels", "[Content_Types].xml", "word/document.xml"):
            archive.writestr(name, usual.read(name))
    assert sniff_type(out.getvalue()) != DOCX
    assert inspect(out.getvalue(), "docx").file_type == DOCX


def test_it_accepts_exactly_the_documented_types():
    assert set(EXTENSIONS) == {"jpeg", "jpg", "png", "gif", "webp", "heic", "heif", "pdf", "doc", "docx"}


@pytest.mark.parametrize(
    "data",
    [
        samples.docx(main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        samples.docx({"word/vbaProject.bin": b"\xd0\xcf"}),
        samples.docx({"word/VBAPROJECT.BIN": b"\xd0\xcf"}),
        samples.docx({"word/_rels/a.rels": samples.relationships((f"{OFFICE}vbaProject", "a.bin", "Internal"))}),
    ],
)
def test_it_refuses_a_docx_with_macros(data):
    refusal = refused(data, "docx")
    assert refusal.code == "file_has_macros"
    assert "PDF" in refusal.message


@pytest.mark.parametrize(
    ("extension", "data"),
    [("docx", ENCRYPTED), ("doc", ENCRYPTED), ("doc", ole.doc(flags=0x0100))],
)
def test_it_refuses_encrypted_office_files(extension, data):
    refusal = refused(data, extension)
    assert refusal.code == "file_encrypted"
    assert "password" in refusal.message


def test_it_refuses_an_encrypted_zip():
    data = bytearray(samples.docx())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(signature)
        data[start + flags] |= 1
    assert refused(bytes(data), "docx").code == "file_encrypted"


@pytest.mark.parametrize(
    "parts",
    [
        {"word/media/zeros.bin": b"\0" * 2_000_000},
        {"word/media/zeros.bin": b"\0" * 104_857_601, "word/media/noise.bin": os.urandom(1_200_000)},
        {f"word/{number}.xml": b"" for number in range(1001)},
    ],
    ids=["ratio", "size", "entries"],
)
def test_it_refuses_zip_bombs(parts):
    assert refused(samples.docx(parts), "docx").code == "file_unpacks_too_large"


def test_it_counts_the_parts_before_it_reads_the_directory(monkeypatch):
    bomb = samples.docx({f"word/{number}.xml": b"" for number in range(1001)})
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("read"))
    assert refused(bomb, "docx").code == "file_unpacks_too_large"


def test_it_refuses_a_zip_that_lies_about_its_sizes():
    data = bytearray(samples.docx({"word/media/zeros.bin": b"\0" * 500_000, "word/noise": os.urandom(20_000)}))
    assert inspect(bytes(data), "docx")
    name = data.rindex(b"word/media/zeros.bin")
    data[name - 46 + 24 : name - 46 + 28] = struct.pack("<I", 10)
    assert refused(bytes(data), "docx").code == "file_broken"


def test_it_refuses_entities_that_multiply():
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>'
    assert refused(samples.docx({"word/_rels/x.rels": laughs}), "docx").code == "file_broken"


@pytest.mark.parametrize("missing", ["[Content_Types].xml", "_rels/.rels"])
def test_it_refuses_a_zip_that_is_no_word_document(missing):
    data = samples.docx().replace(missing.encode(), b"x" * len(missing))
    assert refused(data, "docx").code in {"file_type_refused", "file_broken"}


def test_it_refuses_broken_containers():
    assert refused(samples.docx()[:-30], "docx").code == "file_broken"
    data = bytearray(samples.docx({"word/noise": os.urandom(5000)}))
    data[data.index(b"word/noise") + 500] ^= 0xFF
    assert refused(bytes(data), "docx").code == "file_broken"
    assert refused(ole.doc()[:700], "doc").code in {"file_broken", "file_type_refused"}
    assert refused(ole.compound({"Workbook": b"x"}), "doc").code == "file_type_refused"


@pytest.mark.parametrize("offset", [44, 64, 72])
def test_it_refuses_ole_tables_larger_than_their_file(offset):
    data = bytearray(ole.doc())
    assert inspect(bytes(data), "doc")
    data[offset : offset + 4] = struct.pack("<I", 0x7FFFFFFF)
    assert refused(bytes(data), "doc").code == "file_broken"
