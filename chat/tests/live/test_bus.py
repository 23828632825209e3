"""Events between processes, over a real Redis: this process publishes, and plays the other one too."""

import asyncio
import json
import uuid
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts.signals import presence_switched
from chat import metrics
from chat.live import bus, publisher, reconcile
from chat.live import presence as live_presence
from chat.live.hub import hub
from chat.models import Chat
from chat.models.side import recipients_for
from chat.services import presence
from chat.tests.live.other_process import of_other, subscribed
from chat.tests.live.sockets import connected, receive, send
from chat.tests.talk import recipient_of
from chatsite import redis_clients
from chatsite.process import process_name

pytestmark = pytest.mark.django_db(transaction=True)


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
    listening, name = redis_clients.listening, uuid.uuid4().hex

    @asynccontextmanager
    async def named(*arguments, **options):
        async with listening(*arguments, **options) as client:
            client.connection_pool.connection_kwargs["client_name"] = name
            yield client

    monkeypatch.setattr(redis_clients, "listening", named)
    monkeypatch.setattr(bus, "RETRY_SECONDS", 0.1)
    async with connected(cast.ben) as ben:
        await subscribed(other)
        # Only this one: tests beside these listen to the same Redis.
        [ours] = [client for client in await other.client_list(_type="pubsub") if client["name"] == name]
        await other.client_kill_filter(_id=ours["id"])
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
    look, looks = reconcile.Reconciler.look, []

    async def note(reconciler, since):
        await look(reconciler, since)
        looks.append(since)

    monkeypatch.setattr(reconcile.Reconciler, "look", note)
    monkeypatch.setattr(reconcile, "LOOK_SECONDS", 0.05)
    async with connected(cast.ben) as ben:
        await subscribed(other)
        frame = json.dumps({"type": "chat.seq", "chat_id": cast.chat.pk, "seq": 1})
        batch = of_other(events=[[[recipient_of(cast.ben)], frame]], seqs=[[cast.chat.pk, 7]])
        await other.publish(publisher.channel(), batch)
        while (await receive(ben, "chat.seq"))["seq"] != 1:
            pass
        await Chat.objects.filter(pk=cast.chat.pk).aupdate(seq=7, updated_at=timezone.now())
        # It publishes what was behind at two looks.
        last = len(looks) + 3
        async with asyncio.timeout(5):
            while len(looks) < last:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.01)
        assert await ben.receive_nothing()


async def test_an_idle_bus_stays_up(cast, other, monkeypatch):
    """After each silence it asks whether Redis is there, and goes on."""
    monkeypatch.setattr(bus, "QUIET_SECONDS", 0.2)
    async with connected(cast.ben) as ben:
        await subscribed(other)
        pings = await pings_of(other)
        async with asyncio.timeout(5):
            while await pings_of(other) < pings + 2:  # noqa: ASYNC110 - only Redis knows
                await asyncio.sleep(0.05)
        assert hub.live
        while not ben.output_queue.empty():
            assert (await receive(ben))["type"] == "chat.seq"


async def pings_of(client) -> int:
    return (await client.info("commandstats")).get("cmdstat_ping", {"calls": 0})["calls"]
