"""A publication visits its own recipients alone, however many are connected; an ended sign-in closes its sockets."""

import asyncio
import json
from collections import defaultdict
from contextlib import asynccontextmanager

import pytest

from accounts.models import SignIn, User
from chat.live import bus, events
from chat.live.connection import Connection
from chat.live.hub import hub
from chat.live.presence import Watching, presence, watching
from chat.models.side import person_of

FRAME = '{"type":"message.created"}'
ENDED = [{"type": "websocket.send", "text": '{"type":"session.ended"}'}, {"type": "websocket.close", "code": 4401}]


@pytest.fixture(autouse=True)
def _alone(settings, monkeypatch):
    """One process, and nothing in it of another test."""
    settings.REDIS_URL = ""
    monkeypatch.setattr(watching, "_moved", set())
    monkeypatch.setattr(watching, "_looked_at", set())


class Line(Connection):
    """A connection that records what it sends, and every access to any connection."""

    touched: set[Connection] = set()

    def __init__(self, person_id: int, sign_in_id: int):
        self.sent = []
        user = User(pk=person_id, role="doctor")
        super().__init__(SignIn(pk=sign_in_id, user=user, public_id=f"{sign_in_id}"), self._keep)

    async def _keep(self, message: dict) -> None:
        self.sent.append(message)

    def __getattribute__(self, name):
        Line.touched.add(self)
        return super().__getattribute__(name)


class Index(defaultdict):
    """Records iterations, as opposed to look-ups by key."""

    walked = False

    def _walk(self):
        self.walked = True
        return ()

    def __iter__(self):
        return iter(self._walk())

    keys = values = items = _walk


@asynccontextmanager
async def attached(*ids: tuple[int, int]):
    """Connections of these people and sign-ins, until they are detached here or there."""
    lines = [Line(*one) for one in ids]
    for line in lines:
        hub.attach(line)
    await asyncio.sleep(0)
    Line.touched.clear()
    try:
        yield lines
    finally:
        here = hub.connections()
        for line in lines:
            line.abandon()
            if line in here:
                hub.detach(line)


async def finished(*lines: Line) -> None:
    async with asyncio.timeout(5):
        await asyncio.gather(*(line.finished() for line in lines))


def from_another_process(**batch) -> None:
    bus._take({"type": "message", "data": f"other\n{json.dumps(batch)}".encode()})


# The sign-in of person n is 1000 + n.
PUBLICATIONS = {
    "a message": (lambda: bus.publish([(("doctor:1", "doctor:2"), FRAME)], [(7, 1)]), {1, 2}),
    "a message to one who is there": (lambda: bus.publish([(("doctor:2", "patient:1"), FRAME)], [(7, 1)]), {2}),
    "typing": (lambda: events.publish_typing(recipient="doctor:2", chat_id=7, user_id=1, typing=True), {2}),
    "the end of a sign-in": (lambda: bus.publish_ended([1003]), {3}),
    "who came": (lambda: bus.publish_people("moved", ["doctor:1"]), set()),
    "who switched": (lambda: bus.publish_people("switched", ["doctor:1"]), set()),
    "a message from elsewhere": (
        lambda: from_another_process(events=[[["doctor:1", "doctor:2"], FRAME]], seqs=[[7, 1]]),
        {1, 2},
    ),
    "an end from elsewhere": (lambda: from_another_process(ended=[1003]), {3}),
}


@pytest.mark.parametrize("count", [3, 300])
@pytest.mark.parametrize(("publish", "recipients"), PUBLICATIONS.values(), ids=PUBLICATIONS)
async def test_it_touches_its_recipients_alone(publish, recipients, count, monkeypatch):
    async with attached(*((number, 1000 + number) for number in range(1, count + 1))):
        with monkeypatch.context() as closely:
            indexes = {name: Index(dict, value) for name, value in vars(hub).items() if isinstance(value, dict)}
            for name, index in indexes.items():
                closely.setattr(hub, name, index)
            publish()
            await asyncio.sleep(0)
            touched = set(Line.touched)
        assert {person_of(line.recipient) for line in touched} == recipients
        assert [name for name, index in indexes.items() if index.walked] == []


async def test_an_ended_sign_in_closes_all_its_sockets_and_no_other():
    async with attached((1, 11), (1, 12), (1, 11), (2, 21)) as (first, elsewhere, second, other):
        hub.end_sign_ins([11, 99])
        await finished(first, second)
        assert first.sent == second.sent == ENDED
        assert elsewhere.sent == other.sent == []
        assert [line.closed for line in (elsewhere, other)] == [False, False]


async def test_a_sign_in_is_ended_by_its_name_and_not_by_its_row():
    async with attached((1, 11), (1, 12), (2, 21)) as (same, other, unasked):
        hub.end_named([(11, "after a restore"), (12, "12"), (99, "99")])
        await finished(other)
        assert (same.sent, other.sent, unasked.sent) == ([], ENDED, [])


async def test_a_socket_that_left_is_not_ended_with_its_sign_in():
    async with attached((1, 11), (1, 11)) as (left, stayed):
        hub.detach(left)
        hub.end_sign_ins([11])
        await finished(stayed)
        assert (left.sent, stayed.sent) == ([], ENDED)


async def test_nothing_is_kept_of_whoever_left():
    async with attached((1, 11), (1, 11), (1, 12)) as (first, second, elsewhere):
        assert sorted(set(hub.sign_ins())) == [(11, "11"), (12, "12")]
        hub.detach(first)
        assert sorted(set(hub.sign_ins())) == [(11, "11"), (12, "12")]
        hub.detach(second)
        assert hub.sign_ins() == [(12, "12")]
        assert hub.has("doctor:1")
        hub.detach(elsewhere)
        hub.end_sign_ins([11, 12])
        assert [*hub.connections(), *hub.sign_ins(), *hub.recipients()] == []


async def test_an_event_wakes_no_round_of_presence(monkeypatch):
    monkeypatch.setattr(watching, "_wake", wake := asyncio.Event())
    async with attached((1, 11), (2, 21)):
        bus.publish([(("doctor:1", "doctor:2"), FRAME)], [(7, 1)])
        events.publish_typing(recipient="doctor:2", chat_id=7, user_id=1, typing=True)
        bus.publish_ended([21])
        bus.publish_people("moved", ["doctor:1"])
        await asyncio.sleep(0)
        assert not wake.is_set()
        bus.publish_people("switched", ["doctor:1"])
        await asyncio.sleep(0)
        assert wake.is_set()


@pytest.mark.django_db
async def test_who_comes_or_goes_costs_no_copy_of_who_is_there(monkeypatch):
    class Kept(set):
        def copy(self, other):
            raise AssertionError("everybody was copied")

        __or__ = __sub__ = copy

    monkeypatch.setattr(presence, "note", lambda here, gone: set())
    own = Watching()
    there = {f"doctor:{number}" for number in range(2, 300)}
    own._noted = Kept(there)
    async with attached((1, 11)):
        own.arrived("doctor:1")
        own._moved.add("doctor:2")
        await own._round(everyone=False)
    assert set(own._noted) == (there | {"doctor:1"}) - {"doctor:2"}
