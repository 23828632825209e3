"""What a .docx imports while it opens: documents, pages, web archives, RTF. What these would run or load is refused."""

import base64

import pytest

from chat.files.rtf import dangers_of_rtf
from chat.files.web_page import dangers_of_page
from chat.tests.files import ole, samples
from chat.tests.files.refusing import answer_to
from chat.tests.files.test_fields import W, field

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
EXTERNAL, PROGRAM, OPEN = "file_has_external_parts", "file_runs_programs", "docx"
LINKED = {"word/_rels/document.xml.rels": samples.relationships((f"{OFFICE}oleObject", "\\\\host\\a", "External"))}
DDE = {"word/header1.xml": f"<w:p {W}>{field('DDE cmd')}</w:p>"}


def importing(content: bytes | str, name: str = "any.dat") -> bytes:
    """A document with a part that only its relation calls imported, by an address seen from the folder of its part."""
    relations = samples.relationships((f"{OFFICE}aFChunk", f"../word/{name}", "Internal"))
    return samples.docx({"word/_rels/document.xml.rels": relations, f"word/{name}": content})


def flat(parts: str) -> str:
    namespace = "http://schemas.microsoft.com/office/2006/xmlPackage"
    return f'<?xml version="1.0"?><pkg:package xmlns:pkg="{namespace}"><pkg:part>{parts}</pkg:part></pkg:package>'


def binary(content: bytes) -> str:
    return flat(f"<pkg:binaryData>{base64.b64encode(content).decode()}</pkg:binaryData>")


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (samples.docx(), OPEN),
        (importing("Bonjour"), OPEN),
        (samples.docx(LINKED), EXTERNAL),
        (samples.docx(DDE), PROGRAM),
        (importing(samples.docx(DDE)), PROGRAM),
        (b"before" + samples.docx(DDE), PROGRAM),
        (importing(importing(b"x")), OPEN),
        (importing(importing(importing(b"x"))), "file_unpacks_too_large"),
        (b'<img src="//host/a">' + samples.docx(), EXTERNAL),
        (samples.docx({"word/vbaProject.bin": b"x"}), "file_has_macros"),
        (samples.docx({"word/noise": b"\0" * 500_000}), "file_unpacks_too_large"),
        (samples.docx()[:-40], "file_broken"),
        (ole.doc(), OPEN),
        (ole.doc(text=b"\x13 DDE cmd\x14"), PROGRAM),
        (ole.doc(template="\\\\host\\a.dot"), EXTERNAL),
        (flat(samples.relationships((f"{OFFICE}image", "media/a.png", "Internal"))[38:]), OPEN),
        (flat(samples.relationships((f"{OFFICE}image", "\\\\host\\a.png", "External"))[38:]), EXTERNAL),
        (flat(f"<w:p {W}>{field('DD', 'E cmd')}</w:p>").encode("utf-16"), PROGRAM),
        (binary(samples.docx(LINKED)), EXTERNAL),
        (binary(b"ActiveMime..."), "file_has_macros"),
        (flat("").replace("2006/xmlPackage", "2006/&#120;mlPackage")[:-1], "file_broken"),
        ('<w:wordDocument><w:attachedTemplate w:val="http://example.org/a.dot"/></w:wordDocument>', EXTERNAL),
    ],
)
def test_what_is_imported_is_judged_like_a_document_of_its_own(content, answer):
    assert answer_to(importing(content)) == answer


def test_a_document_is_also_imported_by_its_type():
    embedded = {"word/a.bin": samples.docx(DDE)}
    assert answer_to(samples.docx(embedded)) == OPEN
    declared = f'<Default Extension="bin" ContentType="{samples.WORD_MAIN}"/>'
    assert answer_to(samples.docx(embedded, declared=declared)) == PROGRAM


RTF = "{\\rtf1 {\\field{\\*\\fldinst %s}{\\fldrslt x}}}"
FIELD = '<span style="mso-element:field-begin"></span><b> %s</b><span style="mso-element:field-separator"></span>'
MAIL = "MIME-Version: 1.0\nContent-Type: multipart/related\n\n--x\nContent-Transfer-Encoding: %s\n\n%s\n--x--"


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        ('<html><img src="http://example.org/a.png"><a href="\\\\host\\a">x</a>', OPEN),
        ('<html><link rel=File-List href="a/list.xml"><base href="."><object classid="clsid:1" id=a></object>', OPEN),
        ('<html><img src="file:///C:/a.png" srcset="a 1x, http://example.org/b 2x"><v:fill o:href="a"/>', OPEN),
        ("<html><p style='background:url(http://example.org/a.png)'><a href='javascript:void(0)'>x</a>", OPEN),
        ('<html><xml><w:AttachedTemplate HRef="Normal.dotm"/></xml>', OPEN),
        ('<html><img src="\\\\host\\share\\a.png">', EXTERNAL),
        ("<html><img src=file://host/a.png>", EXTERNAL),
        ("<html><body background='&#92;&#92;host/a'>", EXTERNAL),
        ('<html><img srcset="a.png 1x,\\\\host\\b.png 2x">', EXTERNAL),
        ('<html><v:imagedata o:href="file://host/a.png"/>', EXTERNAL),
        ('<html><p style="background:url(file://host/a)">', EXTERNAL),
        ('<html><style>p { background: url("\\5c\\5c host/a") }</style>', EXTERNAL),
        ('<html><style>@import "http://example.org/a.css";</style>', EXTERNAL),
        ("<html><p style='mso-header:url(http://example.org/a.htm)'>", EXTERNAL),
        ('<html><link rel=stylesheet href="http://example.org/a.css">', EXTERNAL),
        ('<html><base href="\\\\host\\share\\">', EXTERNAL),
        ('<html><iframe src="https://example.org/">', EXTERNAL),
        ('<html><object data="http://example.org/a">', EXTERNAL),
        ('<html><embed title=">" src="http://example.org/a">', EXTERNAL),
        ('<html><xml><w:AttachedTemplate HRef="http://example.org/a.dot"/></xml>', EXTERNAL),
        ("<html><xml><w:MailMergeConnectString>Data Source=\\\\host\\a.mdb</w:MailMergeConnectString></xml>", EXTERNAL),
        # What one program takes for a link, another one may not.
        ('<html><link title="<a " href="\\\\host\\a.css">', EXTERNAL),
        ('<html><!-- <a x=" --><img alt=a href="\\\\host\\a"><!-- "> -->', EXTERNAL),
        ('<html><meta charset="utf-7">', EXTERNAL),
        (MAIL % ("quoted-printable", '<img s=72c=3D"//host/=\na.png">'), EXTERNAL),
        (MAIL % ("base64", base64.b64encode(b'<html><img src="//host/a.png">').decode()), EXTERNAL),
        (MAIL % ("base64", base64.b64encode(samples.png()).decode()), OPEN),
        (FIELD % "DDEAUTO cmd", PROGRAM),
        (FIELD % (f"<i>{' ' * 4_000}</i>DDE cmd"), PROGRAM),
        (FIELD % "Unheard of", PROGRAM),
        (FIELD % f"IF 1 = 1 {FIELD % 'DDE cmd'}", PROGRAM),
        (FIELD % 'INCLUDETEXT "\\\\\\\\host\\\\a.docx"', EXTERNAL),
        ("<p style='mso-field-code:\" DDEAUTO cmd \"'>", PROGRAM),
        ("<p style='mso-field-code:\" DATE \\\\@ \"'>", OPEN),
        (FIELD % "PAGE   \\* MERGEFORMAT", OPEN),
    ],
)
def test_a_page_runs_nothing_and_loads_only_pictures_from_the_web(page, answer):
    assert answer_to(samples.docx({"word/a.htm": page})) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (RTF % "{\\rtlch\\f1  PAGE   \\\\* MERGEFORMAT }", OPEN),
        (RTF % '{ HYPERLINK "http://example.org/\\\'e9" }{\\*\\datafield 00}', OPEN),
        (RTF % "{ IF {\\field{\\*\\fldinst { MERGEFIELD a }}{\\fldrslt b}} = 1 }", OPEN),
        ("{\\rtf1 caf\\'e9 \\u8364?{\\*\\template C:\\\\a.dot}}", OPEN),
        ("{\\rtf1{\\shp{\\sp{\\sn pibName}{\\sv http://example.org/a.png}}}}", OPEN),
        (RTF % "{ DDE}{AUTO cmd}", PROGRAM),
        (RTF % "{ \\'44\\'44\\'45 cmd}", PROGRAM),
        (RTF % "{ \\u68?\\u68?\\u69? cmd}", PROGRAM),
        (RTF % "{{\\*\\other PAGE }DDE cmd}", PROGRAM),
        (RTF % "{{\\comment PAGE }DDE cmd}", PROGRAM),
        (RTF % "{{\\field{\\*\\fldinst QUOTE 68 68 69}{\\fldrslt x}} cmd}", PROGRAM),
        (RTF % "{ D\\bin1 xDE cmd}", PROGRAM),
        (RTF % '{ INCLUDEPICTURE "\\\'5c\\u92?host\\\\\\\\a.png" }', EXTERNAL),
        ("{\\rtf1{\\object\\objemb{\\*\\objdata 01}}}", PROGRAM),
        ("{\\rtf1{\\object\\objautlink\\objupdate}}", PROGRAM),
        ("{\\rtf1{\\*\\template \\\\\\\\host\\\\a.dot}}", EXTERNAL),
        ("{\\rtf1{\\*\\template \\'68ttp://example.org/a.dot}}", EXTERNAL),
        ("{\\rtf1{\\*\\template {\\*\\x C:}\\\\\\\\host\\\\a.dot}}", EXTERNAL),
        ("{\\rtf1{\\shp{\\sp{\\sn pibName}{\\sv \\\\\\\\host\\\\a.png}}}}", EXTERNAL),
        ("{\\rtf1{\\shp{\\sp{\\sn pi\\'62Name}{\\sv \\\\\\\\host\\\\a.png}}}}", EXTERNAL),
        ("{\\rtf1{\\shp{\\sp{\\sn pi\\u98?Name}{\\sv \\\\\\\\host\\\\a.png}}}}", EXTERNAL),
        ("{\\rtf1{\\shp{\\sp{\\sn pib\nName}{\\sv \\\\\\\\host\\\\a.png}}}}", EXTERNAL),
        ("{\\rtf1{\\shp{\\sp{\\sn {pib}Name}{\\plain\\sv \\\\\\\\host\\\\a.png}}}}", EXTERNAL),
        ("{\\rtf1{\\shp{\\sp{\\sv \\\\\\\\host\\\\a.png}{\\sn\\b pibName}}}}", EXTERNAL),
        ("{\\rtf1{\\*\\template1 \\\\\\\\host\\\\a.dot}}", EXTERNAL),
        ("{\\rtf1{\\mailmerge{\\mmconnectstr Data Source=\\\\\\\\host\\\\a.mdb}}}", EXTERNAL),
    ],
)
def test_rtf_runs_nothing_and_loads_only_pictures_from_the_web(text, answer):
    assert answer_to(samples.docx({"word/a.rtf": f" \n{text}"})) == answer


@pytest.mark.parametrize("name", ["word/document.xml", "word/document.htm"])
def test_the_document_itself_stays_one_whatever_imports_it(name):
    relations = samples.relationships((f"{OFFICE}aFChunk", f"/{name}", "Internal"))
    usual = samples.relationships((f"{OFFICE}officeDocument", name, "Internal"))
    declared = f'<Override PartName="/{name}" ContentType="{samples.WORD_MAIN}"/>'
    main = f"<w:document {W}>{field('DDE cmd')}</w:document>"
    parts = {"_rels/.rels": usual, "word/_rels/document.xml.rels": relations, name: main}
    assert answer_to(samples.docx(parts, declared=declared)) == PROGRAM


def test_parts_that_are_hard_to_read_are_refused_in_a_moment(monkeypatch):
    monkeypatch.setattr("chat.files.rtf._MOST", 100)
    assert dangers_of_page("<a>" * 600_000) is None
    assert dangers_of_page("src=a " * 200_001) is None
    assert dangers_of_page(f"<p {'=' * 20_000}{'mso-' * 20_000}") == set()
    assert dangers_of_rtf(RTF % ("{\\b }" * 20_000))
    assert dangers_of_rtf(RTF % ("{ IF \\fldinst" * 50_000))
    assert dangers_of_rtf(RTF % "PAGE" * 100) == set()
    assert dangers_of_rtf(RTF % "PAGE" * 101)
