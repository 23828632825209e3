"""How much time of the loop one publication takes, by number of connections: prints {figure: microseconds}, medians.

python -m bench.hub CONNECTIONS     one for each person, created in the process: no socket, no Redis
"""

import asyncio
import gc
import json
import random
import statistics
import sys
import time

import django
import uvloop

django.setup()

from django.conf import settings  # noqa: E402 - needs Django to be set up

from accounts.models import SignIn, User  # noqa: E402
from chat.live import bus, events  # noqa: E402
from chat.live.connection import Connection  # noqa: E402
from chat.live.hub import hub  # noqa: E402
from chat.models.side import recipient_for  # noqa: E402

TURNS, AT_ONCE = 100, 10
FRAME = json.dumps({"type": "message.created", "message": {"message_text": "x" * 600}})


class Crowd:
    """This many people with one connection each, and the frames that they received."""

    def __init__(self, count: int):
        self._received = 0
        people = range(1, count + 1)
        for number in people:
            self.connect(number)
        # The same recipients throughout: only the number of other connections differs.
        self._recipients = [recipient_for("doctor", one) for one in random.Random(count).sample(people, 2 * AT_ONCE)]

    def connect(self, number: int) -> Connection:
        """Attach one more, of the person and the sign-in of this number."""
        person = User(pk=number, role="doctor")
        connection = Connection(SignIn(pk=number, user=person, public_id=str(number)), self._receive)
        hub.attach(connection)
        return connection

    async def _receive(self, message: dict) -> None:
        self._received += 1

    async def until_received(self, count: int) -> None:
        while self._received < count:  # noqa: ASYNC110 - turn by turn, without the cost of an event
            await asyncio.sleep(0)
        self._received -= count

    async def message(self) -> float:
        begin = time.perf_counter()
        for chat_id, pair in enumerate(zip(self._recipients[::2], self._recipients[1::2], strict=True)):
            bus.publish([(pair, FRAME)], [(chat_id, 1)])
        await self.until_received(2 * AT_ONCE)
        return time.perf_counter() - begin

    async def typing(self) -> float:
        begin = time.perf_counter()
        for recipient in self._recipients[:AT_ONCE]:
            events.publish_typing(recipient=recipient, chat_id=1, user_id=1, typing=True)
        await self.until_received(AT_ONCE)
        return time.perf_counter() - begin

    async def end_of_a_sign_in(self) -> float:
        newcomers = [self.connect(-number) for number in range(1, AT_ONCE + 1)]
        await asyncio.sleep(0)
        begin = time.perf_counter()
        for connection in newcomers:
            bus.publish_ended([connection.sign_in_id])
        await self.until_received(2 * AT_ONCE)  # the last frame and the close
        seconds = time.perf_counter() - begin
        for connection in newcomers:
            hub.detach(connection)
        return seconds


async def main(count: int) -> None:
    # Nothing that is published here may reach the Redis of a deployment.
    settings.REDIS_URL = ""
    crowd = Crowd(count)
    await asyncio.sleep(0)
    gc.collect()
    gc.freeze()
    figures = {
        "a message to two people": crowd.message,
        "typing": crowd.typing,
        "the end of a sign-in": crowd.end_of_a_sign_in,
    }
    print(json.dumps({figure: await median(publish) for figure, publish in figures.items()}))


async def median(publish) -> float:
    """Microseconds of one publication, from the call until its frames are sent; the first ones warm the caches."""
    times = [await publish() for _ in range(TURNS + 10)][10:]
    return statistics.median(times) / AT_ONCE * 1e6


uvloop.run(main(int(sys.argv[1])))
