"""The name that a person sees, and the names under which a file is stored."""

import re
import unicodedata

import pytest

from chat.files.names import new_file_name, new_thumbnail_name, shown_name


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
        ("...", "file."),
        ("noextension", "noextension"),
        ("", "file"),
        (None, "file"),
    ],
)
def test_it_shows_the_last_part_without_what_deceives(given, shown):
    assert shown_name(given) == shown


def test_it_composes_accents():
    decomposed = unicodedata.normalize("NFD", "été.pdf")
    assert decomposed != "été.pdf"
    assert shown_name(decomposed) == "été.pdf"


def test_it_shortens_the_stem_and_keeps_the_extension():
    shown = shown_name("é" * 400 + ".docx")
    assert len(shown) == 255
    assert shown.endswith("é.docx")


def test_it_keeps_files_under_random_names():
    assert re.fullmatch(r"chat-file-[0-9a-f]{32}\.jpg", new_file_name("jpg"))
    assert re.fullmatch(r"chat-thumb-[0-9a-f]{32}\.webp", new_thumbnail_name())
    assert new_file_name("jpg") != new_file_name("jpg")
