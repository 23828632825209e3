"""Clients that send and receive during a fault, and the verdict: their messages compared with the database's."""

import asyncio
import itertools
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import asynccontextmanager

from tests.faults.client import Client

PATIENCE_SECONDS = 40
# The reconciler finds what the bus lost within four seconds.
GRACE_SECONDS = 6
# Temporary refusals, after which a client tries again with the same client_id: server, proxy or line was down.
PASSING = {"busy", "unavailable", "status_0"}


class Talk:
    """Pairs of clients, and a pair that sends nothing and must receive nothing. `rows(sql)` queries the database."""

    def __init__(
        self, pairs: list[dict], rows: Callable[[str], list[tuple]], *, kind: type[Client] = Client, **options
    ):
        self._rows = rows
        self.pairs = [
            tuple(kind(pair[side], pair["chat_id"], **_of_side(side, options)) for side in ("doctor", "patient"))
            for pair in pairs
        ]
        *self.pairs, self.bystanders = self.pairs
        self.clients = [client for pair in self.pairs for client in pair]
        self.late = self.ahead = 0
        # Where the line itself drops frames, only a later catch-up may replace an event.
        self.may_be_late = False
        # Where the server goes back to a backup: what was acknowledged before it was begun.
        self.backed_up: set[str] | None = None

    async def start(self):
        for client in [*self.clients, *self.bystanders]:
            client.start()
        await self.until(lambda: all(client.counts["caught_up"] for client in [*self.clients, *self.bystanders]))

    async def stop(self):
        await asyncio.gather(*(client.stop() for client in [*self.clients, *self.bystanders]))

    @asynccontextmanager
    async def talking(self, clients: list[Client] = (), pause: float = 0.1, size: int = 40):
        """Let these clients (default: all) send, each about every `pause` seconds, as long as the block lasts."""
        going = [asyncio.ensure_future(_talk(client, pause, size)) for client in clients or self.clients]
        try:
            yield
        finally:
            for one in going:
                one.cancel()

    async def volley(self, size: int = 20, strike: Callable[[], None] = lambda: None):
        """Every client sends many messages at once; `strike` is called at one of the acknowledgements."""
        struck = asyncio.get_running_loop().create_future()
        left = itertools.count(random.randint(1, size), -1)

        def count():
            if next(left) == 0:
                strike()
                struck.set_result(None)

        for client in self.clients:
            client.on_ack = count
            for number in range(size):
                client.send_text(f"{number} of a volley")
        await struck

    async def until(self, condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
        """Wait until the condition is true; return False after the time limit."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.05)
        return True

    async def settle(self) -> "Verdict":
        """Wait for every acknowledgement, let every client reconnect once and catch up; then compare."""
        await self.until(lambda: not any(client.pending for client in self.clients))
        await self.until(lambda: not self._missing(), GRACE_SECONDS)
        # What the server had not sent by itself: only a reconnection or a timer of the client would fetch it.
        self.late = self._missing()
        before = {client: client.counts["caught_up"] for client in self.clients}
        for client in self.clients:
            client.hang_up()
        await self.until(lambda: all(client.counts["caught_up"] > before[client] for client in self.clients))
        return self.verdict()

    def begin_backup(self) -> None:
        """What is acknowledged from now on may be lost, and nothing else."""
        self.backed_up = self.acknowledged()

    def acknowledged(self) -> set[str]:
        return {key for client in self.clients for key in client.acknowledged}

    def look_ahead(self) -> None:
        """Count the messages that clients have and the database has not: received before they were stored."""
        stored = self._stored()
        self.ahead += sum(
            len(client.messages.keys() - {row[0] for row in stored[client.chat_id]}) for client in self.clients
        )

    def _missing(self) -> int:
        stored = self._stored()
        return sum(len({row[0] for row in stored[client.chat_id]} - client.messages.keys()) for client in self.clients)

    def go_elsewhere(self, rows: Callable[[str], list[tuple]]) -> None:
        """From now on compare with another database."""
        self._rows = rows

    def _stored(self) -> dict[int, list[tuple]]:
        """The threads: (message_id, seq, client_id, text) in the order of `seq`."""
        chats = ", ".join(str(doctor.chat_id) for doctor, _ in [*self.pairs, self.bystanders])
        threads = defaultdict(list)
        for chat_id, *row in self._rows(
            "SELECT chat_id, message_id, seq, client_id, message_text FROM messages"
            f" WHERE chat_id IN ({chats}) ORDER BY chat_id, seq, message_id"
        ):
            threads[chat_id].append(tuple(row))
        return threads

    def verdict(self) -> "Verdict":
        return Verdict(self, self._stored(), dict(self._rows("SELECT chat_id, message_count FROM chats")))


class Verdict:
    """The tallies of one scenario, and what is wrong with them."""

    def __init__(self, talk: Talk, stored: dict[int, list[tuple]], counted: dict[int, int]):
        clients = talk.clients
        copies = Counter(client_id for thread in stored.values() for _, _, client_id, _ in thread)
        acknowledged = {key: pk for client in clients for key, pk in client.acknowledged.items()}
        kept = acknowledged.keys() if talk.backed_up is None else talk.backed_up
        places = {client_id: pk for thread in stored.values() for pk, _, client_id, _ in thread}
        self.tallies = {
            "sent": sum(len(client.sent) for client in clients),
            "acknowledged": len(acknowledged),
            "stored": sum(copies.values()),
            "received": sum(self._received(stored[client.chat_id], client) for client in clients),
        }
        self.faults = {
            "lost": sum(key not in copies for key in kept),
            "doubled": sum(number - 1 for number in copies.values()),
            "acknowledged twice": sum(client.counts["doubled"] for client in clients),
            "acknowledged as another": sum(copies[key] == 1 and places[key] != pk for key, pk in acknowledged.items()),
            "unanswered": sum(len(client.pending) for client in clients),
            "unsent": len(copies.keys() - {key for client in clients for key in client.sent}),
            "misnumbered": sum(self._misnumbered(thread) for thread in stored.values()),
            "miscounted": sum(counted[client.chat_id] != len(stored[client.chat_id]) for client in clients),
            "not received": sum(len(set(stored[client.chat_id]) - set(client.thread())) for client in clients),
            "received, not stored": sum(len(set(client.thread()) - set(stored[client.chat_id])) for client in clients),
            "in another order": sum(client.thread() != stored[client.chat_id] for client in clients),
            "received before stored": talk.ahead + sum(client.counts["early"] for client in clients),
            "late": 0 if talk.may_be_late else talk.late,
            "gone back": sum(client.counts["reset"] != (talk.backed_up is not None) for client in clients),
            "to outsiders": sum(client.counts["strayed"] for client in clients)
            + sum(sum(client.counts[name] for name in ("events", "strayed")) for client in talk.bystanders),
            "refused": sum(n for client in clients for code, n in client.refused.items() if code not in PASSING),
        }
        self.notes = {
            "tries": sum(client.counts["tries"] for client in clients),
            "reconnections": sum(len(client.gaps) for client in clients),
            **({"late": talk.late} if talk.may_be_late else {}),
            **({} if talk.backed_up is None else {"lost after the backup": len(acknowledged.keys() - copies.keys())}),
            "ack p99 ms": round(1000 * percentile([took for client in clients for took in client.took], 99)),
            **sum((client.refused for client in clients), Counter()),
        }

    @staticmethod
    def _received(thread: list[tuple], client: Client) -> int:
        """How many messages of the other side it has received."""
        return sum(key not in client.sent and pk in client.messages for pk, _, key, _ in thread)

    @staticmethod
    def _misnumbered(thread: list[tuple]) -> int:
        """A thread is in the order of both `seq` and ids, and no number is used twice."""
        return sum(a[0] >= b[0] or a[1] >= b[1] for a, b in itertools.pairwise(thread))

    def line(self, **more) -> str:
        shown = {name: self.faults[name] for name in ("lost", "doubled")}
        wrong = {name: number for name, number in self.faults.items() if number and name not in shown}
        groups = (self.tallies | shown | wrong, self.notes | more)
        return " | ".join(", ".join(f"{name} {value}" for name, value in group.items()) for group in groups)

    @property
    def wrong(self) -> dict[str, int]:
        return {name: number for name, number in self.faults.items() if number}


@asynccontextmanager
async def talk(pairs: list[dict], rows: Callable[[str], list[tuple]], **options):
    people = Talk(pairs, rows, **options)
    try:
        await people.start()
        yield people
    finally:
        await people.stop()


async def _talk(client: Client, pause: float, size: int):
    while True:
        # A client stops sending when too much is unacknowledged.
        if len(client.pending) < 30:
            client.send_text(f"{len(client.sent)} of {id(client)}: {'é' * size}")
        await asyncio.sleep(random.uniform(pause / 2, pause * 1.5))


def percentile(values: list[float], percent: int) -> float:
    values = sorted(values)
    return values[min(len(values) - 1, len(values) * percent // 100)] if values else 0.0


def _of_side(side: str, options: dict) -> dict:
    """`doctor_socket` and `patient_socket` may name different processes."""
    options = dict(options)
    sockets = {of: options.pop(f"{of}_socket", None) for of in ("doctor", "patient")}
    return ({"socket_url": sockets[side]} if sockets[side] else {}) | options
