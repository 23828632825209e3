"""Who may open the socket, and with which credentials."""

import asyncio
import logging
import re
import threading
from contextlib import AsyncExitStack

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from chat import metrics
from chat.live import hub as hub_module
from chat.models import Ticket
from chat.tests.live.sockets import ORIGIN, Dial, connected, receive, send, token_of
from chatsite.http import request_id
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db(transaction=True)


async def refused(headers=(), path="/ws/chat"):
    return await Dial(headers, path).open() == 403


@sync_to_async
def bearer(user):
    return (b"authorization", token_of(user).encode())


@sync_to_async
def cookie(user):
    session = page_client(user).cookies[settings.SESSION_COOKIE_NAME].value
    return (b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode())


@sync_to_async
def ticket(user):
    answer = api_client(user).post("/api/chat/ws-ticket")
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 30
    return answer.json()["ticket"]


async def test_a_token_opens_it_with_and_without_our_origin(cast):
    token = await bearer(cast.ben)
    for headers in ([token], [token, ORIGIN]):
        async with connected(headers=headers) as socket:
            assert socket.welcome["user_id"] == cast.ben.pk
            assert socket.welcome["heartbeat_s"] > 0
            assert socket.welcome["server_time"].endswith("Z")


async def test_its_handshake_is_a_line_of_the_access_log(cast, caplog):
    caplog.set_level(logging.INFO, "chat.access")
    async with connected(cast.ben, path="/ws/chat?ticket=secret"):
        pass
    assert await refused(path="/ws/chat?ticket=secret")
    lines = [record.getMessage() for record in caplog.records if record.name == "chat.access"]
    assert [line.rpartition(" ms ")[0].split()[:3] for line in lines if " socket " in line] == [
        ["GET", "socket", "101"],
        ["GET", "socket", "403"],
    ]
    assert "secret" not in caplog.text


async def test_a_client_that_reconnects_reports_it_and_is_counted(cast):
    def counted():
        return metrics.OPENED._value.get(), metrics.RECONNECTED._value.get()

    opened, reconnected = counted()
    async with connected(cast.ben), connected(cast.ada, path="/ws/chat?reconnect=0"):
        assert counted() == (opened + 2, reconnected)
    async with connected(headers=[ORIGIN], path=f"/ws/chat?reconnect=1&ticket={await ticket(cast.ben)}"):
        assert counted() == (opened + 3, reconnected + 1)
    assert await refused(path="/ws/chat?reconnect=1")
    assert counted() == (opened + 3, reconnected + 1)


async def test_nobody_and_junk_are_refused(cast):
    assert await refused()
    assert await refused([ORIGIN])
    for junk in (b"Bearer x", b"Bearer ", b"Basic eDp4", b"\xff\xfe", b"Bearer " + b"a" * 5000):
        assert await refused([(b"authorization", junk)])


async def test_a_foreign_origin_is_refused_whatever_the_credential(cast):
    for origin in (b"https://evil.example", b"null", b"http://127.0.0.1:8000.evil.example", b"http://[", b""):
        foreign = (b"origin", origin)
        assert await refused([await bearer(cast.ben), foreign])
        assert await refused([await cookie(cast.ben), foreign])
        assert await refused([foreign], f"/ws/chat?ticket={await ticket(cast.ben)}")


async def test_a_page_of_an_allowed_origin_needs_a_token_or_a_ticket(cast, settings):
    settings.CORS_ALLOWED_ORIGINS = ["capacitor://localhost"]
    theirs, mine = (b"origin", b"capacitor://localhost"), await cookie(cast.ben)
    assert await refused([theirs, mine])
    for headers, path in (
        ([theirs, await bearer(cast.ben)], "/ws/chat"),
        ([theirs, mine], f"/ws/chat?ticket={await ticket(cast.ben)}"),
    ):
        async with connected(headers=headers, path=path) as socket:
            assert socket.welcome["user_id"] == cast.ben.pk
    for unlisted in (b"capacitor://localhost.evil", b"capacitor://localhost/", b"CAPACITOR://localhost", b"null"):
        assert await refused([(b"origin", unlisted)], f"/ws/chat?ticket={await ticket(cast.ben)}")


async def test_in_development_apps_on_this_machine_are_still_of_another_origin(cast, settings):
    settings.DEBUG, settings.CORS_ALLOWED_ORIGINS = True, ["capacitor://localhost", "http://localhost:5173"]
    mine = await cookie(cast.ben)
    for theirs in (b"capacitor://localhost", b"http://localhost:5173"):
        assert await refused([(b"origin", theirs), mine])
        async with connected(headers=[(b"origin", theirs), mine], path=f"/ws/chat?ticket={await ticket(cast.ben)}"):
            pass
    assert await refused([(b"origin", b"ionic://localhost")], f"/ws/chat?ticket={await ticket(cast.ben)}")
    async with connected(headers=[(b"origin", b"http://localhost:9000"), mine]):
        pass


async def test_a_cookie_needs_an_origin(cast):
    mine = await cookie(cast.ben)
    assert await refused([mine])
    async with connected(headers=[mine, ORIGIN]) as socket:
        assert socket.welcome["user_id"] == cast.ben.pk


async def test_a_token_in_the_address_is_refused(cast):
    token = (await bearer(cast.ben))[1].decode().removeprefix("Bearer ")
    for name in ("token", "access", "ticket", "authorization"):
        assert await refused(path=f"/ws/chat?{name}={token}")


async def test_a_ticket_opens_it_once(cast):
    path = f"/ws/chat?ticket={await ticket(cast.ben)}"
    async with connected(headers=[], path=path) as socket:
        assert socket.welcome["user_id"] == cast.ben.pk
    assert await refused(path=path)


async def test_an_old_ticket_is_refused(cast):
    path = f"/ws/chat?ticket={await ticket(cast.ben)}"
    await Ticket.objects.aupdate(expires_at="2020-01-01T00:00:00Z")
    assert await refused(path=path)


async def test_the_oldest_of_too_many_sockets_is_closed(cast, monkeypatch):
    monkeypatch.setattr(hub_module, "MAX_SOCKETS", 2)
    async with AsyncExitStack() as sockets:
        oldest, second, third, _ = [await sockets.enter_async_context(connected(cast.ben)) for _ in range(4)]
        for closed in (oldest, second):
            assert await closed.receive_output(5) == {"type": "websocket.close", "code": 1008}
        assert await third.receive_nothing()
        async with connected(cast.ada) as other:
            assert await other.receive_nothing()


async def test_a_deactivated_person_is_refused(cast):
    token = await bearer(cast.ben)
    cast.ben.is_active = False
    await cast.ben.asave()
    assert await refused([token])


async def test_whoever_waits_long_for_the_database_gets_retry_after(cast, monkeypatch):
    """More handshakes than threads: the last would wait for all others."""
    token = await bearer(cast.ben)
    hanging = threading.Event()
    monkeypatch.setattr("chat.live.db_threads.PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("chat.live.socket.enter", lambda scope: hanging.wait(30))
    try:
        dials = [Dial([token]) for _ in range(12)]
        assert await asyncio.gather(*(dial.open() for dial in dials)) == [503] * 12
        assert {dial.headers[b"retry-after"] for dial in dials} == {b"5"}
    finally:
        hanging.set()


async def test_the_lines_about_a_socket_have_the_id_of_its_handshake(cast, monkeypatch):
    caught, handler = [], logging.Handler()
    handler.emit = caught.append
    handler.addFilter(request_id.RequestIdFilter())
    logging.getLogger("chat.tests").addHandler(handler)
    monkeypatch.setattr("chat.live.socket.mark_read", lambda *_, **__: logging.getLogger("chat.tests.read").error("x"))
    mine, token = (b"x-request-id", b"of-the-client"), await bearer(cast.ben)
    try:
        async with connected(headers=[mine, token]) as socket:
            assert socket.headers[b"x-request-id"] == b"of-the-client"
            await send(socket, type="read", chat_id=cast.chat.pk)
            await send(socket, type="ping")
            await receive(socket, "pong")
        assert [record.request_id for record in caught] == ["of-the-client"]
    finally:
        logging.getLogger("chat.tests").removeHandler(handler)
    for headers, status in (([mine], 403), ([(b"x-request-id", b"<script>")], 403)):
        dial = Dial(headers)
        assert await dial.open() == status
        assert re.fullmatch(rb"of-the-client|[0-9a-f]{32}", dial.headers[b"x-request-id"])


async def test_a_locked_chat_blocks_no_other_socket(cast, monkeypatch):
    free, passed = threading.Event(), threading.Event()

    def mark_read(user, *, chat_id, up_to):
        if chat_id == cast.chat.pk:
            free.wait(30)
        else:
            passed.set()

    monkeypatch.setattr("chat.live.socket.mark_read", mark_read)
    try:
        async with AsyncExitStack() as sockets:
            for _ in range(12):
                await send(await sockets.enter_async_context(connected(cast.ben)), type="read", chat_id=cast.chat.pk)
            async with connected(cast.cora) as cora:
                await send(cora, type="read", chat_id=cast.chat.pk + 1)
                assert await asyncio.to_thread(passed.wait, 2)
            free.set()
    finally:
        free.set()


async def test_other_paths_are_refused(cast):
    for path in ("/ws/other", "/ws/chat/", "/", "/ws/chat/1"):
        assert await Dial([await bearer(cast.ben)], path).open() == 404


async def test_an_admin_receives_nothing_but_is_not_an_error(cast):
    async with connected(cast.admin) as socket:
        assert await socket.receive_nothing()
