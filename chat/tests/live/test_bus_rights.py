"""The bus with an account of Redis that may less: what is missing is noticed, and what is documented is enough."""

import asyncio
import re
from urllib.parse import urlsplit

import pytest
import redis.asyncio
from asgiref.sync import sync_to_async

from chat import doctor
from chat.live import bus, publisher
from chat.live.hub import hub
from chat.live.peers import Peers
from chat.services import looking, presence
from chat.tests.live.other_process import of_other
from chat.tests.live.sockets import connected, receive, send
from chat.tests.talk import recipient_of
from chatsite import redis_clients

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def give(other, settings):
    """Gives rights to the account that REDIS_URL then names."""
    url = urlsplit(settings.REDIS_URL)

    async def give(*rights):
        await other.execute_command("ACL", "SETUSER", "narrow", "on", ">PASSWORD", *rights)
        settings.REDIS_URL = url._replace(netloc=f"narrow:PASSWORD@{url.hostname}:{url.port}").geturl()

    yield give
    await other.execute_command("ACL", "DELUSER", "narrow")


async def test_a_redis_that_refuses_the_channel_is_unavailable(cast, give):
    await give("~*", "+@all", "&other:*")
    assert await sync_to_async(bus.is_up)() is False
    await give(f"&{publisher.channel()}")
    assert await sync_to_async(bus.is_up)() is True


async def test_a_redis_that_does_not_count_keeps_the_bus_up(cast, give, monkeypatch):
    monkeypatch.setattr(bus, "QUIET_SECONDS", 0.1)
    await give("~*", "&*", "+@all", "-pubsub|numsub")
    monkeypatch.setattr(bus, "_peers", peers := Peers())
    monkeypatch.setattr(bus._publisher, "_peers", peers)
    async with connected(cast.ben) as ben:
        async with asyncio.timeout(5):
            while peers._countable:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.01)
        assert hub.live
        assert not peers.alone
        await send(ben, type="ping")
        assert await receive(ben, "pong")


async def looks(socket, user, chat, value):
    """Say it until it is known: Redis has a second to answer, and on a busy machine takes longer now and then."""
    known = sync_to_async(looking.looking)
    async with asyncio.timeout(30):
        while True:
            await send(socket, type="looking", chat_id=chat.pk, looking=value)
            for _ in range(50):
                if bool((await known([user.pk]))[user.pk]) is value:
                    return
                await asyncio.sleep(0.01)


async def test_the_rights_of_the_documentation_are_all_that_is_needed(cast, other, give, settings, monkeypatch):
    monkeypatch.setattr(bus, "QUIET_SECONDS", 0.1)
    monkeypatch.setattr(looking, "REST_SECONDS", 0)
    documented = (settings.BASE_DIR / "docs/operations.md").read_text()
    await give(*re.search(r"^ACL SETUSER chat on (.+)$", documented, re.MULTILINE)[1].split())
    await other.execute_command("ACL", "LOG", "RESET")
    # A publisher of its own: that of this process has a connection already.
    monkeypatch.setattr(bus, "_publisher", publisher.Publisher(bus._peers))
    async with connected(cast.ada) as ada, connected(cast.ben) as ben:
        await looks(ben, cast.ben, cast.chat, True)
        await other.publish(publisher.channel(), of_other(hello="other"))
        await send(ada, type="send", client_id="1" * 32, chat_id=cast.chat.pk, message_text="x")
        assert await receive(ben, "message.created")
        await looks(ben, cast.ben, cast.chat, False)
        await sync_to_async(bus.drain)(5)
        assert await sync_to_async(bus.is_up)()
    recipient = recipient_of(cast.ben)
    store = presence._InRedis(settings.REDIS_URL)
    store.note([recipient], [])
    assert store.read([recipient])[recipient]
    store.forget([recipient])
    async with redis_clients.listening(settings.REDIS_URL, patience=5) as client:
        await client.execute_command("ROLE")
    assert [answer.state for answer in await sync_to_async(doctor.bus)()] == ["ok", "ok"]
    # The doctor asks two questions more, and does without their answers.
    await other.execute_command("ACL", "LOG", "RESET")
    async with redis_clients.listening(settings.REDIS_URL, patience=5) as client:
        for refused in (("GET", "chat:x"), ("DEL", "x"), ("PUBLISH", "x", "y"), ("FLUSHALL",), ("CLIENT", "LIST")):
            with pytest.raises(redis.exceptions.NoPermissionError):
                await client.execute_command(*refused)
    refused = [(entry["username"], entry["object"]) for entry in await other.acl_log()]
    assert len(refused) == 5, refused
