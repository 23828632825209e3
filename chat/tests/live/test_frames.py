"""Frames over an open socket: who receives them, and which invalid ones the socket survives."""

import asyncio
import json
import uuid

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from chat.live import bus
from chat.models import Chat, Message
from chat.services.reading import mark_read
from chat.tests.live.sockets import connected, receive, send, token_of

pytestmark = pytest.mark.django_db(transaction=True)


def key():
    return str(uuid.uuid4())


async def test_a_message_is_acknowledged_and_received_by_both_sides_only(cast):
    async with (
        connected(cast.ben) as ben,
        connected(cast.ben) as bens_phone,
        connected(cast.ada) as ada,
        connected(cast.cora) as cora,
        connected(cast.dan) as dan,
    ):
        mine = key()
        await send(ben, type="send", client_id=mine, chat_id=cast.chat.pk, message_text="Bonjour 👋")
        ack = await receive(ben, "ack")
        event = await receive(ada, "message.created")
        assert ack["client_id"] == mine
        assert ack["message"] == event["message"]
        assert event["message"]["message_text"] == "Bonjour 👋"
        assert (event["chat_id"], event["seq"]) == (cast.chat.pk, 1)
        assert (await receive(bens_phone, "message.created")) == event
        assert await cora.receive_nothing()
        assert await dan.receive_nothing()
    assert await Message.objects.aget() is not None


async def test_the_event_comes_before_the_ack(cast):
    """A client that shows a message at its event finds the ack of what it already shows."""
    async with connected(cast.ben) as ben:
        frame = {"type": "send", "client_id": key(), "chat_id": cast.chat.pk, "message_text": "x"}
        for event in ("message.created", "chat.seq"):
            await send(ben, **frame)
            assert [(await receive(ben))["type"] for _ in range(2)] == [event, "ack"]


async def test_errors_are_in_the_language_of_the_handshake(cast):
    token = (await sync_to_async(token_of)(cast.ben)).encode()
    for asked, words in ((b"fr-FR,en;q=0.5", "Conversation introuvable."), (b"de", "Chat not found.")):
        async with connected(headers=[(b"authorization", token), (b"accept-language", asked)]) as ben:
            await send(ben, type="read", chat_id=999_999)
            assert (await receive(ben, "error"))["message"] == words
            await send(ben, type="send", client_id=key(), chat_id=999_999, message_text="x")
            assert (await receive(ben, "error"))["message"] == words


async def test_a_repeat_is_acknowledged_again_and_not_published(cast):
    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        frame = {"type": "send", "client_id": key(), "chat_id": cast.chat.pk, "message_text": "x"}
        await send(ben, **frame)
        first = await receive(ben, "ack")
        await receive(ada, "message.created")
        await send(ben, **frame)
        assert await receive(ben, "ack") == first
        # A client that missed the event of the first one catches up; nobody receives the message again.
        assert await receive(ada) == {"type": "chat.seq", "chat_id": cast.chat.pk, "seq": 1}
        assert await ada.receive_nothing()
        await send(ben, **{**frame, "message_text": "y"})
        refused = await receive(ben, "error")
        assert (refused["code"], refused["client_id"]) == ("client_id_reused", frame["client_id"])


async def test_the_answer_names_the_key_as_the_client_wrote_it(cast):
    async with connected(cast.ben) as ben:
        for text, kind in (("x", "ack"), ("y", "error")):
            await send(ben, type="send", client_id="A" * 32, chat_id=cast.chat.pk, message_text=text)
            assert (await receive(ben, kind))["client_id"] == "A" * 32


async def test_a_flow_of_sends_keeps_its_order(cast):
    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        for number in range(60):
            await send(ben, type="send", client_id=key(), chat_id=cast.chat.pk, message_text=f"{number}")
        received = [(await receive(ada, "message.created")) for _ in range(60)]
    assert [event["message"]["message_text"] for event in received] == [f"{n}" for n in range(60)]
    assert [event["seq"] for event in received] == list(range(1, 61))


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"chat_id": "CHAT", "message_text": " "}, "empty_message"),
        ({"chat_id": "CHAT", "message_text": "a\x00"}, "text_not_storable"),
        ({"chat_id": "CHAT", "message_text": {"a": 1}}, "invalid"),
        ({"chat_id": 10**9, "message_text": "x"}, "chat_not_found"),
        ({"chat_id": True, "message_text": "x"}, "invalid"),
        ({"chat_id": -1, "message_text": "x"}, "invalid"),
        ({"message_text": "x"}, "invalid"),
        ({"chat_id": "CHAT", "attachment_ids": [9]}, "attachment_not_found"),
        ({"chat_id": "CHAT", "attachment_ids": "9"}, "invalid"),
    ],
)
async def test_a_bad_send_is_answered_with_its_key(cast, frame, code):
    frame = {**frame, "chat_id": cast.chat.pk} if frame.get("chat_id") == "CHAT" else frame
    async with connected(cast.ben) as ben:
        mine = key()
        await send(ben, type="send", client_id=mine, **frame)
        refused = await receive(ben, "error")
        assert (refused["code"], refused["client_id"]) == (code, mine)
    assert not await Message.objects.aexists()


async def test_a_frame_of_more_than_64_kb_is_not_read(cast):
    """In bytes as in characters, so no text that is too long for a message gets past it."""
    frame = {"type": "send", "client_id": key(), "chat_id": cast.chat.pk}
    async with connected(cast.ben) as ben:
        for text in ("é" * 31_000 + "x" * 3_600, "x" * 65_600):
            await ben.send_text(json.dumps({**frame, "message_text": text}, ensure_ascii=False))
            assert await receive(ben) == {"type": "error", "code": "bad_frame", "message": "A frame may have 64 KB."}
        await ben.send_text(json.dumps({**frame, "message_text": "é" * 32_600}, ensure_ascii=False))
        assert (await receive(ben, "ack"))["client_id"] == frame["client_id"]


async def test_an_outsider_is_refused(cast):
    async with connected(cast.cora) as cora, connected(cast.ada) as ada:
        for frame in (
            {"type": "send", "client_id": key(), "message_text": "x"},
            {"type": "read"},
            {"type": "typing", "typing": True},
        ):
            await send(cora, **frame, chat_id=cast.chat.pk)
            assert (await receive(cora))["code"] == "not_a_participant"
        assert await ada.receive_nothing()


async def test_the_sender_in_a_frame_is_ignored(cast):
    async with connected(cast.ben) as ben:
        await send(
            ben, type="send", client_id=key(), chat_id=cast.chat.pk, message_text="x",
            sender_id=cast.ada.pk, sender_role="doctor",
        )  # fmt: skip
        assert (await receive(ben, "ack"))["message"]["sender_id"] == cast.ben.pk


JUNK = [
    "", "{", "[]", "5", '"x"', "null", "nonsense", '{"type": "unknown"}', '{"type": 5}', '{"type": ["send"]}', "{}",
    '{"type":"typing","chat_id":1,"typing":"yes"}', '{"a":' * 3000, "[" * 100_000, '{"x": NaN}', "x" * 70_000,
    '{"type":"send","client_id":"\\ud800","chat_id":1,"message_text":"x"}',
    '{"type":"send","client_id":5,"chat_id":1}', '{"type":"read","chat_id":1,"up_to":"x"}',
    '{"type":"read","chat_id":' + "9" * 4000 + "}",
]  # fmt: skip


async def test_junk_is_answered_and_survived(cast):
    async with connected(cast.ben) as ben:
        for junk in JUNK:
            await ben.send_text(junk)
            assert (await receive(ben))["type"] == "error", junk[:50]
        await ben.send_input({"type": "websocket.receive", "bytes": b"\x00\xff"})
        assert (await receive(ben))["code"] == "bad_frame"
        await send(ben, type="ping")
        assert await receive(ben) == {"type": "pong"}


async def test_reading_is_received_by_both_and_counted_for_the_reader(cast):
    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        for text in "ab":
            await send(ben, type="send", client_id=key(), chat_id=cast.chat.pk, message_text=text)
        ids = [(await receive(ada, "message.created"))["message"]["message_id"] for _ in "ab"]
        await send(ada, type="read", chat_id=cast.chat.pk, up_to=ids[0])
        mine, theirs = await receive(ada, "chat.read"), await receive(ben, "chat.read")
        assert mine.pop("unread_count") == 1
        assert mine == theirs
        assert (theirs["up_to"], theirs["reader_role"], theirs["seq"]) == (ids[0], "doctor", 3)
        await send(ada, type="read", chat_id=cast.chat.pk, up_to=ids[0])
        assert await ben.receive_nothing()


@pytest.mark.parametrize("kind", ["read", "delivered"])
async def test_an_empty_watermark_is_refused_and_none_means_all(cast, kind):
    """As REST does: a client that lost the id does not mean everything."""
    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        for text in "ab":
            await send(ben, type="send", client_id=key(), chat_id=cast.chat.pk, message_text=text)
        ids = [(await receive(ada, "message.created"))["message"]["message_id"] for _ in "ab"]
        await send(ada, type=kind, chat_id=cast.chat.pk, up_to="")
        assert (await receive(ada))["code"] == "invalid"
        await send(ada, type=kind, chat_id=cast.chat.pk, up_to=ids[0])
        assert (await receive(ada, f"chat.{kind}"))["up_to"] == ids[0]
        await send(ada, type=kind, chat_id=cast.chat.pk, up_to=None)
        assert (await receive(ada, f"chat.{kind}"))["up_to"] == ids[1]


async def test_typing_is_received_by_the_other_side_and_throttled(cast):
    async with connected(cast.ben) as ben, connected(cast.ada) as ada, connected(cast.ben) as bens_phone:
        for _ in range(5):
            await send(ben, type="typing", chat_id=cast.chat.pk, typing=True)
        received = await receive(ada)
        assert received == {"type": "typing", "chat_id": cast.chat.pk, "user_id": cast.ben.pk, "typing": True}
        assert await ada.receive_nothing()
        await send(ben, type="typing", chat_id=cast.chat.pk, typing=False)
        assert (await receive(ada))["typing"] is False
        for _ in range(5):
            for typing in (True, False):
                await send(ben, type="typing", chat_id=cast.chat.pk, typing=typing)
        assert await ada.receive_nothing()
        assert await bens_phone.receive_nothing()


async def test_a_new_chat_is_received_by_both(cast):
    from chat.services.chats import get_or_create

    async with connected(cast.dan) as dan, connected(cast.cora) as cora:
        chat, _ = await sync_to_async(get_or_create)(cast.cora, doctor_id=cast.dan.pk, patient_id=cast.cora.pk)
        for socket in (dan, cora):
            event = await receive(socket, "chat.changed")
            assert (event["chat_id"], event["chat"]["patient_name"]) == (chat.pk, "Cora Petit")


async def test_a_closed_account_is_published_to_the_others_and_moves_no_cursor(cast):
    from accounts.models import User
    from accounts.services import people

    bens = User.objects.filter(pk=cast.ben.pk)
    seq = (await Chat.objects.aget(pk=cast.chat.pk)).seq
    async with connected(cast.ada) as ada, connected(cast.cora) as cora:
        for switch, can_reply in ((people.deactivate, False), (people.activate, True)):
            assert await sync_to_async(switch)(bens) == [cast.ben]
            assert await receive(ada) == {
                "type": "chat.reachable",
                "chat_id": cast.chat.pk,
                "can_reply": can_reply,
                "reply_blocked_reason": None if can_reply else "recipient_inactive",
            }
        assert await cora.receive_nothing()
    assert (await Chat.objects.aget(pk=cast.chat.pk)).seq == seq


async def test_what_is_rolled_back_is_never_received(cast):
    def read_and_fail():
        with transaction.atomic():
            mark_read(cast.ada, chat_id=cast.chat.pk)
            assert Chat.objects.get().seq == 2
            transaction.set_rollback(True)

    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        await send(ben, type="send", client_id=key(), chat_id=cast.chat.pk, message_text="x")
        await receive(ada, "message.created")
        await receive(ben, "message.created")
        await receive(ben, "ack")
        await sync_to_async(read_and_fail)()
        assert await ben.receive_nothing()


async def test_a_failed_publication_never_fails_a_send(cast, monkeypatch):
    def broken(*_):
        raise RuntimeError("no bus")

    async with connected(cast.ben) as ben:
        monkeypatch.setattr(bus, "publish", broken)
        await send(ben, type="send", client_id=key(), chat_id=cast.chat.pk, message_text="x")
        assert (await receive(ben, "ack"))["message"]["message_text"] == "x"


async def test_events_applied_to_an_old_page_make_the_new_page(cast):
    """The messages of a client after the events equal those of a fresh fetch."""
    from chatsite.testing import api_client

    client = await sync_to_async(api_client)(cast.ada)

    def fetch():
        return client.get(f"/api/chat/messages/{cast.chat.pk}?newest=1").json()

    before = await sync_to_async(fetch)()
    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        for number in range(3):
            await send(ben, type="send", client_id=key(), chat_id=cast.chat.pk, message_text=f"{number}")
            await receive(ben, "ack")
        shown = before["messages"] + [(await receive(ada, "message.created"))["message"] for _ in range(3)]
    after = await sync_to_async(fetch)()
    assert after["messages"] == shown
    assert after["next_since"] == 3


async def test_a_flood_is_slowed_and_served(cast, settings):
    settings.CHAT_SOCKET_RATE = 50
    async with connected(cast.ben) as ben:
        start = asyncio.get_running_loop().time()
        for _ in range(130):
            await send(ben, type="ping")
        for _ in range(130):
            assert (await receive(ben))["type"] == "pong"
        # A hundred at once, thirty at fifty a second.
        assert asyncio.get_running_loop().time() - start > 0.5


async def test_a_lasting_flood_is_closed_with_1008(cast, settings, monkeypatch):
    from chat.live import allowance

    monkeypatch.setattr(allowance, "PATIENCE_SECONDS", 0.2)
    settings.CHAT_SOCKET_RATE = 50
    async with connected(cast.ben) as ben:
        for _ in range(200):
            await send(ben, type="ping")
        while True:
            event = await ben.receive_output(timeout=5)
            if event["type"] == "websocket.close":
                break
            assert json.loads(event["text"])["type"] == "pong"
        assert event["code"] == 1008
