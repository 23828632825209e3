"""Real files as Word, browsers, printers and phones write them: what each becomes, or why it is refused."""

from pathlib import Path

import pytest

from chat.files.accepted import inspect
from chat.files.names import shown_name, with_extension
from chat.tests.files import samples
from chat.tests.files.refusing import answer_to
from chatsite.http.errors import FileRefused

CASES = Path(__file__).parent / "cases"
TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"


def template(target: str) -> bytes:
    return samples.docx({"word/_rels/settings.xml.rels": samples.relationships((TEMPLATE, target, "External"))})


MADE = {
    # Windows could not check out a file of this name.
    "photo_dot.jpg.": (CASES / "photo.jfif").read_bytes(),
    "template_normal_dotm.docx": template("Normal.dotm"),
    "template_local_path.docx": template(
        "file:///C:\\Users\\doc\\AppData\\Roaming\\Microsoft\\Templates\\Courrier.dotx"
    ),
    "template_mapped_drive.docx": template("file:///S:\\Modeles\\CR_Hospit.dotm"),
    "template_http.docx": template("http://example.org/modele.dotm"),
    "template_unc.docx": template("file:///\\\\server\\share\\modele.dotm"),
}


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("word_online_document2.docx", "word_online_document2.docx"),
        ("template_normal_dotm.docx", "template_normal_dotm.docx"),
        ("template_local_path.docx", "template_local_path.docx"),
        ("template_mapped_drive.docx", "template_mapped_drive.docx"),
        ("template_http.docx", "file_has_external_parts"),
        ("template_unc.docx", "file_has_external_parts"),
        ("external_image_http.docx", "external_image_http.docx"),
        ("external_image_unc.docx", "file_has_external_parts"),
        ("external_afchunk.docx", "file_has_external_parts"),
        ("dde.docx", "file_runs_programs"),
        ("pdf_junk1.pdf", "pdf_junk1.pdf"),
        ("pdf_junk3.pdf", "pdf_junk3.pdf"),
        ("pdf_pjl.pdf", "pdf_pjl.pdf"),
        ("pdf_multipart.pdf", "pdf_multipart.pdf"),
        ("pdf_nulpad4096.pdf", "pdf_nulpad4096.pdf"),
        ("pdf_htmltail.pdf", "pdf_htmltail.pdf"),
        ("pdf_noeof.pdf", "pdf_noeof.pdf"),
        ("pdf_junkbody.pdf", "file_broken"),
        ("pdf_zeroed.pdf", "file_broken"),
        ("webp_named.jpg", "webp_named.webp"),
        ("docx_as.doc", "docx_as.docx"),
        ("doc_as.docx", "doc_as.doc"),
        ("rtf_as.doc", "file_type_refused"),
        ("wordhtml_as.doc", "file_type_refused"),
        ("png_named.jpg", "png_named.png"),
        ("photo.jfif", "photo.jpg"),
        ("photo_without_extension", "photo_without_extension.jpg"),
        ("photo_dot.jpg.", "photo_dot.jpg"),
        ("no_eoi.jpg", "no_eoi.jpg"),
        ("ycck_app14_33.jpg", "ycck_app14_33.jpg"),
        ("stray_marker_in_scan.jpg", "file_broken"),
        ("ztxt_2mb.png", "ztxt_2mb.png"),
        ("anim260.gif", "anim260.gif"),
        ("sensor64_9248x6936.png", "sensor64_9248x6936.png"),
        ("screenshot_1080x20000.png", "screenshot_1080x20000.png"),
    ],
)
def test_it_judges_a_file_by_its_content(name, becomes):
    data = MADE.get(name) or (CASES / name).read_bytes()
    answer = answer_to(data, name.rpartition(".")[2])
    assert becomes in (answer, with_extension(shown_name(name), answer))


@pytest.mark.parametrize("name", ["rtf_as.doc", "wordhtml_as.doc"])
def test_it_names_pdf_as_the_way_out_for_what_only_pretends_to_be_word(name):
    with pytest.raises(FileRefused, match="Save it as a PDF and send that"):
        inspect((CASES / name).read_bytes(), "doc")
