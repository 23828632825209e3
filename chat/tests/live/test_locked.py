"""A socket closes when its sign-in is locked, and opens again once that is unlocked; sending keeps it in use."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts.models import SignIn
from accounts.services import idle
from chat.live import sign_ins
from chat.tests.live.sockets import ORIGIN, Dial, connected, receive, send
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def headers_of(person):
    cookie = page_client(person).cookies["sessionid"].value
    return [ORIGIN, (b"cookie", f"sessionid={cookie}".encode())]


async def leave(minutes, **which):
    await SignIn.objects.filter(**which).aupdate(active_at=timezone.now() - timedelta(minutes=minutes))


async def test_it_closes_with_the_comparison_and_only_where_nobody_is(cast):
    assert sign_ins.CHECK_SECONDS <= 4
    headers = await headers_of(cast.ada)
    async with connected(headers=headers) as here, connected(cast.ada) as app, connected(cast.ben) as ben:
        await leave(16)
        await sign_ins.check()
        assert await receive(here, "session.locked")
        assert (await here.receive_output(5))["code"] == 4423
        for other in (app, ben):
            await send(other, type="ping")
            assert await receive(other) == {"type": "pong"}


async def test_it_stays_closed_until_it_is_unlocked(cast):
    headers = await headers_of(cast.ada)
    await leave(16)
    socket = Dial(headers)
    assert await socket.open() == 101
    assert await socket.receive_output(5) == {"type": "websocket.close", "code": 4423}
    await sync_to_async(idle.unlock)(await SignIn.objects.aget())
    async with connected(headers=headers) as here:
        assert here.welcome


@pytest.mark.parametrize(
    ("frame", "minutes", "keeps"), [("send", 10, True), ("looking", 10, False), ("send", 16, False)]
)
async def test_only_what_a_person_sends_keeps_it_in_use(cast, frame, minutes, keeps):
    frames = {
        "send": ({"client_id": "0" * 32, "message_text": "x"}, "ack"),
        "looking": ({"looking": True}, "pong"),
    }
    content, answer = frames[frame]
    async with connected(headers=await headers_of(cast.ada)) as here:
        await leave(minutes)
        await send(here, type=frame, chat_id=cast.chat.pk, **content)
        await send(here, type="ping")
        await receive(here, answer)
        await sign_ins.check()
        row = await SignIn.objects.aget()
        assert (timezone.now() - row.active_at < timedelta(minutes=1)) is keeps
