"""Database work for sockets: a few threads with connections of their own, beside the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from django.db import InterfaceError, OperationalError, connection

# For the turn and the work together: behind a database that hangs, those who wait would only become more.
PATIENCE_SECONDS = 5
_readers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="chat-reader")
# Of their own, so that a chat which somebody else holds does not shut the door on newcomers.
_changers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="chat-changer")
_turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


async def in_thread(function, *args, **kwargs):
    """Run a synchronous function that locks no chat, and return its result.

    Raises OperationalError when that takes too long, though the function may still end.
    """
    async with _patience():
        return await asyncio.wrap_future(_readers.submit(_run, function, args, kwargs))


async def change_in_thread(function, user, *, chat_id: int, **kwargs):
    """The same for one that locks this chat: one at a time, so that a chat takes one thread however long it is held."""
    turn = _turns.setdefault(chat_id, asyncio.Lock())
    async with _patience():
        await turn.acquire()
        loop = asyncio.get_running_loop()
        try:
            future = _changers.submit(_run, function, (user,), {"chat_id": chat_id, **kwargs})
        except RuntimeError:  # no thread can be started
            turn.release()
            raise
        future.add_done_callback(lambda _: loop.is_closed() or loop.call_soon_threadsafe(turn.release))
        return await asyncio.wrap_future(future)


@asynccontextmanager
async def _patience():
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield
    except TimeoutError as error:
        raise OperationalError("no answer in time") from error


def _run(function, args, kwargs):
    try:
        return function(*args, **kwargs)
    except (OperationalError, InterfaceError):
        connection.close()
        raise
    finally:
        connection.close_if_unusable_or_obsolete()
