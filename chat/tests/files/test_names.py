"""The name that a person sees, and the names under which a file is stored."""

import re
import unicodedata

import pytest

from chat.files.names import new_file_name, new_thumbnail_name, shown_name, with_extension


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("photo.jpg", "photo.jpg"),
        ("Ordonnance été 2024.PDF", "Ordonnance été 2024.PDF"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\ben\\photo.jpg", "photo.jpg"),
        ("a\"b'c<d>.png", "a\"b'c<d>.png"),
        ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie: x=1.png"),
        ("a\0b\x7f\x85.png", "ab.png"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066a\u2069\u200f\u061c.pdf", "a.pdf"),
        ("\ud800a.pdf", "a.pdf"),
        ("line\u2028break.pdf", "linebreak.pdf"),
        ("👩‍⚕️.png", "👩‍⚕️.png"),
        ("R&amp;D.pdf", "R&amp;D.pdf"),
        (".pdf", "file.pdf"),
        ("  .hidden.pdf  ", "hidden.pdf"),
        ("...", "file"),
        ("photo.jpg.", "photo.jpg"),
        ('100 % #1 + "été".pdf', '100 % #1 + "été".pdf'),
        ("noextension", "noextension"),
        ("", "file"),
        (None, "file"),
    ],
)
def test_it_shows_the_last_part_without_what_deceives(given, shown):
    assert shown_name(given) == shown


def test_it_keeps_accents_as_they_were_written():
    decomposed = unicodedata.normalize("NFD", "été.pdf")
    assert decomposed != "été.pdf"
    assert shown_name(decomposed) == decomposed


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("photo.jpg", "jpg", "photo.jpg"),
        ("photo.JPEG", "jpg", "photo.JPEG"),
        ("photo.jfif", "jpg", "photo.jpg"),
        ("1000012345", "jpg", "1000012345.jpg"),
        ("photo.jpg", "webp", "photo.webp"),
        ("IMG_1.HEIC", "jpg", "IMG_1.jpg"),
        ("scan 12.03", "pdf", "scan 12.03.pdf"),
        ("Lettre du Dr. Martin", "docx", "Lettre du Dr. Martin.docx"),
        ("rapport v1.2.doc", "docx", "rapport v1.2.docx"),
        ("facture.exe", "pdf", "facture.pdf"),
        ("modele.docm", "docx", "modele.docx"),
        ("a.b.c", "png", "a.b.c.png"),
        (".pdf", "pdf", "file.pdf"),
        ("", "gif", "file.gif"),
    ],
)
def test_it_gives_a_true_extension_and_changes_nothing_else(name, kind, kept):
    assert with_extension(shown_name(name), kind) == kept


def test_it_shortens_the_stem_and_keeps_the_extension():
    for given in ("é" * 400 + ".docx", "é" * 400):
        kept = with_extension(shown_name(given), "docx")
        assert len(kept) == 255
        assert kept.endswith("é.docx")


def test_it_keeps_files_under_random_names():
    assert re.fullmatch(r"chat-file-[0-9a-f]{32}\.jpg", new_file_name("jpg"))
    assert re.fullmatch(r"chat-thumb-[0-9a-f]{32}\.webp", new_thumbnail_name())
    assert new_file_name("jpg") != new_file_name("jpg")
