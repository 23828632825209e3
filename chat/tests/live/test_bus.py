"""Events between processes, over a real Redis: this process publishes, and plays the other one too."""

import asyncio
import json
import re
from urllib.parse import urlsplit

import pytest
import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils import timezone

from accounts.signals import presence_switched
from chat import doctor, metrics
from chat.live import bus, publisher, reconcile
from chat.live import presence as live_presence
from chat.live.hub import hub
from chat.live.peers import Peers
from chat.models import Chat
from chat.models.side import recipients_for
from chat.services import looking, presence
from chat.tests.live.sockets import connected, receive, send
from chat.tests.talk import recipient_of
from chatsite import redis_clients
from chatsite.process import process_name

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def other():
    """Another process's connection to the bus."""
    client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_timeout=None)
    yield client
    await client.aclose()


def of_other(**batch) -> str:
    return f"other\n{json.dumps(batch)}"


async def subscribed(client):
    """Wait until the process under test is subscribed."""
    async with asyncio.timeout(5):
        while (await client.pubsub_numsub(publisher.channel()))[0][1] < 1:  # noqa: ASYNC110 - only Redis knows
            await asyncio.sleep(0.01)


async def test_events_of_others_reach_the_sockets_here(cast, other):
    async with connected(cast.ben) as ben, connected(cast.cora) as cora:
        await subscribed(other)
        frame = json.dumps({"type": "chat.seq", "chat_id": cast.chat.pk, "seq": 1})
        await other.publish(publisher.channel(), of_other(events=[[[recipient_of(cast.ben)], frame]]))
        assert await receive(ben, "chat.seq")
        assert await cora.receive_nothing()


async def test_a_process_with_the_new_key_and_one_with_the_old_hear_each_other(cast, other, settings):
    async with connected(cast.ben) as ben:
        await subscribed(other)
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the new key of the other process"
        frame = json.dumps({"type": "chat.seq", "chat_id": cast.chat.pk, "seq": 1})
        await other.publish(publisher.channel(), of_other(events=[[[recipient_of(cast.ben)], frame]]))
        assert await receive(ben, "chat.seq")


async def test_our_events_reach_others_once_and_us_not_again(cast, other):
    async with connected(cast.ben) as ben, other.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(publisher.channel())
        await subscribed(other)
        await other.publish(publisher.channel(), of_other(hello="other"))
        await send(ben, type="send", client_id="1" * 32, chat_id=cast.chat.pk, message_text="x")
        await receive(ben, "message.created")
        async with asyncio.timeout(5):
            async for message in channel.listen():
                batch = json.loads(message["data"].partition(b"\n")[2])
                # That a person came online is published as well, sooner or later.
                if "events" in batch:
                    break
        [[recipients, frame]] = batch["events"]
        assert recipients == [recipient_of(cast.ada), recipient_of(cast.ben)]
        assert json.loads(frame)["message"]["message_text"] == "x"
        assert (await receive(ben))["type"] == "ack"
        assert await ben.receive_nothing()


async def test_an_unreadable_event_stops_no_delivery(cast, other):
    async with connected(cast.ben) as ben:
        await subscribed(other)
        for junk in ("junk", "other\n[]", "other\n{}", "", of_other(events=5), of_other(events=[[1]])):
            await other.publish(publisher.channel(), junk)
        frame = json.dumps({"type": "chat.seq", "chat_id": cast.chat.pk, "seq": 1})
        await other.publish(publisher.channel(), of_other(events=[[[recipient_of(cast.ben)], frame]]))
        assert await receive(ben, "chat.seq")


async def test_a_redis_that_hangs_is_noticed(cast, other, monkeypatch):
    monkeypatch.setattr(bus, "QUIET_SECONDS", 0.3)
    monkeypatch.setattr(bus, "PONG_SECONDS", 0.3)
    async with connected(cast.ben) as ben:
        await subscribed(other)
        await other.execute_command("CLIENT", "PAUSE", 1500, "ALL")
        assert await receive(ben, "status") == {"type": "status", "live": False}
        assert await receive(ben, "status") == {"type": "status", "live": True}


async def test_an_ended_sign_in_closes_its_socket_in_other_processes(cast, other):
    async with connected(cast.ben) as ben:
        await subscribed(other)
        [connection] = hub.connections()
        await other.publish(publisher.channel(), of_other(ended=[connection.sign_in_id]))
        assert await receive(ben, "session.ended")
        assert (await ben.receive_output(5))["code"] == 4401


@pytest.mark.usefixtures("ben_shows_presence")
async def test_who_came_online_in_another_process_is_published_here(cast, other, monkeypatch):
    async with connected(cast.ada) as ada:
        await subscribed(other)
        await send(ada, type="watch", chat_id=cast.chat.pk, watching=True)
        assert (await receive(ada, "presence"))["online"] is False
        with monkeypatch.context() as there:
            there.setattr(presence, "process_name", lambda: "other")
            await sync_to_async(presence.note)([recipient_of(cast.ben)])
        await other.publish(publisher.channel(), of_other(moved=[recipient_of(cast.ben)]))
        assert (await receive(ada, "presence"))["online"] is True
        presence.forget([recipient_of(cast.ben)])
        await other.publish(publisher.channel(), of_other(switched=[recipient_of(cast.ben)]))
        assert (await receive(ada, "presence"))["online"] is False


async def test_who_comes_and_goes_here_is_published_to_other_processes(cast, other, monkeypatch):
    monkeypatch.setattr(live_presence, "LEAVE_SECONDS", 0.05)
    async with other.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(publisher.channel())
        async with connected(cast.ben):
            assert await next_batch(channel) == {"moved": [recipient_of(cast.ben)]}
        assert await next_batch(channel) == {"moved": [recipient_of(cast.ben)]}
        await sync_to_async(presence_switched.send)(type(cast.ben), user_ids=[cast.ben.pk])
        assert await next_batch(channel) == {"switched": recipients_for([cast.ben.pk])}


@pytest.mark.usefixtures("ben_shows_presence")
def test_processes_that_stopped_leave_nothing_of_whoever_comes_back(cast, monkeypatch):
    """A process dies without unregistering; the next has another name."""
    presence.forget([recipient_of(cast.ben)])

    def note(process, *people):
        monkeypatch.setattr(presence, "process_name", lambda: process)
        presence.note(*people)

    def kept():
        return set(presence._store().read([recipient_of(cast.ben)])[recipient_of(cast.ben)])

    for number in range(8):
        note(f"stopped {number}", [recipient_of(cast.ben)])
    assert len(kept()) == 9
    monkeypatch.setattr(presence.time, "time", lambda t=presence.time.time: t() + presence.ONLINE_SECONDS)
    note("running", [recipient_of(cast.ben)])
    assert kept() == {"running", "seen"}
    note("running", [], [recipient_of(cast.ben)])
    assert kept() == {"seen"}
    assert presence.presence_of([recipient_of(cast.ben)])[recipient_of(cast.ben)].online is False
    presence.forget([recipient_of(cast.ben)])


async def next_batch(channel):
    """The next batch, after greetings."""
    async with asyncio.timeout(5):
        async for message in channel.listen():
            batch = json.loads(message["data"].partition(b"\n")[2])
            if not batch.keys() & {"hello", "answer"}:
                return batch
    raise AssertionError("the subscription ended")


async def next_events(channel):
    # That a person came online is published as well, sooner or later.
    while not (events := (await next_batch(channel)).get("events")):
        pass
    return events


async def answer_to_hello(channel):
    async with asyncio.timeout(5):
        async for message in channel.listen():
            if answer := json.loads(message["data"].partition(b"\n")[2]).get("answer"):
                return answer
    raise AssertionError("the subscription ended")


def send_count():
    return metrics.BUS_PUBLISHED._value.get()


async def test_a_process_that_is_alone_publishes_nothing(cast, other):
    async with connected(cast.ben) as ben:
        await subscribed(other)
        before = send_count()
        for number in range(3):
            await send(ben, type="send", client_id=f"{number:032}", chat_id=cast.chat.pk, message_text="x")
            await receive(ben, "ack")
        await sync_to_async(bus.drain)(5)
        assert send_count() == before
        assert await sync_to_async(bus.is_up)()


async def test_whoever_arrives_receives_the_next_event(cast, other):
    async with connected(cast.ben) as ben, other.pubsub(ignore_subscribe_messages=True) as channel:
        await subscribed(other)
        await channel.subscribe(publisher.channel())
        await other.publish(publisher.channel(), of_other(hello="other"))
        # From its answer on, the process that arrived misses nothing.
        assert await answer_to_hello(channel) == ["other", process_name()]
        await send(ben, type="send", client_id="1" * 32, chat_id=cast.chat.pk, message_text="x")
        assert await next_events(channel)


async def test_after_the_last_other_has_left_it_publishes_nothing(cast, other):
    async with connected(cast.ben) as ben:
        await subscribed(other)
        async with other.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(publisher.channel())
            await other.publish(publisher.channel(), of_other(hello="other"))
            await answer_to_hello(channel)
        counts = []
        for number in range(4):
            await send(ben, type="send", client_id=f"{number:032}", chat_id=cast.chat.pk, message_text="x")
            await receive(ben, "ack")
            await sync_to_async(bus.drain)(5)
            counts.append(send_count())
        # The first publication finds that nobody listens any more.
        assert counts[0] == counts[3]


async def test_it_is_not_alone_beside_one_that_does_not_say_hello(cast, other, monkeypatch):
    """As a process of the previous release."""
    monkeypatch.setattr(bus, "QUIET_SECONDS", 0.1)
    async with connected(cast.ben) as ben, other.pubsub(ignore_subscribe_messages=True) as channel:
        await subscribed(other)
        await channel.subscribe(publisher.channel())
        async with asyncio.timeout(5):
            while bus._peers.alone:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.01)
        await send(ben, type="send", client_id="1" * 32, chat_id=cast.chat.pk, message_text="x")
        assert await next_events(channel)


async def test_it_is_live_only_once_the_others_publish_to_it(cast, other):
    async with other.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(publisher.channel())
        async with connected(cast.ben, waits=False) as ben:
            async for message in channel.listen():
                hello = json.loads(message["data"].partition(b"\n")[2]).get("hello")
                break
            assert hello == process_name()
            assert not hub.live
            await other.publish(publisher.channel(), of_other(answer=[hello, "other"]))
            while not (await receive(ben, "status"))["live"]:
                pass
            assert not bus._peers.alone


async def test_sockets_receive_a_status_when_the_bus_goes_and_comes(cast, other, monkeypatch):
    monkeypatch.setattr(bus, "RETRY_SECONDS", 0.1)
    async with connected(cast.ben) as ben:
        await subscribed(other)
        await other.client_kill_filter(_type="pubsub")
        assert await receive(ben, "status") == {"type": "status", "live": False}
        assert await receive(ben, "status") == {"type": "status", "live": True}


async def test_what_others_could_not_publish_is_published_here(cast, other, monkeypatch):
    monkeypatch.setattr(reconcile, "LOOK_SECONDS", 0.05)
    async with connected(cast.ben) as ben:
        await subscribed(other)
        await Chat.objects.filter(pk=cast.chat.pk).aupdate(seq=7, updated_at=timezone.now())
        while (await receive(ben, "chat.seq"))["seq"] < 7:
            pass


async def test_what_others_published_is_not_published_again(cast, other, monkeypatch):
    monkeypatch.setattr(reconcile, "LOOK_SECONDS", 0.05)
    async with connected(cast.ben) as ben:
        await subscribed(other)
        frame = json.dumps({"type": "chat.seq", "chat_id": cast.chat.pk, "seq": 1})
        batch = of_other(events=[[[recipient_of(cast.ben)], frame]], seqs=[[cast.chat.pk, 7]])
        await other.publish(publisher.channel(), batch)
        await receive(ben, "chat.seq")
        await Chat.objects.filter(pk=cast.chat.pk).aupdate(seq=7, updated_at=timezone.now())
        await asyncio.sleep(0.5)
        assert await ben.receive_nothing()


async def test_an_idle_bus_stays_up(cast, other):
    """redis-py 8 closes a silent connection after five seconds unless configured otherwise."""
    async with connected(cast.ben) as ben:
        await subscribed(other)
        await asyncio.sleep(6)
        assert hub.live
        while not ben.output_queue.empty():
            assert (await receive(ben))["type"] == "chat.seq"


async def test_a_redis_that_refuses_the_channel_is_unavailable(cast, other, settings):
    url = urlsplit(settings.REDIS_URL)
    await other.execute_command("ACL", "SETUSER", "narrow", "reset", "on", ">pw", "~*", "+@all", "&other:*")
    try:
        settings.REDIS_URL = url._replace(netloc=f"narrow:pw@{url.hostname}:{url.port}").geturl()
        assert await sync_to_async(bus.is_up)() is False
        await other.execute_command("ACL", "SETUSER", "narrow", f"&{publisher.channel()}")
        assert await sync_to_async(bus.is_up)() is True
    finally:
        await other.execute_command("ACL", "DELUSER", "narrow")


async def test_a_redis_that_does_not_count_keeps_the_bus_up(cast, other, settings, monkeypatch):
    monkeypatch.setattr(bus, "QUIET_SECONDS", 0.1)
    url = urlsplit(settings.REDIS_URL)
    rights = ("~*", "&*", "+@all", "-pubsub|numsub")
    await other.execute_command("ACL", "SETUSER", "narrow", "reset", "on", ">pw", *rights)
    settings.REDIS_URL = url._replace(netloc=f"narrow:pw@{url.hostname}:{url.port}").geturl()
    monkeypatch.setattr(bus, "_peers", peers := Peers())
    monkeypatch.setattr(bus._publisher, "_peers", peers)
    try:
        async with connected(cast.ben) as ben:
            async with asyncio.timeout(5):
                while peers._countable:  # noqa: ASYNC110 - it has no event
                    await asyncio.sleep(0.01)
            assert hub.live
            assert not peers.alone
            await send(ben, type="ping")
            assert await receive(ben, "pong")
    finally:
        await other.execute_command("ACL", "DELUSER", "narrow")


async def until_looks(user, value):
    async with asyncio.timeout(5):
        while bool((await sync_to_async(looking.looking)([user.pk]))[user.pk]) is not value:  # noqa: ASYNC110 - in Redis
            await asyncio.sleep(0.01)


async def test_the_rights_of_the_documentation_are_all_that_is_needed(cast, other, settings, monkeypatch):
    monkeypatch.setattr(bus, "QUIET_SECONDS", 0.1)
    documented = (settings.BASE_DIR / "docs/operations.md").read_text()
    line = re.search(r"^ACL SETUSER chat on (.+)$", documented, re.MULTILINE)[1]
    url = urlsplit(settings.REDIS_URL)
    await other.execute_command("ACL", "SETUSER", "narrow", "reset", "on", *line.split())
    await other.execute_command("ACL", "LOG", "RESET")
    settings.REDIS_URL = url._replace(netloc=f"narrow:PASSWORD@{url.hostname}:{url.port}").geturl()
    # A publisher of its own: that of this process has a connection already.
    monkeypatch.setattr(bus, "_publisher", publisher.Publisher(bus._peers))
    try:
        async with connected(cast.ada) as ada, connected(cast.ben) as ben:
            await send(ben, type="looking", chat_id=cast.chat.pk, looking=True)
            await until_looks(cast.ben, True)
            await other.publish(publisher.channel(), of_other(hello="other"))
            await send(ada, type="send", client_id="1" * 32, chat_id=cast.chat.pk, message_text="x")
            assert await receive(ben, "message.created")
            await send(ben, type="looking", chat_id=cast.chat.pk, looking=False)
            await until_looks(cast.ben, False)
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
    finally:
        await other.execute_command("ACL", "DELUSER", "narrow")
