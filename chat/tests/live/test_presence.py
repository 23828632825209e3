"""Presence: published to the other person of a chat while they watch it, if the person shows it."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from accounts.services import people
from accounts.services.sign_ins import end_all
from chat.live import presence as live
from chat.models import Chat
from chat.services import presence
from chat.tests.live.sockets import connected, receive, send
from chat.tests.talk import recipient_of
from chatsite.testing import api_client, page_client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("ben_shows_presence")]


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """No state left in the Redis of the run, and no delay: a person is offline as soon as their page is closed."""
    monkeypatch.setattr(live, "LEAVE_SECONDS", 0.05)
    monkeypatch.setattr(live, "GATHER_SECONDS", 0.01)
    yield
    presence.forget(range(1, 200))


async def watch(socket, chat, watching=True):
    await send(socket, type="watch", chat_id=chat.pk, watching=watching)


async def next_presence(socket):
    frame = await receive(socket, "presence")
    return frame["online"], frame["last_seen_at"]


async def until_online(socket):
    while await next_presence(socket) != (True, None):
        pass


async def switch(user, shows):
    """As the profile page does."""

    def save():
        person = User.objects.get(pk=user.pk)
        data = {"first_name": person.first_name, "last_name": person.last_name, "language": "en"}
        data |= {"time_zone": "Europe/Paris"} | ({"shows_presence": "on"} if shows else {})
        assert page_client(user).post("/accounts/profile", data).status_code == 302
        assert User.objects.get(pk=user.pk).shows_presence is shows

    await sync_to_async(save)()


async def silent(socket):
    assert await socket.receive_nothing(timeout=0.3)


async def test_a_watcher_is_answered_and_receives_presence_changes(cast):
    async with connected(cast.ada) as ada:
        await watch(ada, cast.chat)
        frame = await receive(ada)
        nobody = {"type": "presence", "chat_id": cast.chat.pk, "user_id": cast.ben.pk}
        assert frame == nobody | {"online": False, "last_seen_at": None}
        async with connected(cast.ben):
            assert await next_presence(ada) == (True, None)
            async with connected(cast.ben):
                await silent(ada)
            await silent(ada)
        online, last_seen_at = await next_presence(ada)
        assert (online, last_seen_at[-1]) == (False, "Z")
        await silent(ada)


async def test_who_is_online_already_is_published_at_once(cast):
    async with connected(cast.ben), connected(cast.ada) as ada:
        await asyncio.sleep(0.1)
        await watch(ada, cast.chat)
        assert await next_presence(ada) == (True, None)
        await watch(ada, cast.chat)
        assert await next_presence(ada) == (True, None)


async def test_a_reload_is_no_leaving(cast, monkeypatch):
    monkeypatch.setattr(live, "LEAVE_SECONDS", 0.5)
    async with connected(cast.ada) as ada:
        await watch(ada, cast.chat)
        await next_presence(ada)
        async with connected(cast.ben):
            assert await next_presence(ada) == (True, None)
        async with connected(cast.ben):
            assert await ada.receive_nothing(timeout=0.8)


async def test_nobody_is_shown_unless_they_choose_to(cast):
    async with connected(cast.ben) as ben:
        await watch(ben, cast.chat)
        assert await next_presence(ben) == (None, None)
        async with connected(cast.ada):
            await silent(ben)
            await switch(cast.ada, True)
            await until_online(ben)
            await switch(cast.ada, False)
            assert await next_presence(ben) == (None, None)
        await silent(ben)


async def test_what_was_hidden_is_not_published_later(cast, monkeypatch):
    await switch(cast.ben, False)
    async with connected(cast.ada) as ada:
        await watch(ada, cast.chat)
        assert await next_presence(ada) == (None, None)
        async with connected(cast.ben):
            await silent(ada)
            monkeypatch.setattr(live, "LEAVE_SECONDS", 0.5)
        # The disconnect is processed later than the switch.
        await switch(cast.ben, True)
        # Nor the time when they were last online: they hid their presence then.
        assert await next_presence(ada) == (False, None)
        assert await ada.receive_nothing(timeout=0.8)


async def test_who_stopped_watching_receives_nothing(cast):
    async with connected(cast.ada) as ada:
        await watch(ada, cast.chat)
        await next_presence(ada)
        await watch(ada, cast.chat, watching=False)
        await watch(ada, cast.chat, watching=False)
        async with connected(cast.ben):
            await silent(ada)
    assert not live.watching._watches
    assert not live.watching._watched_by


async def test_outsiders_and_junk_are_refused(cast):
    async with connected(cast.ben), connected(cast.cora) as cora:
        for watching in (True, False):
            await watch(cora, cast.chat, watching)
            error = await receive(cora)
            assert (error["code"], error["chat_id"]) == ("not_a_participant", cast.chat.pk)
        await watch(cora, Chat(pk=9_999_999))
        assert (await receive(cora))["code"] == "chat_not_found"
        for frame in ({"chat_id": cast.chat.pk}, {"watching": True}, {"chat_id": "x", "watching": True}):
            await send(cora, type="watch", **frame)
            assert (await receive(cora))["code"] == "invalid"
        await send(cora, type="watch", chat_id=cast.chat.pk, watching="yes")
        assert (await receive(cora))["code"] == "invalid"
        await silent(cora)


async def test_a_socket_watches_so_many(cast, monkeypatch):
    monkeypatch.setattr(live, "MOST_WATCHED", 1)
    other = await Chat.objects.acreate(doctor=cast.dan, patient=cast.ben)
    async with connected(cast.ben) as ben:
        await watch(ben, cast.chat)
        await next_presence(ben)
        await watch(ben, other)
        assert (await receive(ben, "error"))["code"] == "invalid"
        await watch(ben, cast.chat)
        await next_presence(ben)
        await watch(ben, cast.chat, watching=False)
        await watch(ben, other)
        assert (await receive(ben, "presence"))["chat_id"] == other.pk


async def test_a_closed_account_shows_nothing(cast):
    async with connected(cast.ada) as ada, connected(cast.ben):
        await watch(ada, cast.chat)
        await until_online(ada)
        await sync_to_async(people.deactivate)(User.objects.filter(pk=cast.ben.pk))
        assert await next_presence(ada) == (None, None)


async def test_the_end_of_a_sign_in_is_a_leaving(cast):
    async with connected(cast.ada) as ada:
        await watch(ada, cast.chat)
        await next_presence(ada)
        async with connected(cast.ben) as ben:
            assert await next_presence(ada) == (True, None)
            await sync_to_async(end_all)(cast.ben)
            await receive(ben, "session.ended")
        assert (await next_presence(ada))[0] is False


async def test_a_refresh_finds_changes_without_an_event(cast, monkeypatch):
    """Events get lost, and a process that dies publishes nothing: expired presence is published all the same."""
    monkeypatch.setattr(live, "REFRESH_SECONDS", 0.2)
    async with connected(cast.ada) as ada:
        await watch(ada, cast.chat)
        assert await next_presence(ada) == (False, None)
        monkeypatch.setattr(presence, "process_name", lambda: "another process")
        await sync_to_async(presence.note)([recipient_of(cast.ben)])
        assert await next_presence(ada) == (True, None)
        monkeypatch.setattr(presence.time, "time", lambda t=presence.time.time: t() + presence.ONLINE_SECONDS + 1)
        assert (await next_presence(ada))[0] is False


async def test_whoever_stays_is_kept(cast, monkeypatch):
    monkeypatch.setattr(live, "REFRESH_SECONDS", 0.1)
    monkeypatch.setattr(presence, "ONLINE_SECONDS", 0.6)
    async with connected(cast.ada) as ada, connected(cast.ben):
        await watch(ada, cast.chat)
        await until_online(ada)
        assert await ada.receive_nothing(timeout=1.5)


async def test_without_its_store_no_presence_is_published_and_messages_arrive(cast, monkeypatch):
    monkeypatch.setattr(presence, "_store", lambda: presence._InRedis("redis://127.0.0.1:1/0"))
    async with connected(cast.ada) as ada, connected(cast.ben) as ben:
        await watch(ada, cast.chat)
        assert await next_presence(ada) == (None, None)
        await send(ben, type="send", client_id="0" * 32, chat_id=cast.chat.pk, message_text="x")
        assert await receive(ada, "message.created")


async def test_it_takes_no_write_to_the_database(cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked():
        with CaptureQueriesContext(connection) as queries:
            ada, ben, dan = map(recipient_of, (cast.ada, cast.ben, cast.dan))
            presence.note([ben, ada], [dan])
            presence.presence_of([ben, ada, dan])
        return [query["sql"][:6] for query in queries]

    assert await sync_to_async(asked)() == ["SELECT", "SELECT"]


async def test_it_is_asked_over_rest_too(cast):
    def ask(user):
        return api_client(user).get(f"/api/chat/chats/{cast.chat.pk}/presence")

    answer = (await sync_to_async(ask)(cast.ada)).json()
    assert answer == {
        "success": True,
        "message": "Presence found",
        "online": False,
        "last_seen_at": None,
        "usually_answers_within": None,
    }
    async with connected(cast.ben), connected(cast.ada):
        await asyncio.sleep(0.2)
        assert (await sync_to_async(ask)(cast.ada)).json()["online"] is True
        assert (await sync_to_async(ask)(cast.ben)).json()["online"] is None
    for outsider in (cast.cora, cast.dan, cast.admin):
        refused = await sync_to_async(ask)(outsider)
        assert (refused.status_code, refused.json()["error"]) == (403, "not_a_participant")
