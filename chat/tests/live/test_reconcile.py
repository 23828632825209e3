"""Events that were lost on the bus: clients that missed them receive the chat's latest number."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.utils import timezone

from chat.live import reconcile
from chat.live.reconcile import Reconciler, reconciler
from chat.models import Chat
from chat.services.chats import changed_since, get_or_create
from chat.tests.live.sockets import connected, receive, send
from chat.tests.talk import recipient_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def own():
    """A reconciler that runs only when a test calls it."""
    return Reconciler()


async def look(own):
    await own.look(timezone.now() - timedelta(seconds=30))


async def commit_unpublished(chat, seq):
    await Chat.objects.filter(pk=chat.pk).aupdate(seq=seq, updated_at=timezone.now())


async def test_whoever_missed_an_event_receives_the_number_of_the_chat_once(cast, own):
    async with connected(cast.ben) as ben, connected(cast.ada) as ada, connected(cast.cora) as cora:
        await commit_unpublished(cast.chat, 7)
        await look(own)
        assert await ben.receive_nothing()
        await look(own)
        for socket in (ben, ada):
            assert await receive(socket) == {"type": "chat.seq", "chat_id": cast.chat.pk, "seq": 7}
        await look(own)
        for socket in (ben, ada, cora):
            assert await socket.receive_nothing()
        await commit_unpublished(cast.chat, 8)
        await look(own)
        await look(own)
        assert (await receive(ben))["seq"] == 8


async def test_an_event_that_comes_a_little_later_is_not_lost(cast, own):
    async with connected(cast.ben) as ben:
        await commit_unpublished(cast.chat, 7)
        await look(own)
        own.note([[cast.chat.pk, 7]])
        await look(own)
        await look(own)
        assert await ben.receive_nothing()


async def test_in_a_chat_with_new_messages_a_lost_event_is_published_too(cast, own):
    async with connected(cast.ben) as ben:
        for seq in (7, 8):
            await commit_unpublished(cast.chat, seq)
            await look(own)
        assert (await receive(ben))["seq"] == 8


async def test_every_published_change_is_recorded_here(cast):
    """Every change of `seq` is recorded as published, or the reconciler would publish it again."""
    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        await send(ben, type="send", client_id="1" * 32, chat_id=cast.chat.pk, message_text="x")
        message = (await receive(ada, "message.created"))["message"]
        await send(ada, type="delivered", chat_id=cast.chat.pk, up_to=message["message_id"])
        await receive(ben, "chat.delivered")
        assert reconciler._published[cast.chat.pk] == 2
        await send(ada, type="read", chat_id=cast.chat.pk)
        await receive(ben, "chat.read")
        assert reconciler._published[cast.chat.pk] == 3
        made, _ = await sync_to_async(get_or_create)(cast.dan, doctor_id=cast.dan.pk, patient_id=cast.ben.pk)
        await receive(ben, "chat.changed")
        assert reconciler._published[made.pk] == 0
        found = await sync_to_async(changed_since)(timezone.now() - timedelta(seconds=30))
        assert found == {
            cast.chat.pk: (3, (recipient_of(cast.ada), recipient_of(cast.ben))),
            made.pk: (0, (recipient_of(cast.dan), recipient_of(cast.ben))),
        }


async def test_what_was_published_long_ago_is_forgotten(cast, own):
    own.note([[cast.chat.pk, 0], [10**6, 5]])
    await look(own)
    assert own._published == {cast.chat.pk: 0}


async def test_it_continues_when_the_database_comes_back(cast, own, monkeypatch):
    away = [OperationalError(2006, "gone")] * 2

    def changed(moment):
        if away:
            raise away.pop()
        return changed_since(moment)

    monkeypatch.setattr(reconcile, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(reconcile, "changed_since", changed)
    async with connected(cast.ben) as ben:
        running = asyncio.create_task(own.run())
        await commit_unpublished(cast.chat, 7)
        assert (await receive(ben, "chat.seq"))["seq"] == 7
        running.cancel()
