"""Sending at the same time, over a few lines to each push service: one that hangs delays nobody elsewhere."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from notifications.channels.devices import CHANNELS
from notifications.channels.push import Push, Unsent
from notifications.models import Device

# Requests to one service at the same time. A service has its own, so there are as many times that as services.
LINES = 8
# After a service did not answer, it is left in peace for so long.
REST = timedelta(seconds=30)


class Lines:
    """Threads that send, and touch no database."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._rests_until: dict[str, datetime] = {}

    def send(self, device: Device, push: Push) -> Future[None]:
        """Begin to send it. The result is None, or raises Unsent."""
        channel = CHANNELS.get(device.kind)
        if channel is None:
            return _failed(Unsent("NoChannel", for_good=True))
        if device.not_before and device.not_before > self._clock():
            wait = device.not_before - self._clock()
            return _failed(Unsent(device.error, retry_after=int(wait.total_seconds()) + 1))
        service, host = channel.place_of(device)
        line = f"{device.kind} {service}"
        if line not in self._pools:
            self._pools[line] = ThreadPoolExecutor(LINES, thread_name_prefix="push")
        return self._pools[line].submit(self._send, f"{device.kind} {host}", device, push)

    def close(self) -> None:
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    def _send(self, host: str, device: Device, push: Push) -> None:
        """On a thread of the pool. What waited behind a host that hangs does not wait for it again."""
        if self._rests(host):
            raise Unsent("Resting", is_down=True)
        try:
            CHANNELS[device.kind].send(device, push)
        except Unsent as error:
            if error.is_down:
                with self._lock:
                    self._rests_until[host] = self._clock() + REST
            raise

    def _rests(self, host: str) -> bool:
        now = self._clock()
        with self._lock:
            # Those that do not rest any more are forgotten: anybody may invent names.
            self._rests_until = {name: until for name, until in self._rests_until.items() if now < until}
            return host in self._rests_until


def _failed(error: Unsent) -> Future[None]:
    future: Future[None] = Future()
    future.set_exception(error)
    return future
