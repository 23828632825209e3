"""The tasks beside the sockets of a process, started with its first socket."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
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
    _running[loop] = [_task(sign_ins.watch()), _task(watching.run())]
    if settings.REDIS_URL:
        # Until the bus listens, this process misses what others publish. When it does, the sockets receive a `status`
        # frame and catch up.
        hub.live = False
        _running[loop] += [_task(bus.subscribe()), _task(reconciler.run())]


def _task(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """In a context of its own: what it logs is not about the socket that was the first."""
    return asyncio.get_running_loop().create_task(work, context=Context())


async def stop() -> None:
    """Cancel the tasks of this loop."""
    for task in _running.pop(asyncio.get_running_loop(), ()):
        task.cancel()
