"""Pages and lists read rows, all else loads instances: a message and a chat of any kind look the same."""

from datetime import UTC, datetime
from itertools import product

import pytest

from accounts.models import User
from chat.loading import load
from chat.models import Attachment, Chat, Message, Pin, Reaction, SavedDraft
from chat.models.side import ROLES
from chat.representation import chat_json, message_json, quote_json
from chat.rows import chats as rows
from chat.rows.messages import beside, by_ids
from chat.services import chats, history
from chat.services.chats import ListedChat

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 3, 29, 1, 30, 59, tzinfo=UTC)
TEXTS = [None, "Bonjour", "‎שלום 🙏🏽 \"\\'\u2028\x7f" + "é" * 300]


def message(cast, **values) -> Message:
    cast.chat.seq += 1
    return Message.objects.create(chat=cast.chat, sender=cast.ben, sender_role="patient", seq=cast.chat.seq, **values)


def add_file(cast, message: Message, position: int, **values) -> None:
    named = f"{message.pk}-{position}"
    Attachment.objects.create(
        chat=cast.chat, uploader=cast.ben, message=message, position=position, stored_name=f"{named}.webp",
        file_name=f"röntgen {named}.png", file_type="image/webp", file_size=2**31 - 1, sha256="0" * 64,
        digest="0" * 64, **values,
    )  # fmt: skip


def mark(cast, message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(is_marked=True)
    for user, emoji in ((cast.ada, "🙏"), (cast.ben, "👍"), (cast.ben, "🙏"), (cast.ada, "👍")):
        Reaction.objects.create(message=message, user=user, emoji=emoji)
    Pin.objects.create(chat=cast.chat, message=message, user=cast.ada)


@pytest.fixture
def thread(cast) -> Chat:
    """Messages of every kind: read, quoting, edited, retracted, with files, with marks, as documented only."""
    source = message(cast, message_text=TEXTS[2])
    for text, is_read, at, quotes in product(TEXTS, (None, False, True), (None, MOMENT), (False, True)):
        message(
            cast, message_text=text, is_read=is_read, read_at=at, edited_at=at, reply_to=source if quotes else None,
            client_id="0" * 36 if text == "Bonjour" and is_read and at and quotes else None,
        )  # fmt: skip
    for retracted_at, marked in product((None, MOMENT), (False, True)):
        sent = message(
            cast, message_type="image", file_url="/assets/chat_files/a.webp", file_name="é.png",
            file_type="image/webp", file_size=7, retracted_at=retracted_at,
        )  # fmt: skip
        add_file(cast, sent, 1)
        add_file(cast, sent, 0, thumbnail_name=f"{sent.pk}-s.webp", width=3, height=4)
        if marked:
            mark(cast, sent)
    message(cast, message_text="a quote of nothing", reply_to_id=2**40)
    Message.objects.create(
        chat=cast.chat, sender=cast.ada, sender_role="doctor", message_text="only documented columns"
    )
    Message.objects.filter(pk=source.pk).update(created_at=None)
    cast.chat.save()
    return cast.chat


def test_a_page_shows_messages_as_they_are_loaded(thread):
    expected = [message_json(full) for full in load(Message.objects.filter(chat=thread).order_by("pk"))]
    assert [message_json(full) for full in history.offset_page(thread, limit=100, offset=0)] == expected
    assert [message_json(full) for full in history.newest(thread, limit=100).messages] == expected
    first = expected[0]["message_id"]
    assert [message_json(full) for full in history.after(thread, message_id=first, limit=100).messages] == expected[1:]
    changed = [one for one in expected if one["seq"]]
    assert [message_json(full) for full in history.since(thread, seq=0, limit=100).messages] == changed


def test_a_quote_is_the_same_from_a_row(thread):
    sources = Message.objects.filter(chat=thread).in_bulk()
    assert {pk: quote_json(row) for pk, row in by_ids(sources).items()} == {
        pk: quote_json(message) for pk, message in sources.items()
    }


def test_values_have_the_types_of_json(thread):
    for full in history.newest(thread, limit=100).messages:
        shown = message_json(full)
        assert type(shown["is_read"]) is bool
        for name in ("read_at", "created_at", "edited_at", "retracted_at", "pinned_at"):
            assert shown[name] is None or datetime.strptime(shown[name], "%Y-%m-%dT%H:%M:%SZ")


def test_marks_are_in_the_order_in_which_they_were_made(cast, thread):
    ada, ben = cast.ada.pk, cast.ben.pk
    [marked] = [
        shown for full in history.newest(thread, limit=100).messages if (shown := message_json(full))["reactions"]
    ]
    assert marked["reactions"] == [{"emoji": "🙏", "user_ids": [ada, ben]}, {"emoji": "👍", "user_ids": [ben, ada]}]
    assert marked["pinned_by"] == ada


@pytest.mark.sqlite
def test_a_fraction_of_a_second_is_cut_off(thread):
    pk = thread.last_message_id or Message.objects.latest("pk").pk
    Message.objects.filter(pk=pk).update(created_at=MOMENT.replace(microsecond=999_999))
    [row] = beside(thread.pk, ">", pk - 1, limit=1)
    assert row.created_at == "2026-03-29T01:30:59Z"


@pytest.mark.parametrize("marks", [False, True])
def test_a_page_is_one_query_and_one_for_each_kind_of_detail(cast, marks, django_assert_num_queries):
    for number in range(5):
        sent = message(cast, message_text=f"{number}")
        if marks:
            mark(cast, sent)
    cast.chat.save()
    with django_assert_num_queries(2 if marks else 1):
        assert len(history.newest(cast.chat, limit=4).messages) == 4
    with django_assert_num_queries(2 if marks else 1):
        assert len(history.since(cast.chat, seq=1, limit=10).messages) == 4


def as_loaded(user, chat: Chat) -> ListedChat:
    """The row of the list for a chat, from instances."""
    chat = Chat.objects.select_related("doctor", "patient").get(pk=chat.pk)
    last = Message.objects.filter(pk=chat.last_message_id or 0).first()
    return ListedChat(chat, chat.side_of(user.pk), last, SavedDraft.objects.filter(chat=chat, user=user).first())


@pytest.fixture
def doctors_chats(cast) -> list[Chat]:
    """Ada's chats: one as made, one with all values, one with a former patient."""
    filled = Chat.objects.create(doctor=cast.ada, patient=cast.cora)
    sent = Message.objects.create(
        chat=filled, sender=cast.cora, sender_role="patient", message_text=TEXTS[2], message_type="file", file_name="é"
    )
    User.objects.filter(pk=cast.cora.pk).update(picture="profile.webp", title="Mme", last_name="Lé\u2028")
    values = {f"{role}_{name}": 2**40 for role in ROLES for name in ("read_up_to", "delivered_up_to")}
    values |= {f"{role}_{name}": MOMENT for role in ROLES for name in ("read_at", "delivered_at")}
    values |= {f"{role}_{name}": True for role in ROLES for name in ("marked_unread", "has_draft")}
    Chat.objects.filter(pk=filled.pk).update(
        last_message_at=MOMENT, last_message_id=sent.pk, seq=2**40, message_count=7, doctor_unread=3, **values
    )
    SavedDraft.objects.create(chat=filled, user=cast.ada, message_text="à suivre", reply_to=sent, updated_at=MOMENT)
    former = User.objects.create_user("f@example.org", None, "patient", is_active=False)
    with_former = Chat.objects.create(doctor=cast.ada, patient=former, last_message_at=MOMENT)
    return [filled, with_former, cast.chat]


def test_the_list_shows_chats_as_they_are_loaded(cast, doctors_chats):
    page = chats.list_chats(cast.ada)
    shown = [chat_json(row) for row in page.chats]
    assert shown == [chat_json(as_loaded(cast.ada, chat)) for chat in doctors_chats]
    assert [chat_json(chats.listed(cast.ada, chat)) for chat in doctors_chats] == shown
    assert {type(row[name]) for row in shown for name in ("can_reply", "marked_unread")} == {bool}
    cast.cora.refresh_from_db()
    [of_patient] = chats.list_chats(cast.cora).chats
    assert chat_json(of_patient) == chat_json(as_loaded(cast.cora, doctors_chats[0]))


def test_the_list_is_one_query(cast, doctors_chats, django_assert_num_queries):
    with django_assert_num_queries(2):  # one for the draft
        chats.list_chats(cast.ada, limit=10)
    with django_assert_num_queries(1):
        chats.list_chats(cast.ben, limit=10)
    with django_assert_num_queries(0):
        assert chats.list_chats(cast.admin).chats == []


def test_a_list_has_no_chat_of_others(cast):
    assert rows.listed(cast.ben, Chat.objects.all()) != []
    for user in (cast.cora, cast.dan):
        assert rows.listed(user, Chat.objects.all()) == rows.listed_one(user, cast.chat.pk) == []
