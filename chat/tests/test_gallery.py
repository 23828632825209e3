"""GET /api/chat/chats/:chatId/files"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Chat
from chat.services import corrections
from chat.services.attachments import add_attachment
from chat.tests.files import samples
from chat.tests.talk import post_message
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db


def send(user, chat, *names):
    data = {"jpg": samples.jpeg(), "pdf": samples.pdf()}
    uploads = [samples.upload(data[name[-3:]], name) for name in names]
    ids = [add_attachment(user, chat_id=chat.pk, upload=upload)[0].pk for upload in uploads]
    return post_message(user, chat, "Voici", attachment_ids=ids)


def files(user, chat, **query):
    answer = api_client(user).get(f"/api/chat/chats/{chat.pk}/files", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(body):
    return [file["file_name"] for file in body["files"]]


def test_it_shows_photos_and_documents_newest_first(cast):
    first = send(cast.ben, cast.chat, "a.jpg", "b.pdf")
    second = send(cast.ada, cast.chat, "c.pdf")
    body = files(cast.ada, cast.chat)
    assert (names(body), body["has_more"]) == (["c.pdf", "b.pdf", "a.jpg"], False)
    assert body == files(cast.ben, cast.chat)
    photo = body["files"][-1]
    assert (photo["message_id"], photo["sender_id"], photo["sender_role"]) == (first.pk, cast.ben.pk, "patient")
    assert photo["thumbnail_url"]
    assert photo["created_at"].endswith("Z")
    assert body["files"][0]["message_id"] == second.pk
    assert names(files(cast.ada, cast.chat, kind="image")) == ["a.jpg"]
    assert names(files(cast.ada, cast.chat, kind="document")) == ["c.pdf", "b.pdf"]


def test_the_order_is_that_of_the_messages(cast):
    uploads = [samples.upload(samples.pdf(), name) for name in ("first.pdf", "second.pdf")]
    first, second = (add_attachment(cast.ben, chat_id=cast.chat.pk, upload=upload)[0].pk for upload in uploads)
    post_message(cast.ben, cast.chat, "Voici", attachment_ids=[second])
    post_message(cast.ben, cast.chat, "Et encore", attachment_ids=[first])
    newest = files(cast.ada, cast.chat, limit=1)
    assert names(newest) == ["first.pdf"]
    assert names(files(cast.ada, cast.chat, before=first)) == ["second.pdf"]


def test_it_pages(cast):
    for number in range(5):
        send(cast.ben, cast.chat, f"{number}.pdf")
    first = files(cast.ben, cast.chat, limit=2)
    assert (names(first), first["has_more"]) == (["4.pdf", "3.pdf"], True)
    rest = files(cast.ben, cast.chat, limit=3, before=first["files"][-1]["attachment_id"])
    assert (names(rest), rest["has_more"]) == (["2.pdf", "1.pdf", "0.pdf"], False)


def test_it_leaves_out_what_is_retracted_unsent_or_of_another_chat(cast):
    retracted = send(cast.ben, cast.chat, "a.jpg")
    corrections.retract(cast.ben, message_id=retracted.pk)
    add_attachment(cast.ben, chat_id=cast.chat.pk, upload=samples.upload(samples.pdf(), "unsent.pdf"))
    other = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    send(cast.ben, other, "other.pdf")
    kept = send(cast.ben, cast.chat, "kept.pdf")
    assert kept.pk
    assert names(files(cast.ben, cast.chat)) == names(files(cast.ada, cast.chat)) == ["kept.pdf"]


@pytest.mark.parametrize(
    "query",
    [{"kind": "video"}, {"kind": ""}, {"before": "x"}, {"before": 0}, {"limit": 0}, {"before": 2**63}, {"limit": "٣"}],
)
def test_it_refuses_nonsense(cast, query):
    answer = api_client(cast.ben).get(f"/api/chat/chats/{cast.chat.pk}/files", query)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")


def test_outsiders_see_none(cast):
    send(cast.ben, cast.chat, "zebra.pdf")
    assert names(files(cast.ada, cast.chat)) == ["zebra.pdf"]
    for outsider in (cast.cora, cast.dan, cast.admin):
        answer = api_client(outsider).get(f"/api/chat/chats/{cast.chat.pk}/files")
        assert (answer.status_code, answer.json()["error"]) == (403, "not_a_participant")
        assert b"zebra" not in answer.content


def test_it_takes_the_same_queries_however_many(cast):
    client, counts = api_client(cast.ada), []
    for _ in range(3):
        send(cast.ben, cast.chat, "a.jpg", "b.pdf")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/api/chat/chats/{cast.chat.pk}/files")
        counts.append(len(queries))
    assert counts == [3, 3, 3]
