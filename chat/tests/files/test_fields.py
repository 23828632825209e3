"""Fields of Word documents that run programs or load from the network, in whatever part and form they stand."""

import pytest

from chat.tests.files import ole, samples
from chat.tests.files.refusing import answer_to

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def field(*runs: str, kind: str = "instrText") -> str:
    """A complex field whose instruction is split over these runs; other elements stay as they are."""
    inner = "".join(run if run.startswith("<") else f"<w:r><w:{kind}>{run}</w:{kind}></w:r>" for run in runs)
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{inner}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>shown</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


BOTH = "".join(
    (
        "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>",
        "<mc:Choice Requires='w14'><w:r><w:instrText>%s</w:instrText></w:r></mc:Choice>",
        "<mc:Fallback><w:r><w:instrText>%s</w:instrText></w:r></mc:Fallback></mc:AlternateContent>",
    )
)


def code_of(content: str, part: str = "word/document.xml", encoding: str = "utf-8") -> str:
    xml = f'<?xml version="1.0" encoding="{encoding}"?><w:p {W}>{content}</w:p>'
    return answer_to(samples.docx({part: xml.encode(encoding)}))


@pytest.mark.parametrize(
    "content",
    [
        field(" DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe &quot;/k calc&quot; "),
        field("D", "DE", " cmd /c calc"),
        field("<w:r><w:rPr/><w:instrText>dd</w:instrText></w:r>", "<w:bookmarkStart/>", "eAuTo", " cmd"),
        field("&#68;&#68;&#69; cmd"),
        field("<w:r><w:instrText><![CDATA[DDE cmd]]></w:instrText></w:r>"),
        field("DDE cmd", kind="delInstrText"),
        field("<w:r><w:t>DDE cmd</w:t></w:r>"),
        field(field(" QUOTE 68 68 69 65 85 84 79 "), " cmd /c calc"),
        field("IF 1 = 1 ", field("DDE cmd"), " x"),
        field("\xa0DDEAUTO cmd"),
        field("\u200bD\u200bDE cmd"),
        # The first word is the value of another field, whatever is stored as that.
        field(field(" QUOTE 0x44 0x44 0x45 "), " cmd"),
        field(field(' IF 1 = 1 "DDEAUTO" '), " cmd"),
        field("D", field("QUOTE 68"), "E cmd"),
        field('<w:fldSimple w:instr="DOCPROPERTY a"><w:r><w:t>x</w:t></w:r></w:fldSimple>', " cmd"),
        # Word reads one of the alternatives.
        field(BOTH % ("D", "D"), BOTH % ("DE", "DE"), " cmd"),
        '<w:fldSimple w:instr=" DDEAUTO cmd &quot;a&quot;"/>',
        "<w:fldSimple\n w:instr='&#x44;DE cmd'/>",
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DDE never closed</w:instrText></w:r>',
    ],
)
def test_it_refuses_dde_in_every_form(content):
    assert code_of(content) == "file_runs_programs"


@pytest.mark.parametrize(
    "part", ["header1", "footer2", "footnotes", "endnotes", "comments", "glossary/document", "any.bin"]
)
def test_it_refuses_dde_in_every_part(part):
    assert code_of(field("DDE cmd"), f"word/{part}" if "." in part else f"word/{part}.xml") == "file_runs_programs"


def test_it_refuses_dde_in_utf_16():
    assert code_of(field("DDE cmd"), encoding="utf-16") == "file_runs_programs"


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "unheard-of"])
def test_it_refuses_words_own_xml_in_an_encoding_that_hides_its_elements(encoding):
    xml = f"<?xml version='1.0' encoding='{encoding}'?><w:p {W}>+ADw-w:instrTex+AHQ-</w:p>"
    for data in (xml.encode(), xml.encode("cp037")):
        assert answer_to(samples.docx({"word/document.xml": data})) == "file_broken"


@pytest.mark.parametrize(
    "content",
    [
        field(' TOC \\o "1-3" \\h '),
        field("PAGE"),
        field(' HYPERLINK "http://www.dde.gouv.fr/DDE" '),
        field(' HYPERLINK "\\\\\\\\server\\\\share" '),
        field(' INCLUDEPICTURE "http://example.org/a.png" \\* MERGEFORMAT \\d'),
        field(' INCLUDEPICTURE "C:\\\\a.png" '),
        field(' INCLUDEPICTURE "', field(" MERGEFIELD photo "), '" \\d'),
        field(' INCLUDETEXT "C:\\\\DDE\\\\a.docx" \\c Word '),
        field("IF", field(" MERGEFIELD sexe "), ' = "F" "Madame" "Monsieur" '),
        field("=", field("PAGE"), "+1"),
        field(field(" PAGE \\* MERGEFORMAT ")),
        field("IF 1 = 1 ", BOTH % ("a", "b")),
        "<w:r><w:t>DDE cmd</w:t></w:r>",
        f"{field('PAGE')}<w:r><w:t>DDEAUTO</w:t></w:r>",
    ],
)
def test_it_accepts_honest_fields(content):
    assert code_of(content) == "docx"


@pytest.mark.parametrize(
    "content",
    [
        field(' INCLUDEPICTURE "\\\\\\\\host\\\\share\\\\a.png" \\d '),
        field(' INCLUDETEXT "http://example.org/a.docx" '),
        field(" LINK Excel.Sheet.12 \\\\\\\\host\\\\a.xlsx R1C1 "),
        '<w:fldSimple w:instr="INCLUDEPICTURE file://host/a.png"/>',
        field(' INCLUDEPICTURE "\\\\host\\a.png" '),
        field(" INCLUDETEXT “http://example.org/a.docx” "),
        field(" INCLUDE \\\\\\\\host\\\\a.docx "),
        field(' DATABASE \\c "DSN=patients" \\s "SELECT 1" '),
        field(' INCLUDETEXT "', field(" QUOTE 92 0x5c "), 'host\\a" '),
        field(" LINK ", "\\a " * 60, "x"),
    ],
)
def test_it_refuses_fields_that_load_from_the_network(content):
    assert code_of(content) == "file_has_external_parts"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (b"\x13 DDEAUTO c:\\\\cmd.exe \x14x\x15", "file_runs_programs"),
        ('\x13 dde "cmd" \x14x\x15'.encode("utf-16-le"), "file_runs_programs"),
        (b" " + "\x13dde\x14x\x15".encode("utf-16-le"), "file_runs_programs"),
        (b"\x13\xa0DDEAUTO cmd\x14x\x15", "file_runs_programs"),
        (b"\x13 INCLUDETEXT http://example.org/a.doc \x15", "file_has_external_parts"),
        (b"\x13 PAGE \x14DDE \x15", "doc"),
    ],
)
def test_it_refuses_fields_in_the_old_format_wherever_their_text_is(text, answer):
    assert answer_to(ole.doc(text=text)) == answer


@pytest.mark.parametrize(
    ("pieces", "answer"),
    [
        ([b"\x13D", "DE", b"AUTO cmd", "\x14x\x15"], "file_runs_programs"),
        ([b"\x13\x13 QUOTE 68 68 69 \x14x\x15 cmd\x14x\x15"], "file_runs_programs"),
        ([b"\x13 IF 1 = 1 \x13 DDE\x14x\x15\x15"], "file_runs_programs"),
        (["\x13 IN", b'CLUDEPICTURE "\\\\\\\\host\\\\a.png" \\d\x14\1\x15'], "file_has_external_parts"),
        (["\x13 LINK Excel.Sheet.8 \\", "\\host\\a.xls\x14x\x15"], "file_has_external_parts"),
        ([b'\x13 INCLUDEPICTURE "http://example.org/a.png" \x14\1\x15'], "doc"),
        (["\x13 IF \x13 MERGEFIELD a \x14b\x15 = 1 ", b"\x14x\x15 \x13 PAGE \x14", "1\x15"], "doc"),
        ([b'\x13 HYPERLINK "\\\\\\\\host\\\\a" \x14DDE\x15'], "doc"),
    ],
)
def test_it_puts_the_text_of_the_old_format_together(pieces, answer):
    assert answer_to(ole.doc(pieces=pieces)) == answer


def test_it_reads_nested_fields_before_word_97_too():
    text = b"\x13\x13 QUOTE 68 68 69 \x14x\x15 cmd\x14x\x15"
    assert answer_to(ole.doc(text=text, version=0x0065)) == "file_runs_programs"
