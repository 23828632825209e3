"""GET /assets/chat_files/<name>"""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from chat.models import Attachment
from chat.services.attachments import add_attachment
from chat.tests.files import ole, samples
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db
PHOTO, PDF = samples.jpeg(), samples.pdf()
INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def sent(cast, data=PHOTO, name="photo.jpg") -> Attachment:
    """A file of Ben's that a message has taken."""
    attachment, _ = add_attachment(cast.ben, chat_id=cast.chat.pk, upload=samples.upload(data, name))
    message = cast.chat.messages.create(sender=cast.ben, sender_role="patient", message_type="file")
    Attachment.objects.filter(pk=attachment.pk).update(message=message)
    return attachment


@pytest.mark.parametrize("client_of", [api_client, page_client])
@pytest.mark.parametrize("who", ["ada", "ben"])
def test_it_serves_both_participants_by_token_or_session(cast, who, client_of):
    attachment = sent(cast)
    answer = client_of(getattr(cast, who)).get(attachment.url)
    assert answer.status_code == 200
    assert answer.content == default_storage.open(f"chat_files/{attachment.stored_name}").read()
    assert answer["Content-Length"] == str(attachment.file_size)


def test_a_stranger_and_an_unknown_name_get_the_same_404(cast):
    attachment = sent(cast)
    assert api_client(cast.ada).get(attachment.url).status_code == 200
    unknown = f"/assets/chat_files/chat-file-{'0' * 32}.jpg"
    for who in (cast.cora, cast.dan, cast.admin):
        client = api_client(who)
        same = {"X-Request-ID": "the-same-for-all"}
        answers = [client.get(url, headers=same) for url in (attachment.url, attachment.thumbnail_url, unknown)]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Bearer"}])
def test_it_asks_everybody_else_to_sign_in_and_reveals_nothing(cast, headers):
    attachment = sent(cast)
    answers = [
        Client().get(url, headers=headers) for url in (attachment.url, f"/assets/chat_files/chat-file-{'0' * 32}.jpg")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].content == answers[1].content
    assert answers[0]["WWW-Authenticate"].startswith("Bearer")


def test_it_checks_again_on_every_request(cast):
    attachment = sent(cast)
    client = api_client(cast.ada)
    assert client.get(attachment.url).status_code == 200
    type(cast.chat).objects.update(doctor=cast.dan)
    assert client.get(attachment.url).status_code == 404


def test_an_unsent_file_is_its_uploaders_alone(cast):
    attachment, _ = add_attachment(cast.ben, chat_id=cast.chat.pk, upload=samples.upload(PHOTO))
    assert api_client(cast.ben).get(attachment.url).status_code == 200
    assert api_client(cast.ada).get(attachment.url).status_code == 404
    assert api_client(cast.ada).get(attachment.thumbnail_url).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "file_type", "disposition"),
    [
        ("photo.jpg", PHOTO, "image/jpeg", 'inline; filename="photo.jpg"'),
        ("a.png", samples.png(), "image/png", 'inline; filename="a.png"'),
        ("a.gif", samples.gif(), "image/gif", 'inline; filename="a.gif"'),
        ("a.webp", samples.webp(), "image/webp", 'inline; filename="a.webp"'),
        ("a.pdf", PDF, "application/pdf", 'attachment; filename="a.pdf"'),
        ("a.doc", ole.doc(), "application/msword", 'attachment; filename="a.doc"'),
        ("Été 1.pdf", PDF, "application/pdf", "attachment; filename*=utf-8''%C3%89t%C3%A9%201.pdf"),
        # Browsers would decode these.
        ("a%20b.pdf", PDF, "application/pdf", "attachment; filename*=utf-8''a%2520b.pdf"),
        ("50%.jpg", PHOTO, "image/jpeg", "inline; filename*=utf-8''50%25.jpg"),
    ],
)
def test_its_headers_make_it_inert(cast, name, data, file_type, disposition):
    attachment = sent(cast, data, name)
    answer = api_client(cast.ada).get(attachment.url)
    assert answer["Content-Type"] == file_type
    assert answer["Content-Disposition"] == disposition
    assert answer["Cache-Control"] == "private, no-store"
    assert {header: answer[header] for header in INERT} == INERT


def test_a_name_like_a_header_stays_inside_its_quotes(cast):
    attachment = sent(cast, PDF, "a.pdf")
    Attachment.objects.update(file_name='a"; b="c\\.pdf')
    answer = api_client(cast.ada).get(attachment.url)
    assert answer["Content-Disposition"] == 'attachment; filename="a\\"; b=\\"c\\\\.pdf"'


def test_a_thumbnail_is_kept_by_the_browser_and_asked_for_again(cast):
    attachment = sent(cast)
    client = page_client(cast.ada)
    answer = client.get(attachment.thumbnail_url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Content-Disposition"] == 'inline; filename="photo.webp"'
    assert answer["Cache-Control"] == "private, no-cache"
    assert {header: answer[header] for header in INERT} == INERT
    again = client.get(attachment.thumbnail_url, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == answer["ETag"]
    assert again["Cache-Control"] == "private, no-cache"
    client.logout()
    assert client.get(attachment.thumbnail_url, headers={"If-None-Match": answer["ETag"]}).status_code == 401


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=5-", 5, None), ("bytes=-7", -7, None), ("bytes=0-999999", 0, None)],
)
def test_it_serves_a_range(cast, asked, start, end):
    attachment = sent(cast, PDF, "a.pdf")
    answer = api_client(cast.ada).get(attachment.url, headers={"Range": asked})
    part = PDF[start:end]
    assert (answer.status_code, answer.content) == (206, part)
    first = start if start >= 0 else len(PDF) + start
    assert answer["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{len(PDF)}"
    assert answer["Content-Length"] == str(len(part))
    assert answer["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=999999-9999999", "bytes=-0"])
def test_it_refuses_a_range_that_is_not_there(cast, asked):
    attachment = sent(cast, PDF, "a.pdf")
    answer = api_client(cast.ada).get(attachment.url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer["Content-Range"] == f"bytes */{len(PDF)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=9-5", "bytes=-", "lines=1-2", "bytes=a-b", "bytes=٣-٩"])
def test_it_answers_nonsense_with_the_whole_file(cast, asked):
    attachment = sent(cast, PDF, "a.pdf")
    answer = api_client(cast.ada).get(attachment.url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, PDF)


def test_it_serves_a_range_only_of_the_file_that_was_meant(cast):
    attachment = sent(cast, PDF, "a.pdf")
    client = api_client(cast.ada)
    etag = client.get(attachment.url)["ETag"]
    assert client.get(attachment.url, headers={"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    assert client.get(attachment.url, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200


def test_it_answers_head_without_a_body(cast):
    attachment = sent(cast, PDF, "a.pdf")
    answer = api_client(cast.ada).head(attachment.url, headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Length"] == str(len(PDF))
    assert answer["Content-Type"] == "application/pdf"
    assert api_client(cast.cora).head(attachment.url).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_only_reads(cast, method):
    attachment = sent(cast)
    assert getattr(api_client(cast.ben), method)(attachment.url).status_code == 405
    assert Attachment.objects.filter(pk=attachment.pk).exists()


@pytest.mark.parametrize("name", ["..%2f..%2fmanage.py", "%00", "x" * 300, "CHAT-FILE", "profiles", "a%0d%0ab", "٣"])
def test_strange_names_are_not_found(cast, name):
    assert sent(cast)
    assert api_client(cast.ada).get(f"/assets/chat_files/{name}").status_code == 404


def test_it_does_not_serve_a_name_in_other_letters(cast):
    attachment = sent(cast)
    assert api_client(cast.ada).get(attachment.url.replace("chat-file", "CHAT-FILE")).status_code == 404


def test_a_lost_file_is_a_404(cast):
    attachment = sent(cast)
    default_storage.delete(f"chat_files/{attachment.stored_name}")
    assert api_client(cast.ada).get(attachment.url).status_code == 404


def test_nginx_sends_the_bytes_where_it_can(cast, settings):
    attachment = sent(cast, PDF, "a.pdf")
    settings.ASSETS_SERVED_BY = "accel"
    answer = api_client(cast.ada).get(attachment.url)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["X-Accel-Redirect"] == f"/_assets/chat_files/{attachment.stored_name}"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert {header: answer[header] for header in INERT} == INERT
    stranger = api_client(cast.cora).get(attachment.url)
    assert stranger.status_code == 404
    assert "X-Accel-Redirect" not in stranger


def test_one_query_finds_the_file(cast, django_assert_num_queries):
    attachment = sent(cast)
    client = page_client(cast.ada)
    client.get(attachment.url)
    # The session, its sign-in with the person, the attachment with its chat.
    with django_assert_num_queries(3) as queries:
        client.get(attachment.thumbnail_url)
    assert sum("attachments" in query["sql"] for query in queries.captured_queries) == 1
