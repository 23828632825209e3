"""What the audit has of a socket: tries at conversations of others, and words that come with an answer."""

import uuid

import pytest
from asgiref.sync import sync_to_async

from audit import trail
from audit.actions import Action
from chat.tests.live.sockets import connected, receive, send
from chat.tests.talk import post_message
from chatsite.testing import audited

pytestmark = pytest.mark.django_db(transaction=True)
WHO = ("action", "actor", "role", "chat", "detail")


def key():
    return str(uuid.uuid4())


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "send", "message_text": "x"},
        {"type": "read"},
        {"type": "delivered"},
        {"type": "watch", "watching": True},
        {"type": "looking", "looking": True},
        {"type": "typing", "typing": True},
    ],
    ids=lambda frame: frame["type"],
)
async def test_a_frame_about_the_conversation_of_others_is_a_row(cast, frame):
    async with connected(cast.cora) as cora:
        audited.queued("action")
        for chat_id, code in ((cast.chat.pk, "not_a_participant"), (999_999, "chat_not_found")):
            for _ in range(2):
                await send(cora, **frame, client_id=key(), chat_id=chat_id)
                assert (await receive(cora, "error"))["code"] == code
            # A repeat within a minute is none.
            assert audited.queued(*WHO) == [(Action.REFUSED, cast.cora.pk, "patient", chat_id, "socket")]


async def test_what_cannot_be_read_is_no_try(cast):
    async with connected(cast.cora) as cora:
        audited.queued("action")
        for frame in ({"type": "read", "chat_id": "Canary"}, {"type": "Canary", "chat_id": cast.chat.pk}):
            await send(cora, **frame)
            assert (await receive(cora))["type"] == "error"
    assert Action.REFUSED not in audited.queued("action")


async def test_an_answer_that_quotes_is_a_row_of_its_sender(cast):
    """Or each message could be read by answering it."""
    asked = await sync_to_async(post_message)(cast.ben, cast.chat, "canary-text")
    async with connected(cast.ada) as ada:
        audited.queued("action")
        await send(ada, type="send", client_id=key(), chat_id=cast.chat.pk, message_text="x", reply_to=asked.pk)
        assert "canary-text" in str(await receive(ada, "ack"))
        sign_in = await cast.ada.sign_ins.aget(ended_at=None)
        row = (Action.PAGE, cast.ada.pk, sign_in.pk, cast.chat.pk, asked.pk)
        assert audited.queued("action", "actor", "sign_in", "chat", "first") == [row]
        trail.forget_repeats()
        await send(ada, type="send", client_id=key(), chat_id=cast.chat.pk, message_text="y")
        await receive(ada, "ack")
        assert audited.queued("action") == []
