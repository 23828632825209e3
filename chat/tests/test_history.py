"""GET /api/chat/messages/:chatId and GET /api/chat/chats: pages, cursors, counters, refusals, query counts."""

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.fields import now
from chat.models import Chat, History, Message
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chat.services import epoch
from chat.services.epoch import ROOM
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db


def send(user, chat, *texts):
    posted = store_messages([Draft.checked(user, chat_id=chat.pk, text=text) for text in texts])
    return [one.message.pk for one in posted]


@pytest.fixture
def thread(cast):
    """Ten messages; `ids` in order."""
    ids = []
    for number in range(10):
        ids += send(cast.ada if number % 2 else cast.ben, cast.chat, f"text {number}")
    return ids


def read(user, chat, query=""):
    answer = api_client(user).get(f"/api/chat/messages/{chat.pk}{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids_of(body):
    return [message["message_id"] for message in body["messages"]]


def test_it_answers_as_documented(cast, thread):
    body = read(cast.ben, cast.chat)
    assert (body["success"], body["message"], body["total"]) == (True, "Messages retrieved successfully", 10)
    assert ids_of(body) == thread
    assert ids_of(read(cast.ben, cast.chat, "?limit=3&offset=2")) == thread[2:5]
    assert ids_of(read(cast.ben, cast.chat, "?limit=3&offset=9")) == thread[9:]
    assert ids_of(read(cast.ben, cast.chat, "?offset=500")) == []


def test_it_pages_from_the_newest(cast, thread):
    newest = read(cast.ada, cast.chat, "?newest=1&limit=4")
    assert (ids_of(newest), newest["has_more"], newest["next_since"]) == (thread[6:], True, 10)
    older = read(cast.ada, cast.chat, f"?before={thread[6]}&limit=6")
    assert (ids_of(older), older["has_more"]) == (thread[:6], False)
    newer = read(cast.ada, cast.chat, f"?after={thread[2]}&limit=3")
    assert (ids_of(newer), newer["has_more"]) == (thread[3:6], True)


def test_it_catches_up_by_change(cast, thread):
    first = read(cast.ada, cast.chat, "?since=4&limit=4")
    assert (ids_of(first), first["has_more"], first["next_since"]) == (thread[4:8], True, 8)
    rest = read(cast.ada, cast.chat, f"?since={first['next_since']}&limit=4")
    assert (ids_of(rest), rest["has_more"], rest["next_since"]) == (thread[8:], False, 10)
    assert read(cast.ada, cast.chat, "?since=10")["messages"] == []
    assert read(cast.ada, cast.chat, "?since=11")["reset"] is True


def test_a_cursor_of_before_a_restore_begins_again(cast, thread):
    """Even where the restored chat has grown past it."""
    epoch._recent.forget()
    page = read(cast.ada, cast.chat, "?newest=1")
    plain = f"?since={page['next_since']}"
    asked = f"{plain}&epoch={page['epoch']}"
    assert "reset" not in read(cast.ada, cast.chat, asked)
    epoch.begin()
    send(cast.ben, cast.chat, "another history")
    for former in asked, plain, "?since=1":
        answer = read(cast.ada, cast.chat, former)
        assert (answer["reset"], answer["messages"], answer["epoch"] != page["epoch"]) == (True, [], True)

    again = read(cast.ada, cast.chat, "?newest=1&limit=1")
    assert again["next_since"] > ROOM
    assert "reset" not in read(cast.ada, cast.chat, f"?since={again['next_since']}")
    # The present history beside a number of the former one is a mistake of the app's.
    assert read(cast.ada, cast.chat, f"?since=1&epoch={again['epoch']}")["reset"] is True
    # Who names the present history reads on from any place in it.
    first = read(cast.ada, cast.chat, f"?since=0&epoch={again['epoch']}&limit=4")
    rest = read(cast.ada, cast.chat, f"?since={first['next_since']}&epoch={again['epoch']}")
    assert len(ids_of(first) + ids_of(rest)) == len(thread) + 1


def test_a_chat_of_the_new_history_begins_at_its_beginning(cast, thread):
    epoch._recent.forget()
    epoch.begin()
    fresh = Chat.objects.create(doctor=cast.ada, patient=cast.cora)
    send(cast.ada, fresh, "one", "two")
    assert len(ids_of(read(cast.ada, fresh, "?since=1"))) == 1


def test_a_history_that_broke_off_is_begun_again(cast, thread, monkeypatch):
    epoch._recent.forget()
    with monkeypatch.context() as patch:
        patch.setattr(epoch, "now", Mock(side_effect=SystemExit))
        with pytest.raises(SystemExit):
            epoch.begin()
    history = epoch.begin()
    cast.chat.refresh_from_db()
    seqs = list(Message.objects.order_by("pk").values_list("seq", flat=True))
    assert (seqs, max(seqs) <= cast.chat.seq) == (sorted(seqs), True)
    assert history.seq_floor < min(seqs)


def test_what_was_lost_is_said_for_a_month(cast, thread):
    epoch._recent.forget()
    client = api_client(cast.ada)
    assert client.get("/api/config").json()["lost"] is None
    epoch.begin(lost_from=epoch.last_write())
    lost = client.get("/api/config").json()["lost"]
    assert lost["from"] <= lost["until"]
    page = page_client(cast.ada)
    address = f"/professional/chat/{cast.chat.pk}"
    assert b'class="lost"' in page.get(address).content

    History.objects.update(started_at=now() - epoch.SAID_FOR - timedelta(seconds=1))
    epoch._recent.forget()
    assert client.get("/api/config").json()["lost"] is None
    assert b'class="lost"' not in page.get(address).content


def test_a_history_that_was_begun_elsewhere_shows_within_seconds(cast):
    epoch._recent.forget()
    before = epoch.recent()
    History.objects.update(epoch="f" * 32)
    assert epoch.recent() == before
    epoch._recent.keep(before, seconds=0)
    assert epoch.recent().epoch == "f" * 32


def test_reading_sends_no_message_again(cast, thread):
    answer = api_client(cast.ada).put(f"/api/chat/messages/{cast.chat.pk}/read")
    assert (answer.json()["message"], answer.json()["updated_count"]) == ("Messages marked as read", 5)
    after = read(cast.ben, cast.chat, "?since=10")
    assert (after["messages"], after["next_since"]) == ([], 11)
    assert after["reads"]["doctor"]["up_to"] == thread[-1]
    assert after["reads"]["doctor"]["read_at"].endswith("Z")
    assert set(after["reads"]["patient"].values()) == {None}
    rows = read(cast.ben, cast.chat)["messages"]
    assert [row["is_read"] for row in rows] == [True, False] * 5
    assert api_client(cast.ada).put(f"/api/chat/messages/{cast.chat.pk}/read").json()["updated_count"] == 0
    assert Chat.objects.get().seq == 11


def test_reading_up_to_a_message_never_goes_back(cast, thread):
    client, url = api_client(cast.ada), f"/api/chat/messages/{cast.chat.pk}/read"
    assert client.put(url, {"up_to_message_id": thread[4]}).json()["updated_count"] == 3
    assert Chat.objects.get().doctor_unread == 2
    assert client.put(url, {"up_to_message_id": thread[0]}).json()["updated_count"] == 0
    assert Chat.objects.get().doctor_read_up_to == thread[4]
    assert client.put(url, {"up_to_message_id": 2**63 - 1}).json()["updated_count"] == 2
    assert Chat.objects.get().doctor_read_up_to == thread[-1]
    for bad in (0, -1, "x", True, 1.5):
        assert client.put(url, {"up_to_message_id": bad}, format="json").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=x", "limit=", "limit=1.0", "limit=%205", "limit=%D9%A1", "limit=NaN",
        "limit=" + "9" * 5000, "offset=-1", "offset=1e3", "newest=2", "before=0", "after=x", "since=-1",
        "newest=1&since=0", "before=1&after=1", "since=0&offset=3", "since=0&from=x", "since=0&from=", "from=1",
        "newest=1&from=1", "newest=1&offset=x", "epoch=x", "newest=1&epoch=x",
    ],
)  # fmt: skip
def test_it_refuses_what_is_not_a_page(cast, thread, query):
    answer = api_client(cast.ben).get(f"/api/chat/messages/{cast.chat.pk}?{query}")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")


def test_a_large_limit_is_served_as_100(cast):
    for _ in range(3):
        send(cast.ben, cast.chat, *["x"] * 40)
    assert len(read(cast.ben, cast.chat, "?limit=5000")["messages"]) == 100
    assert len(read(cast.ben, cast.chat)["messages"]) == 50


@pytest.mark.parametrize("chat_id", ["0", "-1", "1.0", "abc", "%20", "٣", "9" * 5000, str(2**63)])
def test_it_refuses_what_is_not_an_id(cast, chat_id):
    answer = api_client(cast.ben).get(f"/api/chat/messages/{chat_id}")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")


def test_it_refuses_outsiders(cast, thread):
    for outsider in (cast.cora, cast.dan, cast.admin):
        for method, tail in (("get", ""), ("put", "/read")):
            answer = getattr(api_client(outsider), method)(f"/api/chat/messages/{cast.chat.pk}{tail}")
            assert (answer.status_code, answer.json()["error"]) == (403, "not_a_participant")
    answer = api_client(cast.ben).get(f"/api/chat/messages/{cast.chat.pk + 1}")
    assert (answer.status_code, answer.json()["error"]) == (404, "chat_not_found")


def test_the_list_is_as_documented(cast, thread):
    [row] = api_client(cast.ada).get("/api/chat/chats").json()["chats"]
    assert (row["doctor_name"], row["patient_name"]) == ("Dr. Ada Martin", "Ben Durand")
    assert (row["doctor_profile"], row["unread_count"]) == (None, 5)
    assert (row["last_message_text"], row["last_message_type"]) == ("text 9", "text")
    assert (row["seq"], row["message_count"], row["can_reply"]) == (10, 10, True)
    [row] = api_client(cast.ben).get("/api/chat/chats").json()["chats"]
    assert row["unread_count"] == 5
    assert api_client(cast.cora).get("/api/chat/chats").json()["chats"] == []


def test_the_list_is_newest_first_and_pages(cast):
    from accounts.models import User

    chats = []
    for number in range(6):
        patient = User.objects.create_user(f"p{number}@example.org", None, "patient")
        chats.append(Chat.objects.create(doctor=cast.dan, patient=patient))
    for index in (2, 0, 3):
        send(cast.dan, chats[index], "x")
    client = api_client(cast.dan)
    order = [chats[index].pk for index in (3, 0, 2, 5, 4, 1)]
    assert [row["chat_id"] for row in client.get("/api/chat/chats").json()["chats"]] == order
    first = client.get("/api/chat/chats?limit=2").json()
    assert ([row["chat_id"] for row in first["chats"]], first["has_more"]) == (order[:2], True)
    then = client.get(f"/api/chat/chats?limit=2&before={first['chats'][-1]['last_message_id']}").json()
    assert [row["chat_id"] for row in then["chats"]] == order[2:4]
    last = client.get(f"/api/chat/chats?limit=2&before_chat_id={order[3]}").json()
    assert ([row["chat_id"] for row in last["chats"]], last["has_more"]) == (order[4:], False)


def test_a_message_of_others_is_answered_like_an_unknown_one(cast):
    """It would show when that was sent: the list would begin there."""
    send(cast.ben, cast.chat, "x")
    other = Chat.objects.create(doctor=cast.dan, patient=cast.cora)
    [foreign] = send(cast.dan, other, "x")
    Message.objects.filter(pk=foreign).update(created_at="2037-01-01T10:00:00Z")
    client = api_client(cast.ben)
    answers = [client.get(f"/api/chat/chats?limit=2&before={pk}").json() for pk in (foreign, foreign + 1000)]
    assert answers[0] == answers[1]
    assert answers[0]["chats"] == []


def test_pages_contain_every_chat_whatever_its_dates(cast):
    """Rows of other programs may have any date."""
    from accounts.models import User

    moments = ["2026-01-01", "2020-01-01", None, "2026-01-01", "2020-01-01", None]
    for number, moment in enumerate(moments):
        patient = User.objects.create_user(f"p{number}@example.org", None, "patient")
        chat = Chat.objects.create(doctor=cast.dan, patient=patient)
        if number != 5:
            send(cast.dan, chat, "x")
            at = moment and f"{moment}T10:00:00Z"
            Message.objects.filter(chat=chat).update(created_at=at)
            Chat.objects.filter(pk=chat.pk).update(last_message_at=at)
    client = api_client(cast.dan)
    whole = [row["chat_id"] for row in client.get("/api/chat/chats").json()["chats"]]
    paged, query = [], ""
    while True:
        part = client.get(f"/api/chat/chats?limit=1{query}").json()
        [row] = part["chats"]
        paged.append(row["chat_id"])
        if not part["has_more"]:
            break
        last = row["last_message_id"]
        query = f"&before={last}" if last else f"&before_chat_id={row['chat_id']}"
    assert paged == whole
    assert len(whole) == 6


def test_reading_marks_rows_whose_mark_is_null(cast, thread):
    Message.objects.filter(pk=thread[0]).update(is_read=None)
    answer = api_client(cast.ada).put(f"/api/chat/messages/{cast.chat.pk}/read")
    assert answer.json()["updated_count"] == 5


def count_queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_queries_do_not_grow_with_rows(cast):
    from accounts.models import User

    client = api_client(cast.ada)
    urls = ["/api/chat/chats", f"/api/chat/messages/{cast.chat.pk}", f"/api/chat/messages/{cast.chat.pk}?newest=1"]
    send(cast.ben, cast.chat, "1", "2")
    few = [count_queries(client, url) for url in urls]
    send(cast.ben, cast.chat, *["x"] * 38)
    for number in range(39):
        patient = User.objects.create_user(f"p{number}@example.org", None, "patient")
        send(patient, Chat.objects.create(doctor=cast.ada, patient=patient), "x")
    assert [count_queries(client, url) for url in urls] == few
    assert few == [2, 3, 3]


def test_a_batch_is_one_transaction_of_constant_queries(cast):
    def queries_of(count):
        drafts = [Draft.checked(cast.ben, chat_id=cast.chat.pk, text="x") for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            store_messages(drafts)
        return len(queries)

    assert queries_of(2) == queries_of(40)
    assert Message.objects.count() == 42


def test_since_leaves_out_what_is_below_from(cast, thread):
    """The cursor moves past the changes of messages that are not loaded."""
    ben = api_client(cast.ben)
    for pk in (thread[0], thread[7], thread[1]):
        ben.put(f"/api/chat/message/{pk}/reactions/👍")
    whole = read(cast.ben, cast.chat, "?since=10")
    assert (ids_of(whole), whole["next_since"]) == ([thread[0], thread[7], thread[1]], 13)
    loaded = read(cast.ben, cast.chat, f"?since=10&from={thread[5]}")
    assert (ids_of(loaded), loaded["has_more"], loaded["next_since"]) == ([thread[7]], False, 13)
    # The id is a number: it need not be one of a message.
    assert ids_of(read(cast.ben, cast.chat, f"?since=8&from={2**63 - 1}")) == []
    for lowest in (0, 1):
        assert ids_of(read(cast.ben, cast.chat, f"?since=10&from={lowest}")) == ids_of(whole)


def test_pages_of_since_and_from_miss_nothing(cast, thread):
    ben = api_client(cast.ben)
    for pk in reversed(thread):
        ben.put(f"/api/chat/message/{pk}/reactions/👍")
    found, cursor, more = [], 10, True
    while more:
        page = read(cast.ben, cast.chat, f"?since={cursor}&from={thread[4]}&limit=2")
        found, cursor, more = found + ids_of(page), page["next_since"], page["has_more"]
    assert (found, cursor) == (thread[:3:-1], 20)


def test_pages_and_changes_together_leave_no_hole(cast, thread):
    """The example of docs/realtime.md: a change while a page is on its way."""
    ben = api_client(cast.ben)
    newest = read(cast.ada, cast.chat, "?newest=1&limit=4")
    page = read(cast.ada, cast.chat, f"?before={thread[6]}&limit=3")
    ben.put(f"/api/chat/message/{thread[4]}/reactions/👍")
    # Its event was left out, and moved the cursor to 11; then the page arrives.
    cursor = min(newest["next_since"] + 1, page["next_since"])
    caught_up = read(cast.ada, cast.chat, f"?since={cursor}&from={thread[3]}")
    assert [(row["message_id"], len(row["reactions"])) for row in caught_up["messages"]] == [(thread[4], 1)]
