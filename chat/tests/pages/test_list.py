"""/patient/chat and /professional/chat: the list, its search, its filter and its parts."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat.models import Chat, Message
from chat.services.reading import mark_read
from chat.tests.pages.conftest import elements, post_texts, rows
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db


def shown(answer):
    return [int(found["data-chat-id"]) for found in elements(answer, "li") if "data-chat-id" in found]


def test_it_lists_the_newest_first_and_opens_it(cast, crowd):
    post_texts(cast.ben, cast.chat, "first of all")
    made = crowd(2)
    answer = page_client(cast.ada).get("/professional/chat")
    assert shown(answer) == [made[1].pk, made[0].pk, cast.chat.pk]
    assert elements(answer, class_="app")[0]["data-view"] == "list"
    assert elements(answer, "chat-thread")[0]["data-chat-id"] == str(made[1].pk)
    [current] = elements(answer, "a", class_="conversation", aria_current="page")
    assert current["href"] == f"/professional/chat/{made[1].pk}"
    assert len(elements(answer, "h1")) == 1
    # Beside the list the thread may not be visible, so opening it does not mark it as read.
    assert not elements(answer, class_="thread__seen")


def test_it_shows_the_last_words_the_number_and_the_person(cast):
    post_texts(cast.ben, cast.chat, "<b>bold</b>", "Is it & normal?")
    text = page_client(cast.ada).get("/professional/chat").content.decode()
    row = text.split(f'id="conversation-{cast.chat.pk}"')[1].split("</li>")[0]
    assert "Ben Durand" in row
    assert "Is it &amp; normal?" in row
    assert "2 unread messages" in row
    assert "You:" not in row
    assert 'data-unread="2"' in row
    row = page_client(cast.ben).get("/patient/chat").content.decode().split('id="conversation-')[1].split("</li>")[0]
    # Apart, since in a page from right to left one line of both would lose the beginning of the words.
    assert re.search(r'You: </span><span\s+dir="auto">Is it', row)
    assert "Dr. Ada Martin" in row
    assert "unread" not in row


def test_the_badge_is_capped_and_the_number_is_not(cast):
    post_texts(cast.ben, cast.chat, *(f"Message {number}" for number in range(127)))
    row = page_client(cast.ada).get(f"/chat/{cast.chat.pk}/row").content.decode()
    assert ">99+<" in row
    assert "127 unread messages" in row
    assert 'data-unread="127"' in row


def test_a_file_without_a_name_shows_no_words(cast):
    [file] = post_texts(cast.ben, cast.chat, "Look")
    Message.objects.filter(pk=file.pk).update(message_type="file", message_text=None)
    row = page_client(cast.ada).get(f"/chat/{cast.chat.pk}/row").content.decode()
    assert "None" not in row


def test_a_withdrawn_photo_is_no_photo_any_more(cast):
    [photo] = post_texts(cast.ben, cast.chat, "Look")
    Message.objects.filter(pk=photo.pk).update(message_type="image", retracted_at=photo.created_at)
    row = page_client(cast.ada).get(f"/chat/{cast.chat.pk}/row").content.decode()
    assert "Message withdrawn" in row
    assert "#i-image" not in row


def test_it_finds_by_name(cast, crowd):
    made = crowd(3)
    client = page_client(cast.ada)
    assert shown(client.get("/professional/chat?q=nina")) == [chat.pk for chat in made[::-1]]
    assert shown(client.get("/professional/chat?q=Roy+1")) == [made[1].pk]
    nothing = client.get("/professional/chat?q=%3Cscript%3E")
    assert shown(nothing) == []
    assert "&lt;script&gt;" in nothing.content.decode()
    assert page_client(cast.cora).get("/patient/chat?q=martin").content.count(b"data-chat-id") == 0


@pytest.mark.parametrize(
    "q",
    [
        "helene", "HÉLÈNE", "He\u0301le\u0300ne", "anne-helene", "annehelene", "anne helene", "anne-h", "connor",
        "oconnor", "O’Connor", "d'arc", "Œuvrard", "oeuvrard", "uvrard", "helene connor",
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_typed(cast, q):
    cast.ben.first_name, cast.ben.last_name = "Anne-He\u0301lène", "O'Connor d\u2019Arc-Œuvrard"
    cast.ben.save(update_fields=["first_name", "last_name"])
    assert shown(page_client(cast.ada).get("/professional/chat", {"q": q})) == [cast.chat.pk]
    admin = page_client(cast.admin)
    for path in ("/admin/accounts/user/", "/admin/chat/chat/"):
        assert "Anne-He\u0301lène" in admin.get(path, {"q": q}).content.decode(), path


def test_it_filters_the_unread(cast, crowd):
    made = crowd(2)
    mark_read(cast.ada, chat_id=made[0].pk)
    answer = page_client(cast.ada).get("/professional/chat?filter=unread")
    assert shown(answer) == [made[1].pk]
    mark_read(cast.ada, chat_id=made[1].pk)
    answer = page_client(cast.ada).get("/professional/chat?filter=unread")
    assert shown(answer) == []
    assert "All caught up" in answer.content.decode()


def test_the_filter_leaves_the_open_conversation(cast, crowd):
    read, unread, open_one = crowd(3)
    for chat in (read, open_one):
        mark_read(cast.ada, chat_id=chat.pk)
    client = page_client(cast.ada)
    both = [open_one.pk, unread.pk]
    assert shown(client.get(f"/professional/chat/{open_one.pk}?filter=unread")) == both
    assert shown(client.get(f"/chat/rows?filter=unread&open={open_one.pk}")) == both
    # Not beside other words, nor one of other people.
    assert shown(client.get(f"/chat/rows?filter=unread&q=nina+1&open={open_one.pk}")) == [unread.pk]
    assert shown(page_client(cast.dan).get(f"/chat/rows?filter=unread&open={open_one.pk}")) == []
    assert client.get("/chat/rows?filter=unread&open=x").status_code == 400


def test_it_is_bounded_and_shows_that_more_remain(cast, crowd):
    silent = [Chat.objects.create(doctor=cast.ada, patient=person) for person in _people(5)]
    made = crowd(40)
    client = page_client(cast.ada)
    seen, address = [], "/professional/chat"
    for _ in range(5):
        answer = client.get(address)
        seen += shown(answer)
        more = [found["href"] for found in elements(answer, "a") if "data-more" in found]
        if not more:
            break
        [address] = more
    everything = [chat.pk for chat in made[::-1]] + [chat.pk for chat in silent[::-1]]
    # The chat of the cast was created first and has no message.
    assert seen == [*everything, cast.chat.pk]


def _people(count):
    return [
        User.objects.create_user(f"s{number}@example.org", None, "patient", first_name="Silent")
        for number in range(count)
    ]


def test_it_welcomes_those_without_a_conversation(cast):
    answer = page_client(cast.cora).get("/patient/chat")
    assert answer.status_code == 200
    assert "No conversation yet" in answer.content.decode()
    assert not elements(answer, "chat-thread")
    assert rows(answer) == {}


def test_it_sends_admins_home(cast):
    assert page_client(cast.admin).get("/patient/chat")["Location"] == "/"


def test_it_refuses_a_broken_query(cast):
    client = page_client(cast.ada)
    for query in ("before=x", "before_chat=-1", "before=" + "9" * 50):
        assert client.get(f"/professional/chat?{query}").status_code == 400
        assert client.get(f"/chat/rows?{query}").status_code == 400


def test_it_costs_the_same_for_two_rows_and_forty(cast, crowd):
    client = page_client(cast.ada)
    crowd(2)

    def cost(address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    cost("/professional/chat")
    few = [cost("/professional/chat"), cost("/chat/rows")]
    _more(cast, 38)
    assert [cost("/professional/chat"), cost("/chat/rows")] == few


def _more(cast, count):
    for person in _people(count):
        post_texts(person, Chat.objects.create(doctor=cast.ada, patient=person), "hello")


def test_the_fragment_has_the_same_rows(cast, crowd):
    made = crowd(35)
    client = page_client(cast.ada)
    answer = client.get("/chat/rows")
    assert shown(answer) == [chat.pk for chat in made[:4:-1]]
    [wrapper] = [found for found in elements(answer, "ul") if "data-rows" in found]
    assert (wrapper["data-has-more"], wrapper["data-unread"]) == ("true", "35")
    rest = client.get(f"/chat/rows{wrapper['data-next']}")
    assert shown(rest) == [chat.pk for chat in made[4::-1]] + [cast.chat.pk]
    page = client.get("/professional/chat").content
    row = answer.content.split(b"<li ")[2].split(b"</li>")[0]
    assert row in page


def test_the_fragment_of_one_row(cast, thread):
    answer = page_client(cast.ada).get(f"/chat/{cast.chat.pk}/row")
    assert shown(answer) == [cast.chat.pk]
    assert elements(answer, "ul")[0]["data-unread"] == "5"
    assert page_client(cast.dan).get(f"/chat/{cast.chat.pk}/row").status_code == 404
