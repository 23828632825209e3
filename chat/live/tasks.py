"""The tasks beside the sockets of a process, started with its first socket."""

import asyncio
from typing import Any

from django.conf import settings

from chat.live import bus, sign_ins
from chat.live.hub import hub
from chat.live.presence import watching
from chat.live.reconcile import reconciler

_running: dict[asyncio.AbstractEventLoop, list[asyncio.Task[Any]]] = {}


def start() -> None:
    """Start the tasks of this loop, once."""
    loop = asyncio.get_running_loop()
    if loop in _running:
        return
    for old in [old for old in _running if old.is_closed()]:
        del _running[old]
    # The loop keeps only weak references to its tasks, so they are kept here.
    _running[loop] = [loop.create_task(sign_ins.watch()), loop.create_task(watching.run())]
    if settings.REDIS_URL:
        # Until the bus listens, this process misses what others publish. When it does, the sockets receive a `status`
        # frame and catch up.
        hub.live = False
        _running[loop] += [loop.create_task(bus.subscribe()), loop.create_task(reconciler.run())]


async def stop() -> None:
    """Cancel the tasks of this loop."""
    for task in _running.pop(asyncio.get_running_loop(), ()):
        task.cancel()
