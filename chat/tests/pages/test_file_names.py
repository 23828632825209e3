"""How the name of a document is written in a message."""

import pytest

from chat.pages.file_names import in_parts


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("note.pdf", ("", "note.pdf")),
        ("compte rendu du mois de janvier 2026.pdf", ("compte rendu du mois de ", "janvier 2026.pdf")),
        ("compte-rendu_du_mois_de_mars_2026.pdf", ("compte-rendu_du_mois_", "de_mars_2026.pdf")),
        ("Ordonnance renouvellement 2026.pdf", ("Ordonnance renouvellement ", "2026.pdf")),
        (f"{'x' * 60}.pdf", ("x" * 48, f"{'x' * 12}.pdf")),
        (f"{'x' * 30}q\u0323{'x' * 11}.pdf", (f"{'x' * 30}q\u0323", f"{'x' * 11}.pdf")),
        (f"{'x' * 30}👩\u200d👧{'x' * 10}.pdf", (f"{'x' * 30}👩\u200d👧", f"{'x' * 10}.pdf")),
        (f"{'x' * 30}🇫🇷{'x' * 11}.pdf", (f"{'x' * 30}🇫🇷", f"{'x' * 11}.pdf")),
    ],
)
def test_a_long_name_has_an_end_that_is_never_cut(name, parts):
    assert in_parts(name) == parts
    assert "".join(parts) == name
