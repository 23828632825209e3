"""Addresses that stand in the XML of a Word document, or beside the text of an old one, instead of in relations."""

import struct

import pytest

from chat.tests.files import ole, samples
from chat.tests.files.refusing import answer_to
from chat.tests.files.test_fields import W
from chat.tests.files.test_imported import OFFICE, flat, importing

VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
EXTERNAL = "file_has_external_parts"
ODBC = "Provider=Microsoft.ACE.OLEDB.12.0;User ID=Admin;Data Source=C:\\a b\\l.xlsx;Mode=Read;Extended Properties="
NAMESPACES = f'{W} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'


def written(content: str) -> str:
    return f'<?xml version="1.0"?><w:any {NAMESPACES}>{content}</w:any>'


HARMLESS = [
    '<v:imagedata xmlns:r="http://example.org/r" r:id="rId5" r:href="rId6" o:title="\\\\host\\a.png"/>',
    '<v:imagedata src="https://example.org/a.png" o:href="file:///C:/a.png"/>',
    '<v:imagedata src="wordml://03000001.png"/><v:fill src="data:image/png;base64,//host/"/>',
    '<v:shape href="\\\\host\\share" o:spid="a"/><w:docVar w:name="a" w:val="\\\\host\\a"/>',
    '<w:attachedTemplate xmlns:r="http://example.org/r" r:id="rId1"/><w:attachedTemplate w:val="C:\\a.dot"/>',
    '<w:attachedSchema w:val="http://example.org/schema"/>',
    f'<w:connectString w:val="{ODBC}&quot;HDR=YES;IMEX=1;&quot;;Jet OLEDB:Registry Path=&quot;&quot;;Jet OLEDB:Eng"/>',
    '<w:connectString w:val="DSN=Excel Files;DBQ=C:\\a.xls;DriverId=1046;MaxBufferSize=2048"/>',
    '<w:udl w:val="Provider=SQLOLEDB;Data Source=(local);Server=.\\SQLEXPRESS;Integrated Security=SSPI"/>',
    "<w:query w:val=\"SELECT * FROM `Feuil1$` WHERE (a = 12:30) AND name LIKE '%a'\"/>",
    '<x:reference id="wa1" version="1.0" store="fr-FR" storeType="OMEX"/>',
    '<s:schema s:uri="http://example.org" s:manifestLocation="http://example.org/a.xml"/>',
    "<x:xsnLocation></x:xsnLocation>",
    '<w:udl w:val="Provider=MSDASQL.1;Data Source=MS Access Database;Persist Security Info=False"/>',
    '<x:ocxPr x:name="Caption" x:value="Nom: voir \\\\host"/>',
]
HARMFUL = [
    '<v:imagedata src="\\\\host\\a.png"/>',
    '<v:imagedata r:id="rId5" o:href="file://host/a.png"/>',
    "<v:fill\n type='frame' src='&#92;&#92;host\\a.png'/>",
    '<v:stroke o:althref="//host/a.png"/>',
    '<image src="\\\\host\\a.png"/>',
    '<w:attachedTemplate w:val="http://example.org/a.dot"/>',
    '<w:dataSource w:val="\\\\host\\patients.mdb"/>',
    '<w:headerSource w:val="file:///\\\\host\\a.doc"/>',
    '<w:src w:val="https://example.org/a.odc"/>',
    '<w:sourceFileName w:val="http://example.org/"/>',
    '<w:subDoc w:link="\\\\host\\a.doc"/>',
    '<w:connectString w:val="Provider=Microsoft.ACE.OLEDB.12.0;Data Source=\\\\host\\a b\\liste.xlsx;Mode=Read"/>',
    '<w:connectString w:val="DSN=a;DBQ=&quot;\\\\host\\a.mdb&quot;"/>',
    '<w:connectString w:val="Driver={SQL Server};Server=host;Trusted_Connection=yes"/>',
    '<w:udl w:val="Provider=SQLOLEDB.1;Integrated Security=SSPI;Data Source=HOST\\INSTANCE"/>',
    '<w:udl w:val="Provider=SQLOLEDB;Data Source = tcp:host,1433"/>',
    f'<w:connectString w:val="{"a" * 40_000}"/>',
    '<w:query w:val="SELECT * FROM `\\\\host\\share\\a`.`b`"/>',
    '<w:query w:val="SELECT * FROM [ODBC;Driver={SQL Server};Server=host].[b]"/>',
    '<x:reference id="a" store="\\\\host\\share" storeType="FileSystem"/>',
    '<s:schema s:manifestLocation="\\\\host\\a.xml"/>',
    '<x:ocxPr x:name="URL" x:value=" \\\\host\\a.wmv"/>',
    '<x:ocxPr x:name="Movie" x:value="http://example.org/a.swf"/>',
    "<x:xsnLocation>\\\\ho<!-- -->st\\a.xsn</x:xsnLocation>",
]


@pytest.mark.parametrize(
    ("content", "answer"), [(one, "docx") for one in HARMLESS] + [(one, EXTERNAL) for one in HARMFUL]
)
def test_what_an_element_loads_is_judged_as_a_relation_is(content, answer):
    xml = written(content)
    for part in ("word/settings.xml", "word/media/a.vml"):
        assert answer_to(samples.docx({part: xml})) == answer
    assert answer_to(samples.docx({"word/header1.xml": xml.encode("utf-16")})) == answer
    assert answer_to(importing(samples.docx({"word/settings.xml": xml}))) == answer
    in_flat = flat(xml.removeprefix('<?xml version="1.0"?>'))
    assert answer_to(importing(in_flat.encode("utf-16"))) == answer


def test_shapes_are_read_in_every_encoding_or_refused():
    declared = f'<Default Extension="vml" ContentType="{VML}"/>'
    for encoding, answer in (("utf-8", "docx"), ("utf-16", "docx"), ("cp037", "file_broken"), ("utf-7", "file_broken")):
        content = f'<?xml version="1.0" encoding="{encoding}"?><xml {NAMESPACES}><v:fill src="a.png"/></xml>'
        parts = {"word/a.vml": content.encode(encoding)}
        assert answer_to(samples.docx(parts, declared=declared)) == answer, encoding


def test_a_relation_has_no_base_elsewhere():
    for base, answer in (("/word/", "docx"), ("\\\\host\\share\\", EXTERNAL), ("http://example.org/", EXTERNAL)):
        relations = samples.relationships((f"{OFFICE}image", "a.png", "External"))
        for element in ("<Relationships ", "<Relationship "):
            based = relations.replace(element, f'{element}xml:base="{base}" ')
            assert answer_to(samples.docx({"word/_rels/document.xml.rels": based})) == answer


def test_a_drawing_may_have_whatever_other_programs_write():
    svg = '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"><image href="a.png"/></svg>'
    declared = '<Default Extension="svg" ContentType="image/svg+xml"/>'
    assert answer_to(samples.docx({"word/media/a.svg": svg}, declared=declared)) == "docx"


def test_more_addresses_than_can_be_looked_at_are_refused():
    content = "".join(f'<v:fill src="{number}{"a" * 1_000}"/>' for number in range(4_300))
    assert answer_to(samples.docx({"word/header1.xml": written(content)})) == "file_unpacks_too_large"


def table_of(*strings: str, extra: bytes = b"") -> bytes:
    """A table of strings as Word stores it."""
    rows = (struct.pack("<H", len(string)) + string.encode("utf-16-le") + extra for string in strings)
    return struct.pack("<3H", 0xFFFF, len(strings), len(extra)) + b"".join(rows)


@pytest.mark.parametrize(
    ("number", "region", "answer"),
    [
        (32, table_of("", "Normal.dot", "Title \\\\host", *[""] * 5, "C:\\a.mdb", "b.doc"), "doc"),
        (32, table_of("", "\\\\host\\a.dot"), EXTERNAL),
        (32, table_of(*[""] * 8, "\\\\host\\a.mdb"), EXTERNAL),
        (32, table_of(*[""] * 9, "http://example.org/a.doc"), EXTERNAL),
        (32, b"\x02\0\0\0" + b"\0" + b"\x0c\\\\host\\a.dot", EXTERNAL),
        (32, b"\x02\0\0\0" + b"\0" + b"\x08C:\\a.dot", "doc"),
        (72, table_of("C:\\a.doc", "b.doc", extra=bytes(8)), "doc"),
        (72, table_of("C:\\a.doc", "\\\\host\\a.doc", extra=bytes(8)), EXTERNAL),
        (44, b"\1\2\3" + table_of("DSN=a;DBQ=C:\\a b\\c.mdb;"), "doc"),
        (44, b"\1\2\3" + table_of("DSN=a;DBQ=\\\\host\\c.mdb;"), EXTERNAL),
    ],
)
def test_an_old_document_may_have_its_sources_on_this_machine_only(number, region, answer):
    assert answer_to(ole.doc(regions={number: region})) == answer


@pytest.mark.parametrize(
    ("flags", "source", "answer"),
    [
        (1, "\\\\host\\share\\a.xls", EXTERNAL),
        (1, "http://example.org/a.hta", EXTERNAL),
        (1, "C:\\a\\b.xls", "doc"),
        (0, "http://example.org/a", "doc"),
    ],
)
def test_an_object_may_be_a_link_to_this_machine_only(flags, source, answer):
    for encoded in (source.encode(), source.encode("utf-16-le")):
        link = {"\1Ole": struct.pack("<3I", 0x02000001, flags, 1) + bytes(30) + encoded + b"\0\0"}
        assert answer_to(ole.doc(ObjectPool={"_1": link})) == answer
        embedded = {"word/embeddings/oleObject1.bin": ole.compound(link)}
        assert answer_to(samples.docx(embedded)) in (answer, f"{answer}x")
