"""Looking: a client says at which chat its person looks, for those who tell people of messages."""

import asyncio
import secrets

import pytest
from asgiref.sync import sync_to_async

from accounts.models import SignIn
from accounts.services.sign_ins import end_all
from chat.live.looking import looks
from chat.models import Chat
from chat.services import looking
from chat.services.looking import Look
from chat.tests.live.sockets import PATIENCE, connected, receive, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_looks(monkeypatch):
    """Whoever looked in another test is none of these people, in the Redis of the run either."""
    name = secrets.token_hex(4)
    monkeypatch.setattr(looking, "installation_name", lambda: name)


async def look(socket, chat, looking=True):
    await send(socket, type="looking", chat_id=chat.pk, looking=looking)


async def seen(*people):
    """At which chats these people look."""
    found = await sync_to_async(looking.looking)([person.pk for person in people])
    return [{one.chat_id for one in found[person.pk]} for person in people]


async def until(person, *chats):
    """Wait until the person looks at these chats."""
    async with asyncio.timeout(PATIENCE):
        while await seen(person) != [{chat.pk for chat in chats}]:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)


async def test_it_is_known_by_person_sign_in_and_chat(cast):
    async with connected(cast.ada), connected(cast.ben) as ben:
        await look(ben, cast.chat)
        await until(cast.ben, cast.chat)
        sign_in = await SignIn.objects.filter(user=cast.ben).alatest("pk")
        found = await sync_to_async(looking.looking)([cast.ben.pk, cast.ada.pk])
        assert found == {cast.ben.pk: {Look(sign_in.public_id, cast.chat.pk)}, cast.ada.pk: set()}
        # It is answered by nothing, and nobody learns of it.
        assert await ben.receive_nothing()


async def test_it_ends_when_it_is_taken_back_and_with_the_socket(cast):
    async with connected(cast.ben) as ben:
        await look(ben, cast.chat)
        await until(cast.ben, cast.chat)
        await look(ben, cast.chat, looking=False)
        await until(cast.ben)
        await look(ben, cast.chat)
        await until(cast.ben, cast.chat)
    await until(cast.ben)
    assert not looks._looks


async def test_the_end_of_a_sign_in_ends_it(cast):
    async with connected(cast.ben) as ben:
        await look(ben, cast.chat)
        await until(cast.ben, cast.chat)
        await sync_to_async(end_all)(cast.ben)
        await receive(ben, "session.ended")
    await until(cast.ben)


async def test_a_socket_looks_at_one_chat(cast):
    other = await Chat.objects.acreate(doctor=cast.dan, patient=cast.ben)
    async with connected(cast.ben) as ben, connected(cast.ben) as phone:
        await look(ben, cast.chat)
        await look(ben, other)
        # Late, as of a page that was left.
        await look(ben, cast.chat, looking=False)
        await until(cast.ben, other)
        await look(phone, cast.chat)
        await until(cast.ben, cast.chat, other)


@pytest.mark.django_db(transaction=False)
@pytest.mark.parametrize(
    ("said", "asked", "found"), [([0], 44, {7}), ([0], 45, set()), ([0, 30], 74, {7}), ([0, 30], 75, set())]
)
def test_it_holds_for_45_seconds_after_it_was_said(monkeypatch, said, asked, found):
    begin = looking.time.time()
    for seconds in said:
        monkeypatch.setattr(looking.time, "time", lambda passed=seconds: begin + passed)
        looking.note({(1, "a socket"): Look("phone", 7), (2, "another"): Look("desk", 8)})
    monkeypatch.setattr(looking.time, "time", lambda: begin + asked)
    assert {look.chat_id for look in looking.looking([1])[1]} == found


async def test_outsiders_and_junk_are_refused(cast):
    async with connected(cast.cora) as cora:
        for value in (True, False):
            await look(cora, cast.chat, value)
            error = await receive(cora)
            assert (error["code"], error["chat_id"]) == ("not_a_participant", cast.chat.pk)
        for frame in ({"chat_id": cast.chat.pk}, {"looking": True}, {"chat_id": cast.chat.pk, "looking": 1}):
            await send(cora, type="looking", **frame)
            assert (await receive(cora))["code"] == "invalid"
    assert await seen(cast.cora) == [set()]


async def test_without_its_store_nobody_looks_and_nobody_waits(cast, monkeypatch, caplog):
    store = looking._InRedis("redis://127.0.0.1:1/0")
    monkeypatch.setattr(looking, "_store", lambda: store)
    async with connected(cast.ben) as ben:
        await look(ben, cast.chat)
        await send(ben, type="ping")
        await receive(ben, "pong")
        assert await seen(cast.ben) == [set()]
    for _ in range(5):
        assert await seen(cast.ben) == [set()]

    def said():
        return [record.getMessage() for record in caplog.records if record.name == "chat.looking"]

    # The thread that found out may say it after others were answered.
    async with asyncio.timeout(PATIENCE):
        while not said():  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)
    # Two threads may find out at once. Afterwards nobody asks for a while.
    assert set(said()) == {"nobody counts as looking for a moment: ConnectionError"}
    assert len(said()) <= 2


def test_what_cannot_be_read_is_no_look():
    assert [*looking._kept(["9 7 phone", "", "phone", "x 7 phone", "9 x phone", "9.5 8 "])] == [
        (9.0, Look("phone", 7)),
        (9.5, Look("", 8)),
    ]


@pytest.mark.django_db(transaction=False)
def test_of_nobody_nothing_is_asked(monkeypatch):
    monkeypatch.setattr(looking, "_store", None)
    assert looking.looking([]) == {}
