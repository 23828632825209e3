"""Files of types that are not accepted: each refusal says what was recognised, and what to send instead."""

import io
import random
import struct
import zipfile

import pytest

from chat.files.accepted import inspect
from chat.tests.files import ole, samples
from chat.tests.files.refusing import answer_to
from chatsite.http.errors import FileRefused


def heif(brand: bytes, compatible: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0" + compatible + b"miaf" + b"\0" * 100


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(main_type: str) -> bytes:
    return samples.docx(main_type=f"application/vnd.openxmlformats-officedocument.{main_type}.main+xml")


BITMAP = b"BM" + struct.pack("<IHHI", 1000, 0, 0, 54) + struct.pack("<IiiHHI", 40, 9, 9, 1, 24, 0) + b"\0" * 900


WORD_2003 = b'<?xml version="1.0"?>\n<?mso-application progid="%s"?>\n<a/>'
FLAT_ODF = (
    b'<?xml version="1.0"?>\n<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    b' office:mimetype="application/vnd.oasis.opendocument.%s"/>'
)
XPS = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + b"\0" * 9_000
AUDIO = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")
VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")


def refusal_of(data: bytes, extension: str) -> FileRefused:
    with pytest.raises(FileRefused) as refusal:
        inspect(data, extension)
    return refusal.value


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (heif(b"mif1", b"avif"), "picture of the type "),
        (heif(b"avif", b"mif1"), "picture of the type AVIF,"),
        (b"\0" * 128 + b"DICM\2\0\0\0UL\4\0", "DICOM file of a medical device, which is not accepted. Ask for a PDF"),
        (b"\x08\0\x05\0CS\x0a\0ISO_IR 100" + b"\0" * 200, "DICOM file"),
        (b"\x02\0\0\0UL\4\0\xc0\0\0\0" + b"\0" * 200, "DICOM file"),
        (b"\x08\0\0\0\4\0\0\0\x80\0\0\0" + b"\0" * 200, "DICOM file"),
        (b"II*\0\x08\0\0\0".ljust(128, b"\0") + b"DICM\2\0\0\0UL\4\0", "DICOM file"),
        (ASF + AUDIO + b"\0" * 50, "sound recording"),
        (ASF + AUDIO + VIDEO + b"\0" * 50, "video"),
        (b"#!AMR\n" + b"\x3c" * 100, "sound recording"),
        (b"OggS\0\2" + b"\0" * 22 + b"\x01\x13OpusHead" + b"\1" * 50, "sound recording"),
        (b"OggS\0\2" + b"\0" * 22 + b"\x01\x1e\x01vorbis" + b"\1" * 50, "sound recording"),
        (b"OggS\0\2" + b"\0" * 22 + b"\x01\x2a\x80theora" + b"\1" * 50, "video"),
        (b"ID3\3\0\0\0\0\0\0" + b"\xff\xfb\x90\0" * 50, "sound recording"),
        (b"\0\0\0\x18ftyp3gp4\0\0\0\0" + b"\0" * 50 + b"hdlr\0\0\0\0\0\0\0\0soun", "sound recording"),
        (b"\x1aE\xdf\xa3" + b"\0" * 50 + b"webm" + b"\0" * 50 + b"\x86\x86A_OPUS", "sound recording"),
        (b"\x1aE\xdf\xa3" + b"\0" * 50 + b"webm" + b"\0" * 50 + b"V_VP8", "video"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 50, "video"),
        (b"{\\rtf1 hello}", "RTF document, which is not accepted. Save it as a PDF"),
        (b" \r\n {\\rtf1 hello}", "RTF document"),
        (b"\xef\xbb\xbf{\\rtf1 hello}", "RTF document"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\nTo: x\r\n--x", "web page (HTML)"),
        (b"From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\n", "web page (HTML)"),
        (b"From: a@b\nTo: c@d\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\n", "saved e-mail"),
        (WORD_2003 % b"Word.Document", "Word document saved as XML, which is not accepted. Save it as a PDF"),
        (b"<w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'/>", "saved as XML"),
        (WORD_2003 % b"Excel.Sheet", "spreadsheet"),
        (b"<!doctype html><html><script>alert(1)</script></html>", "web page (HTML)"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "picture of the type SVG,"),
        (BITMAP, "picture of the type BMP,"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "OpenDocument"),
        (zipped(**{"Index/Document.iwa": b"x"}), "Pages, Numbers or Keynote"),
        (zipped(**{"Index.zip": zipped(a=b"x"), "preview.jpg": b"x"}), "Pages, Numbers or Keynote"),
        (office("spreadsheetml.sheet"), "spreadsheet"),
        (office("presentationml.presentation"), "presentation"),
        (ole.compound({"Workbook": b"x"}), "spreadsheet"),
        (ole.compound({"__properties_version1.0": b"x"}), "saved e-mail"),
        (b"Bonjour docteur,\n", "plain text file"),
        (zipped(photo=b"x"), "an archive, which is not accepted. Unpack it"),
        (zipped(**{str(number): b"" for number in range(1_200)}), "an archive, which is not accepted. Unpack it"),
        (b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 50, "an archive"),
        (b"\xfd7zXZ\0\0\4" + b"\0" * 50, "an archive"),
        (b"\x28\xb5\x2f\xfd\4\0\1\0\0" + b"\0" * 50, "an archive"),
        (b"MSCF\0\0\0\0" + b"\0" * 50, "an archive"),
        (b"\x20\x00-lh5-" + b"\0" * 50, "an archive"),
        (b"\0" * 32_769 + b"CD001\1" + b"\0" * 2_000, "copy of a whole disc"),
        (zipped(**{"[Content_Types].xml": XPS, "FixedDocSeq.fdseq": b"<x/>"}), "document of the type XPS,"),
        (zipped(mimetype=b"application/epub+zip"), "document of the type EPUB,"),
        (office("../vnd.ms-visio.drawing"), "document of the type Visio,"),
        (ole.compound({"VisioDocument": b"x"}), "document of the type Visio,"),
        (ole.compound({"Quill": {"QuillSub": {"CONTENTS": b"x"}}}), "document of the type Publisher,"),
        (bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + b"\0" * 90, "document of the type OneNote,"),
        (b"\xdb\xa5-\0" + b"\0" * 90, "document of the type Word 2,"),
        (b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>', "document of the type CDA,"),
        (b'<?xml version="1.0"?><releve><ligne/></releve>', "file of the type XML,"),
        (b"bplist00\xd1\1\2" + b"\0" * 50, "file of the type PLIST,"),
        (b"bplist00\xd1\1\2_\x10\x0fWebMainResource" + b"\0" * 50, "web page (HTML)"),
        (FLAT_ODF % b"text", "OpenDocument"),
        (b"<p>Bonjour docteur,</p>", "web page (HTML)"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'/>", "web page (HTML)"),
        (b"SQLite format 3\0" + b"\0" * 90, "file of the type SQLite,"),
        (b"\r\n<!-- saved --><TABLE border=1><tr><td>Glyc\xe9mie</td></tr></TABLE>", "web page (HTML)"),
        ("<div>Bonjour</div>".encode("utf-16"), "web page (HTML)"),
        (b"8BPS\0\1" + b"\0" * 50, "picture of the type PSD,"),
        (b"\1\0\0\0" + b"\0" * 36 + b" EMF" + b"\0" * 50, "picture of the type EMF,"),
        (b"\xd7\xcd\xc6\x9a\0\0" + b"\0" * 50, "picture of the type WMF,"),
        (b"II*\0\x10\0\0\0CR\2\0" + b"\0" * 50, "picture of the type CR2,"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + b"\0" * 50, "picture of the type CR3,"),
        (b"\xff\x0a" + b"\x7f" * 50, "picture of the type JPEG XL,"),
        (b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0" * 50, "picture of the type JPEG XL,"),
        (b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 50, "picture of the type JPEG 2000,"),
        (b"\0\0\0\x08wide\0\0\1\0mdat" + b"\0" * 50, "video"),
        (b"\0\0\1\0moov" + b"\0" * 50 + b"soun" + b"\0" * 50 + b"vide", "video"),
        (b"\0\0\1\0moov" + b"\0" * 50 + b"soun", "sound recording"),
    ],
)
def test_a_refusal_says_what_was_recognised(data, words):
    for extension in ("", "doc", "jpg", "bin"):
        refusal = refusal_of(data, extension)
        assert refusal.code == "file_type_refused"
        assert words in refusal.message


def test_the_name_tells_a_document_of_apple_from_an_archive():
    assert "Pages, Numbers or Keynote" in refusal_of(zipped(a=b"x"), "pages").message
    assert "plain text file" in refusal_of(b"Bonjour docteur,\n", "key").message


def test_the_name_tells_the_pictures_of_cameras_apart():
    tiff = b"II*\0\x08\0\0\0\0\0" + b"\0" * 50
    for extension, name in (("nef", "NEF"), ("dng", "DNG"), ("tif", "TIFF"), ("exe", "TIFF")):
        assert f"picture of the type {name}," in refusal_of(tiff, extension).message


def test_noise_is_nothing():
    for seed in range(300):
        message = refusal_of(random.Random(seed).randbytes(2_000), "").message
        assert message.startswith("The content of this file is of no type that is accepted."), seed


@pytest.mark.parametrize("data", [b"MZ\x90\0" + b"\0" * 200, b"#!/bin/sh\nrm -rf /\n", b"\1\2\3\4" * 50])
def test_it_names_the_accepted_types_where_nothing_better_can_be_said(data, monkeypatch):
    monkeypatch.setattr("chatsite.files.images.READS_HEIC", False)
    instead = "Send a picture (.jpeg, .jpg, .png, .gif or .webp) or a document (.pdf, .doc or .docx)."
    assert refusal_of(data, "exe").message == f"Files of the type .exe are not accepted. {instead}"
    for extension in ("", "pdf", "docx", "jpg"):
        message = refusal_of(data, extension).message
        assert message == f"The content of this file is of no type that is accepted. {instead}"


def test_it_knows_one_accepted_type_under_the_name_of_another():
    real = {"jpg": samples.jpeg(), "png": samples.png(), "pdf": samples.pdf(), "docx": samples.docx(), "doc": ole.doc()}
    for kind, data in real.items():
        for other in (*real, "exe", "jfif", ""):
            assert answer_to(data, other) == kind
