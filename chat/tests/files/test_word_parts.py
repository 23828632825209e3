"""The parts of a .docx: which one is the document, and which may be elsewhere, inside, or programs."""

import io
import struct
import zipfile

import pytest

from chat.tests.files import ole, samples
from chat.tests.files.refusing import answer_to
from chat.tests.files.test_unaccepted import zipped

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
BINARY_WORKBOOK = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"


def linked(kind: str, target: str, mode: str = "External", part: str = "word/document") -> bytes:
    folder, _, name = part.rpartition("/")
    relations = samples.relationships((f"{OFFICE}{kind}", target, mode))
    return samples.docx({f"{folder}/_rels/{name}.xml.rels": relations})


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("attachedTemplate", "https://example.org/evil.dotm"),
        ("attachedTemplate", "file://///server/share/evil.dotm"),
        ("oleObject", "mhtml:https://example.org/x.html"),
        ("frame", "https://example.org/"),
        ("aFChunk", "http://example.org/x.rtf"),
        ("subDocument", "\\\\host\\share\\a.docx"),
        ("mailMergeSource", "file:///\\\\host\\patients.csv"),
        ("unheardOf", "ftp://example.org/"),
        ("image", "\\\\host\\share\\a.png"),
        ("image", "file://host/a.png"),
        ("image", "mhtml:http://example.org!a.png"),
        ("IMAGE", "%5c%5chost/a.png"),
    ],
)
def test_it_refuses_parts_loaded_from_elsewhere(kind, target):
    for mode in ("External", "external", "Internal"):
        assert answer_to(linked(kind, target, mode)) == "file_has_external_parts"


@pytest.mark.parametrize("part", ["header1", "footnotes", "comments", "settings", "webSettings", "glossary/document"])
def test_it_looks_at_the_relations_of_every_part(part):
    data = linked("oleObject", "\\\\host\\a", part=f"word/{part}")
    assert answer_to(data) == "file_has_external_parts"


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("hyperlink", "https://example.org/"),
        ("hyperlink", "\\\\host\\share"),
        ("image", "https://example.org/a.png"),
        ("image", "media/image1.png"),
        ("oleObject", "embeddings/oleObject1.bin"),
        ("oleObject", "file:///C:\\a.xlsx"),
    ],
)
def test_it_accepts_what_is_clicked_or_local_or_a_picture_on_the_web(kind, target):
    assert answer_to(linked(kind, target)) == "docx"


def test_the_old_format_may_have_a_template_on_this_machine_only():
    assert answer_to(ole.doc(template="C:\\Templates\\Courrier.dot")) == "doc"
    assert answer_to(ole.doc(template="\\\\server\\share\\Courrier.dot")) == "file_has_external_parts"


@pytest.mark.parametrize(
    ("name", "flags", "answer"),
    [
        ("\\\\server\\share\\logo.png", 0x0A, "file_has_external_parts"),
        ("\\\\server\\share\\logo.png", 0x00, "doc"),
        ("http://example.org/logo.png", 0x0A, "doc"),
        ("C:\\logo.png", 0x0A, "doc"),
    ],
)
def test_the_old_format_may_link_a_picture_on_the_web_only(name, flags, answer):
    name = name.encode("utf-16-le")
    properties = struct.pack("<HIHIHI", 0x0104 | 0x4000, 1, 0x0105 | 0xC000, len(name), 0x0106, flags) + name
    shape = struct.pack("<HHI", 3 << 4 | 3, 0xF00B, len(properties)) + properties
    assert answer_to(ole.doc(drawing=shape)) == answer


def renamed_main(name: str, target: str) -> bytes:
    """A document whose main part has another name, and the address with which the package refers to it."""
    usual, out = zipfile.ZipFile(io.BytesIO(samples.docx())), io.BytesIO()
    types, root = usual.read("[Content_Types].xml"), usual.read("_rels/.rels")
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", types.replace(b"/word/document.xml", f"/{name}".encode()))
        archive.writestr("_rels/.rels", root.replace(b"word/document.xml", target.encode()))
        archive.writestr(name, usual.read("word/document.xml"))
    return out.getvalue()


@pytest.mark.parametrize("main", ["word/document2.xml", "Word/Document.XML", "other/main.xml"])
def test_the_main_part_is_the_one_that_the_package_names(main):
    for target in (main, f"/{main}", main.lower(), f"./{main}", f"docProps/../{main}"):
        assert answer_to(renamed_main(main, target)) == "docx"


def test_it_refuses_a_package_whose_main_part_is_not_there():
    assert answer_to(renamed_main("word/document2.xml", "word/document.xml")) == "file_type_refused"


def embedded(name: str, content: bytes, content_type: str = "") -> bytes:
    usual = zipfile.ZipFile(io.BytesIO(samples.docx())).read("[Content_Types].xml").decode()
    declared = f'<Default Extension="{name.rpartition(".")[2]}" ContentType="{content_type}"/></Types>'
    parts = {"[Content_Types].xml": usual.replace("</Types>", declared), f"word/embeddings/{name}": content}
    return samples.docx(parts)


def test_an_embedded_workbook_is_no_macro_unless_it_has_some():
    assert answer_to(embedded("a.xlsb", zipped(**{"xl/workbook.bin": b"x"}), BINARY_WORKBOOK)) == "docx"
    assert answer_to(embedded("a.xlsb", zipped(**{"xl/vbaProject.bin": b"x"}), BINARY_WORKBOOK)) == "file_has_macros"
    assert answer_to(embedded("a.xlsx", zipped(**{"xl/workbook.xml": b"<x/>"}))) == "docx"
    macros = samples.docx(main_type="application/vnd.ms-word.document.macroEnabled.main+xml")
    assert answer_to(embedded("a.bin", macros)) == "file_has_macros"
    old = ole.compound({"Workbook": b"x", "_VBA_PROJECT_CUR": {"VBA": {"dir": b"x"}}})
    assert answer_to(embedded("oleObject1.bin", old)) == "file_has_macros"


def test_what_is_not_words_own_xml_is_left_alone():
    svg = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg/>'
    assert answer_to(samples.docx({"word/media/image1.svg": svg})) == "docx"
    assert answer_to(samples.docx({"word/afchunk.htm": b"<!DOCTYPE html><html><p>unclosed"})) == "docx"


def package(label: bytes, content: bytes = b"x") -> bytes:
    """An OLE object of the type Package: a file to be opened by a double click."""
    body = b"\2\0" + label + b"\0C:\\" + label + b"\0\0\0\3\0" + struct.pack("<I", 5) + b"C:\\a\0"
    body += struct.pack("<I", len(content)) + content
    return ole.compound({"\1Ole10Native": struct.pack("<I", len(body)) + body})


def test_an_embedded_file_is_no_program():
    assert answer_to(embedded("oleObject1.bin", package(b"report.pdf", b"%PDF-1.4"))) == "docx"
    assert answer_to(embedded("oleObject1.bin", package(b"report.exe"))) == "file_runs_programs"
    assert answer_to(embedded("oleObject1.bin", package(b"report.pdf", b"MZ\x90\0"))) == "file_runs_programs"
