"""Names on their way through POST /api/chat/attachments, byte by byte as a client writes them."""

from urllib.parse import quote

import pytest
from django.utils.html import escape

from chat.models import Attachment
from chat.tests.files import samples
from chatsite.files.storage import names_in
from chatsite.testing import api_client, page_client

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
        # How browsers write quotes and line ends; a per cent sign stays one.
        ("a%22b%22.pdf", 'a"b".pdf'),
        ("a%0D%0Ab.pdf", "ab.pdf"),
        ("100 % #1 + 2%20.pdf", "100 % #1 + 2%20.pdf"),
        ("e\u0301te\u0301.pdf", "e\u0301te\u0301.pdf"),
        ("1000012345", "1000012345.pdf"),
        ("photo.jpg", "photo.pdf"),
    ],
)
def test_it_shows_the_name_as_the_person_gave_it(cast, given, shown):
    answer = post(cast, given)
    assert answer.status_code == 201, answer.content
    assert answer.json()["attachment"]["file_name"] == shown
    assert Attachment.objects.get().file_name == shown


@pytest.mark.parametrize("given", [".", "..", "/", "a/", "../..", "\\", "..."])
def test_a_file_without_a_name_is_kept(cast, given):
    answer = post(cast, given)
    assert (answer.status_code, answer.json()["attachment"]["file_name"]) == (201, "file.pdf")
    text = f'Content-Disposition: form-data; name="chat_id"\r\n\r\n{cast.chat.pk}'.encode()
    file = f'Content-Disposition: form-data; name="file"; filename="{given}"\r\n\r\n'.encode() + samples.pdf()
    body = b"".join(b"--X\r\n" + part + b"\r\n" for part in (text, file)) + b"--X--\r\n"
    message = api_client(cast.ben).generic(
        "POST", "/api/chat/message", body, content_type="multipart/form-data; boundary=X"
    )
    assert message.status_code == 201, message.content
    assert len(message.json()["message_data"]["attachments"]) == 1


def test_where_no_file_was_chosen_there_is_none(cast):
    assert post(cast, "").status_code == 400
    assert names_in("chat_files") == set()


def test_a_form_without_scripts_keeps_the_same_names(cast):
    name = "R&amp;D %22100 %%22 \u00a0#1+e\u0301 👩‍⚕️.pdf"
    fields = {"message_text": "", "client_id": ""}
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}' for key, value in fields.items()]
    file = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + samples.pdf()
    body = b"".join(b"--X\r\n" + part + b"\r\n" for part in [*(part.encode() for part in parts), file]) + b"--X--\r\n"
    url = f"/patient/chat/{cast.chat.pk}"
    answer = page_client(cast.ben).generic("POST", url, body, content_type="multipart/form-data; boundary=X")
    assert answer.status_code == 302
    shown = name.replace("%22", '"')
    assert Attachment.objects.get().file_name == shown
    row = page_client(cast.ben).get(url).content.decode()
    assert f'download="{escape(shown)}"' in row


def test_a_name_may_be_written_twice_and_encoded(cast):
    """As aiohttp does: 255 letters, percent-encoded, are longer than all headers of a part usually are."""
    name = quote("ب" * 240)
    assert post(cast, f"x.pdf\"; filename*=\"UTF-8''{name}.pdf").status_code == 201
    assert Attachment.objects.get().file_name in {"ب" * 240 + ".pdf", "x.pdf"}


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("x.pdf\"; filename*=\"UTF-8''a%2522b.pdf", "a%22b.pdf"),
        ("x.pdf\"; filename*=\"UTF-8''a%22b.pdf", 'a"b.pdf'),
        ("a%22; filename*=b.pdf", 'a"; filename*=b.pdf'),
    ],
)
def test_an_encoded_name_is_decoded_once(cast, header, shown):
    assert post(cast, header).status_code == 201
    assert Attachment.objects.get().file_name == shown


def test_it_keeps_a_long_name_within_its_column(cast):
    assert post(cast, "é" * 400 + ".pdf").status_code == 201
    assert len(Attachment.objects.get().file_name) <= 255
    assert Attachment.objects.get().file_name.endswith("é.pdf")
