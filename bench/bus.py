"""The scenarios of publications: their cost by connections (hub), and by subscribed processes (bus)."""

import json
import time
from contextlib import ExitStack

import redis

from bench.generator import idle_sockets, run_load
from bench.measures import Floors
from bench.stack import Process, Stack
from bench.table import Table
from chatsite import redis_clients

FEW, MANY, ROUNDS = 100, 20_000, 5
BATCHES, PER_SECOND = 100, 30


def hub(running: Stack, floors: Floors, table: Table) -> None:
    """Publications to the same people among few connections and among many, by turns; the best of each."""
    turns = [
        [json.loads(running.manage("-m", "bench.hub", str(count))) for count in (FEW, MANY)] for _ in range(ROUNDS)
    ]
    for figure in turns[0][0]:
        few, many = (min(turn[figure] for turn in of_one_size) for of_one_size in zip(*turns, strict=True))
        table.add(
            f"hub, {figure}, among {FEW} and {MANY:,} connections",
            f"{few:.1f}, {many:.1f} µs of the loop",
            ratio=f"{many / few:.2f}× among {FEW}",
            target="≤ 1.2×",
            met=many / few <= 1.2,
        )


def bus(running: Stack, floors: Floors, table: Table) -> None:
    """Batches of one and of a hundred messages, for 1, 10 and 50 subscribers, one of them a live process."""
    live, [pair] = running.role("live"), running.people(1)
    url = live.url + "/ws/chat"
    with redis_clients.client(running.environment["REDIS_URL"], patience=60) as client:
        # A process is subscribed from its first socket on.
        with idle_sockets(url, [pair["doctor"]]):
            while not (channels := client.pubsub_channels("chat:events:*")):
                time.sleep(0.01)
        [channel] = channels
        batch = _captured(client, channel, url, pair)
        with idle_sockets(url, [pair["doctor"]]):
            for messages in (1, 100):
                many = {part: one * messages for part, one in batch.items()}
                payload = b"another process\n" + json.dumps(many).encode()
                costs = [_publish(client, channel, payload, live, listeners=count) for count in (1, 10, 50)]
                each = ", ".join(f"{of_redis:.3f}" for of_redis, _ in costs)
                figure = f"bus, a batch of {messages} message{'s' * (messages > 1)} ({len(payload) / 1000:,.1f} kB)"
                table.add(f"{figure}, 1, 10 and 50 listeners", f"{each} ms of Redis's CPU")
                cost = min(of_live for _, of_live in costs)
                table.add("… received by a live process", f"{cost:.2f} ms of its CPU")
    live.stop()


def _captured(client: redis.Redis, channel: str, url: str, pair: dict) -> dict[str, list]:
    """The parts of a real batch of one message."""
    with client.pubsub(ignore_subscribe_messages=True) as listener:
        listener.subscribe(channel)
        listener.get_message(ignore_subscribe_messages=False, timeout=5)
        # Alone on the bus, the live process would publish nothing.
        client.publish(channel, b'another process\n{"hello": "another process"}')
        pairs = [{"chat_id": pair["chat_id"], "sender": pair["patient"], "receiver": pair["doctor"]}]
        run_load({"kind": "closed", "urls": [url], "pairs": pairs, "seconds": 0.5}, dict)
        batches = (json.loads(message["data"].partition(b"\n")[2]) for message in listener.listen())
        return next(batch for batch in batches if batch.get("events"))


def _publish(
    client: redis.Redis, channel: str, payload: bytes, live: Process, *, listeners: int
) -> tuple[float, float]:
    """Milliseconds of CPU for a batch: of Redis, and of the live process."""
    with ExitStack() as opened:
        others = [opened.enter_context(client.pubsub(ignore_subscribe_messages=True)) for _ in range(listeners - 1)]
        for one in others:
            one.subscribe(channel)
            one.get_message(timeout=5)
        begin, of_redis, of_live = time.monotonic(), _cpu(client), live.cpu()
        for number in range(BATCHES):
            client.publish(channel, payload)
            for one in others:
                one.get_message(timeout=5)
            time.sleep(max(0, begin + number / PER_SECOND - time.monotonic()))
        spent = _cpu(client) - of_redis, live.cpu() - of_live
    return tuple(seconds / BATCHES * 1000 for seconds in spent)


def _cpu(client: redis.Redis) -> float:
    used = client.info("cpu")
    return used["used_cpu_user"] + used["used_cpu_sys"]
