"""Database work for sockets: a few threads, each with its own connection, beside the event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from functools import partial
from typing import Any, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from django.db import OperationalError

from accounts.models import User
from chatsite.database.kept import run_kept

P = ParamSpec("P")
T = TypeVar("T")

# For the turn and the work together: behind a database that hangs, the waiting calls would only pile up.
PATIENCE_SECONDS = 5
_readers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="chat-reader")
# A separate pool, so that a locked row of a chat does not keep new clients out.
_changers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="chat-changer")
_turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a synchronous function that locks no chat, and return its result.

    Raises OperationalError when that takes too long; the function may still finish.
    """
    async with _patience():
        work = partial(function, *args, **kwargs)
        # In the context of the socket, whose id is in the log.
        return await asyncio.wrap_future(_readers.submit(copy_context().run, run_kept, work))


async def change_in_thread(function: Callable[..., T], user: User, *, chat_id: int, **options: Any) -> T:
    """The same for a function that locks this chat. One call at a time: a locked chat occupies one thread only."""
    turn = _turns.setdefault(chat_id, asyncio.Lock())
    async with _patience():
        await turn.acquire()
        loop = asyncio.get_running_loop()
        try:
            work = partial(function, user, chat_id=chat_id, **options)
            future = _changers.submit(copy_context().run, run_kept, work)
        except RuntimeError:  # no thread could be started
            turn.release()
            raise
        future.add_done_callback(lambda _: loop.is_closed() or loop.call_soon_threadsafe(turn.release))
        return await asyncio.wrap_future(future)


@asynccontextmanager
async def _patience() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield
    except TimeoutError as error:
        raise OperationalError("no answer in time") from error
