"""Names on their way through POST /api/chat/attachments, byte by byte as a client writes them."""

import pytest

from chat.models import Attachment
from chat.tests.files import samples
from chatsite.files.storage import names_in
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db


def post(cast, name: str):
    body = (
        f'--X\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n{cast.chat.pk}\r\n'
        f'--X\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    ).encode() + samples.pdf()
    return api_client(cast.ben).generic(
        "POST", "/api/chat/attachments", body + b"\r\n--X--\r\n", content_type="multipart/form-data; boundary=X"
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Résumé 1.pdf", "Résumé 1.pdf"),
        ("R&amp;D.pdf", "R&amp;D.pdf"),
        ("&lt;b&gt;.pdf", "&lt;b&gt;.pdf"),
        ("&#8238;fdp.exe.pdf", "&#8238;fdp.exe.pdf"),
        ("a..&#47;..&#47;b.pdf", "a..&#47;..&#47;b.pdf"),
        ("<script>alert(1)</script>.pdf", "script>.pdf"),
        ("../../etc/a.pdf", "a.pdf"),
        ("C:\\\\Users\\\\ben\\\\a.pdf", "a.pdf"),
        ("\u202efdp.pdf", "fdp.pdf"),
        ("a\x07\x1b[31mb.pdf", "a[31mb.pdf"),
        ("👩‍⚕️.pdf", "👩‍⚕️.pdf"),
        (".pdf", "file.pdf"),
    ],
)
def test_it_shows_the_name_as_the_person_gave_it(cast, given, shown):
    answer = post(cast, given)
    assert answer.status_code == 201, answer.content
    assert answer.json()["attachment"]["file_name"] == shown
    assert Attachment.objects.get().file_name == shown


@pytest.mark.parametrize("given", ["", ".", "..", "a/", "../.."])
def test_it_refuses_what_is_no_name(cast, given):
    assert post(cast, given).status_code == 400
    assert names_in("chat_files") == set()


def test_it_keeps_a_long_name_within_its_column(cast):
    assert post(cast, "é" * 400 + ".pdf").status_code == 201
    assert len(Attachment.objects.get().file_name) <= 255
    assert Attachment.objects.get().file_name.endswith("é.pdf")
