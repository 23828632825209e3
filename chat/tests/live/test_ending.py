"""A socket ends with its sign-in, however that ends; and when its client reads too slowly."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts.models import SignIn, User
from accounts.services.sign_ins import end_all
from accounts.signals import sign_ins_ended
from chat.live import connection as connection_module
from chat.live import sign_ins
from chat.live.allowance import Allowance
from chat.live.connection import Connection
from chat.live.frames import PONG
from chat.live.hub import hub
from chat.models import Message
from chat.tests.live.sockets import Dial, connected, receive, send, token_of
from chat.tests.talk import recipient_of
from chatsite.testing import PASSWORD, api_client, page_client

pytestmark = pytest.mark.django_db(transaction=True)


async def closes(socket) -> int:
    """Wait for the end of the socket; it must be announced. Returns the close code."""
    assert await receive(socket, "session.ended")
    event = await socket.receive_output(5)
    assert event["type"] == "websocket.close"
    return event["code"]


async def test_log_out_closes_the_sockets_of_that_device_only(cast):
    client = await sync_to_async(api_client)(cast.ben)
    token = client._credentials["HTTP_AUTHORIZATION"].encode()
    async with connected(headers=[(b"authorization", token)]) as here, connected(cast.ben) as elsewhere:
        answer = await sync_to_async(client.post)("/api/auth/logout")
        assert answer.status_code == 200
        assert await closes(here) == 4401
        await send(elsewhere, type="ping")
        assert await receive(elsewhere) == {"type": "pong"}


async def test_a_new_password_closes_all(cast):
    def change():
        answer = page_client(cast.ben).post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": "another horse entirely", "password2": "another horse entirely"},
        )
        assert answer.status_code == 302, answer.content

    async with connected(cast.ben) as first, connected(cast.ben) as second:
        await sync_to_async(change)()
        assert await closes(first) == await closes(second) == 4401


async def test_a_deactivation_without_an_event_is_found_by_the_comparison(cast):
    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        await type(cast.ben).objects.filter(pk=cast.ben.pk).aupdate(is_active=False)
        await sign_ins.check()
        assert await closes(ben) == 4401
        await send(ada, type="ping")
        assert await receive(ada) == {"type": "pong"}


async def test_without_any_event_the_watch_closes_it(cast, monkeypatch):
    """The bus may lose messages: the comparison alone must find it, within five seconds."""
    monkeypatch.setattr(sign_ins_ended, "send_robust", lambda *args, **kwargs: None)
    assert sign_ins.CHECK_SECONDS < 5
    monkeypatch.setattr(sign_ins, "CHECK_SECONDS", 0.1)
    async with connected(cast.ben) as ben:
        await sync_to_async(end_all)(cast.ben)
        assert await closes(ben) == 4401
    assert not await SignIn.objects.filter(user=cast.ben, ended_at=None).aexists()


async def test_who_was_revoked_receives_nothing_more(cast):
    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        await sync_to_async(end_all)(cast.ben)
        await send(ada, type="send", client_id="0" * 32, chat_id=cast.chat.pk, message_text="x")
        await receive(ada, "ack")
        assert await closes(ben) == 4401
        assert await ben.receive_nothing()


async def test_a_burst_cuts_nobody_who_reads_it_in_time(cast, monkeypatch):
    """A batch of long messages arrives at once."""
    monkeypatch.setattr(connection_module, "MAX_WAITING_CHARACTERS", 1_000)
    monkeypatch.setattr(connection_module, "BURST_SECONDS", 0.1)
    takes, sent, cut = asyncio.Event(), [], []

    async def send_when_it_takes(message):
        await takes.wait()
        sent.append(message["text"])

    async def endpoint():
        connection = Connection(SignIn(user=cast.ben), send_when_it_takes)
        hub.attach(connection)
        hub.deliver([((recipient_of(cast.ben),), f"{number:100}") for number in range(90)])
        takes.set()
        await asyncio.sleep(0.2)
        cut.append(connection.cut)
        # Even for a client that reads, the queue is bounded.
        takes.clear()
        hub.deliver([((recipient_of(cast.ben),), "x" * 100)] * 110)
        cut.append(connection.cut)
        hub.detach(connection)

    await asyncio.wait([asyncio.ensure_future(endpoint())])
    assert sent == [f"{number:100}" for number in range(90)]
    assert cut == [False, True]


async def test_a_slow_reader_is_cut_and_catches_up(cast, monkeypatch):
    monkeypatch.setattr(connection_module, "MAX_WAITING_FRAMES", 20)
    monkeypatch.setattr(connection_module, "BURST_SECONDS", 0.1)
    stuck = asyncio.Event()

    async def never_sends(message):
        await stuck.wait()

    async def read_slowly():
        connection = Connection(SignIn(user=cast.ada), never_sends)
        hub.attach(connection)
        try:
            await stuck.wait()
        except asyncio.CancelledError:
            assert connection.cut
            return "cut"
        finally:
            hub.detach(connection)

    async with connected(cast.ben) as ben:
        reader = asyncio.ensure_future(read_slowly())
        await asyncio.sleep(0)
        for number in range(40):
            await send(ben, type="send", client_id=f"{number:032}", chat_id=cast.chat.pk, message_text=f"{number}")
            await receive(ben, "ack")
        assert await asyncio.wait_for(reader, 5) == "cut"
    client = await sync_to_async(api_client)(cast.ada)
    answer = await sync_to_async(client.get)(f"/api/chat/messages/{cast.chat.pk}?since=0")
    assert [message["message_text"] for message in answer.json()["messages"]] == [f"{n}" for n in range(40)]


async def clog(user, monkeypatch) -> None:
    """From now on the only socket of this person accepts no frame."""
    [connection] = [connection for connection in hub.connections() if connection.recipient == recipient_of(user)]
    monkeypatch.setattr(connection_module, "GOODBYE_SECONDS", 0.2)
    monkeypatch.setattr(connection, "_send", lambda message: asyncio.Event().wait())
    connection.push('{"type":"never read"}')
    await asyncio.sleep(0)


async def gone(user) -> None:
    async with asyncio.timeout(5):
        while hub.has(recipient_of(user)):  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)


async def test_frames_of_an_ended_sign_in_behind_an_unread_line_are_ignored(cast, monkeypatch):
    async with connected(cast.ben) as ben:
        await clog(cast.ben, monkeypatch)
        await sync_to_async(end_all)(cast.ben)
        for number in range(3):
            await send(ben, type="send", client_id=f"{number:032}", chat_id=cast.chat.pk, message_text="x")
        await gone(cast.ben)
    assert not await Message.objects.aexists()


async def test_a_sign_in_that_ends_behind_an_unread_line_ends_its_socket(cast, monkeypatch):
    async with connected(cast.ben):
        await clog(cast.ben, monkeypatch)
        await sync_to_async(end_all)(cast.ben)
        await gone(cast.ben)


async def test_a_flood_behind_an_unread_line_ends_its_socket(cast, monkeypatch):
    async def none_left(allowance):
        return False

    monkeypatch.setattr(Allowance, "spend", none_left)
    async with connected(cast.ben) as ben:
        await clog(cast.ben, monkeypatch)
        await send(ben, type="ping")
        await send(ben, type="send", client_id="0" * 32, chat_id=cast.chat.pk, message_text="x")
        await gone(cast.ben)
    assert not await Message.objects.aexists()


async def test_good_bye_comes_after_what_is_queued(cast):
    async with connected(cast.ben) as ben:
        hub.deliver([((recipient_of(cast.ben),), PONG)])
        await hub.close_all()
        assert (await receive(ben)) == {"type": "pong"}
        assert await ben.receive_output(5) == {"type": "websocket.close", "code": 1012}


async def test_a_demanded_second_factor_closes_sockets_and_lets_none_in(cast):
    async with connected(cast.ada) as ada, connected(cast.ben) as ben:
        await User.objects.aupdate(date_joined=timezone.now() - timedelta(days=15))
        await sign_ins.check()
        assert await ada.receive_output(5) == {"type": "websocket.close", "code": 4403}
        await send(ben, type="ping")
        assert await receive(ben) == {"type": "pong"}
    token = await sync_to_async(token_of)(cast.ada)
    late = Dial([(b"authorization", token.encode())], "/ws/chat")
    assert await late.open() == 101
    assert await late.receive_output(5) == {"type": "websocket.close", "code": 4403}
    await late.close()
