"""Every frame of the socket, as every actor, by both doors: compared with `tables/frames.txt`."""

import typing

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts.models import SignIn, User
from accounts.services import sign_ins as sign_in_services
from chat.live import frames, sign_ins
from chat.tests.live.sockets import ORIGIN, Dial, connected, receive, send
from tests.matrix.scene import ACTORS, LONG_AGO, Actor, build
from tests.matrix.table import FOLDER

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

CLIENT_ID = "6f9619ff-8b86-4d01-b42d-00cf4fc964f0"
MORE = {
    "send": {"client_id": CLIENT_ID, "message_text": "zebra"}, "read": {}, "delivered": {},
    "typing": {"typing": True}, "watch": {"watching": True}, "looking": {"looking": True}, "ping": {},
}  # fmt: skip


def table():
    rows = [line.split() for line in (FOLDER / "frames.txt").read_text().splitlines() if not line.startswith("#")]
    return {frame: dict(zip(ACTORS, cells, strict=True)) for frame, *cells in rows}


def headers_of(actor: Actor, door: str):
    if not actor.cookies:
        return [ORIGIN]
    if door == "token":
        return [(b"authorization", actor.token.encode())]
    return [ORIGIN, (b"cookie", f"sessionid={actor.cookies['sessionid']}".encode())]


async def answer_to(socket, frame, chat_id):
    await send(socket, type=frame, chat_id=chat_id, **MORE[frame])
    if frame in ("send", "ping"):
        found = await receive(socket, "ack", "pong", "error")
        return found.get("code", found["type"])
    await send(socket, type="ping")
    found = await receive(socket, "error", "pong")
    if found["type"] == "pong":
        return "-"
    await receive(socket, "pong")
    return found["code"]


async def answers_of(actor, door, chat_id):
    """What this actor gets for each frame."""
    dial = Dial(headers_of(actor, door))
    status = await dial.open()
    first = await dial.receive_output(5) if status == 101 else None
    if first is None or first["type"] == "websocket.close":
        word = str(first["code"] if first else status)
        return dict.fromkeys(["handshake", *MORE], word)
    await dial.close()
    async with connected(headers=headers_of(actor, door)) as socket:
        return {"handshake": "101"} | {frame: await answer_to(socket, frame, chat_id) for frame in MORE}


def test_every_frame_has_a_row():
    kinds = {kind.__name__.lower() for kind in typing.get_args(frames.Frame)}
    assert table().keys() - {"handshake"} == kinds == MORE.keys()


@pytest.mark.parametrize("door", ["token", "session"])
async def test_each_actor_gets_what_the_table_says(cast, door):
    scene = await sync_to_async(build)(cast)
    found = {name: await answers_of(scene.actors[name], door, cast.chat.pk) for name in ACTORS}
    rows = table()
    wrong = [
        f"{frame} {name}: {found[name][frame]}, and not {cell}"
        for frame, row in rows.items()
        for name, cell in row.items()
        if found[name][frame] != cell
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ended_at": timezone.now()}, 4401),
        ({"active_at": timezone.now() - LONG_AGO}, 4423),
        ({"second_factor": ""}, 4403),
    ],
    ids=["ended", "locked", "barred"],
)
async def test_an_open_socket_closes_when_its_sign_in_may_no_more(cast, change, code):
    scene = await sync_to_async(build)(cast)
    actor = scene.actors["doctor"]
    async with connected(headers=headers_of(actor, "token")) as socket:
        await send(socket, type="ping")
        assert await receive(socket) == {"type": "pong"}
        await SignIn.objects.filter(pk__in=actor.sign_ins).aupdate(**change)
        await sign_ins.check()
        while (event := await socket.receive_output(5))["type"] != "websocket.close":
            pass
        assert event["code"] == code


async def test_one_writes_to_nobody_whose_account_is_closed(cast):
    scene = await sync_to_async(build)(cast)
    async with connected(headers=headers_of(scene.actors["doctor"], "token")) as socket:
        await User.objects.filter(pk=cast.ben.pk).aupdate(is_active=False)
        await sync_to_async(sign_in_services.end_all)(cast.ben)
        assert await answer_to(socket, "send", cast.chat.pk) == "recipient_inactive"
        assert await answer_to(socket, "read", cast.chat.pk) == "-"
