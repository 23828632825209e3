"""Corrections, receipts, badges and drafts over the socket: the frames that clients receive and may send."""

import uuid

import pytest
from asgiref.sync import sync_to_async

from chat.models import Chat
from chat.services import corrections, drafts, pins, reactions, reading
from chat.tests.live.sockets import connected, receive, send
from chat.tests.talk import post_message
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db(transaction=True)


async def silent(*sockets):
    for socket in sockets:
        await send(socket, type="ping")
        assert await receive(socket) == {"type": "pong"}


async def test_a_change_is_received_by_every_device_of_both_and_nobody_else(cast):
    message = await sync_to_async(post_message)(cast.ben, cast.chat, "a")
    # Each with whether the last answer of the chat may have changed by it.
    changes = (
        (lambda: corrections.correct(cast.ben, message_id=message.pk, text="b"), False),
        (lambda: reactions.react(cast.ada, message_id=message.pk, emoji="🙏"), True),
        (lambda: pins.pin(cast.ada, message_id=message.pk), False),
        (lambda: corrections.retract(cast.ben, message_id=message.pk), True),
    )

    def fetch():
        return api_client(cast.ben).get(f"/api/chat/message/{message.pk}").json()["message_data"]

    async with (
        connected(cast.ben) as ben,
        connected(cast.ada) as ada,
        connected(cast.ada) as adas_phone,
        connected(cast.cora) as cora,
    ):
        for change, answers in changes:
            await sync_to_async(change)()
            frames = [await receive(socket) for socket in (ben, ada, adas_phone)]
            assert ["last_reaction" in frame for frame in frames] == [answers] * 3
            for frame in frames:
                frame.pop("last_reaction", None)
            present = await sync_to_async(fetch)()
            expected = {"type": "message.changed", "chat_id": cast.chat.pk, "seq": present["seq"], "message": present}
            assert frames == [expected] * 3
        await silent(cora)


async def test_a_reply_is_sent_over_the_socket(cast):
    source = await sync_to_async(post_message)(cast.ada, cast.chat, "Depuis quand ?")
    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        await send(
            ben, type="send", client_id=str(uuid.uuid4()), chat_id=cast.chat.pk, message_text="Hier", reply_to=source.pk
        )
        acked, received = (await receive(ben, "ack"))["message"], (await receive(ada))["message"]
        assert acked == received
        assert received["reply_to"]["message_text"] == "Depuis quand ?"
        for junk in (0, True, "x", 2**63, [1], {"id": 1}, 1.5):
            key = str(uuid.uuid4())
            await send(ben, type="send", client_id=key, chat_id=cast.chat.pk, message_text="x", reply_to=junk)
            error = await receive(ben, "error")
            assert (error["code"], error["client_id"]) == ("invalid", key)
        key = str(uuid.uuid4())
        await send(ben, type="send", client_id=key, chat_id=cast.chat.pk, message_text="x", reply_to=9_999_999)
        error = await receive(ben, "error")
        assert (error["code"], error["client_id"]) == ("message_not_found", key)


async def test_a_device_reports_what_it_has(cast):
    first = await sync_to_async(post_message)(cast.ben, cast.chat, "a")
    last = await sync_to_async(post_message)(cast.ben, cast.chat, "b")
    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        await send(ada, type="delivered", chat_id=cast.chat.pk, up_to=first.pk)
        frame = await receive(ben)
        assert frame == await receive(ada)
        assert (frame["type"], frame["up_to"], frame["seq"], frame["recipient_role"]) == (
            "chat.delivered",
            first.pk,
            3,
            "doctor",
        )
        # Again, and backwards: nothing. Far ahead: the newest. Without a number: everything.
        await send(ada, type="delivered", chat_id=cast.chat.pk, up_to=first.pk)
        await silent(ada, ben)
        await send(ada, type="delivered", chat_id=cast.chat.pk, up_to=2**63 - 1)
        assert (await receive(ben))["up_to"] == last.pk
        await receive(ada)
        await send(ada, type="delivered", chat_id=cast.chat.pk)
        await silent(ada, ben)


async def test_junk_and_strangers_are_answered(cast):
    async with connected(cast.cora) as cora:
        for kind in ("delivered", "read"):
            await send(cora, type=kind, chat_id=cast.chat.pk, up_to=1)
            error = await receive(cora)
            assert (error["type"], error["code"], error["chat_id"]) == ("error", "not_a_participant", cast.chat.pk)
            await send(cora, type=kind, chat_id=9_999_999)
            assert (await receive(cora))["code"] == "chat_not_found"
            for junk in (0, -1, "x", True, 1.5, 2**63, [], {}):
                await send(cora, type=kind, chat_id=cast.chat.pk, up_to=junk)
                assert (await receive(cora))["code"] == "invalid", junk
    assert (await Chat.objects.aget(pk=cast.chat.pk)).seq == 0


async def test_a_badge_and_a_draft_are_received_by_ones_own_devices_alone(cast):
    await sync_to_async(post_message)(cast.ben, cast.chat, "a")
    async with connected(cast.ada) as desk, connected(cast.ada) as phone, connected(cast.ben) as ben:
        await sync_to_async(reading.mark_unread)(cast.ada, chat_id=cast.chat.pk)
        badge = {"type": "chat.badge", "chat_id": cast.chat.pk, "unread_count": 1, "marked_unread": True}
        assert await receive(desk) == await receive(phone) == badge
        await sync_to_async(drafts.save)(cast.ada, chat_id=cast.chat.pk, text="Bonjour")
        frame = await receive(desk)
        assert frame == await receive(phone)
        assert (frame["type"], frame["draft"]["message_text"]) == ("chat.draft", "Bonjour")
        await silent(ben)
        key = str(uuid.uuid4())
        await send(desk, type="send", client_id=key, chat_id=cast.chat.pk, message_text="Bonjour")
        assert (await receive(phone, "chat.draft"))["draft"] is None
        assert (await receive(ben))["type"] == "message.created"
        await silent(ben)
