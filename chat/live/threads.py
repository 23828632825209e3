"""Database work for sockets: a few threads with connections of their own, beside the event loop."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError, connection

# For the turn and the work together: behind a database that hangs, those who wait would only become more.
PATIENCE_SECONDS = 5
_executor = ThreadPoolExecutor(max_workers=4, thread_name_prefix="chat-socket")


async def in_thread(function, *args, **kwargs):
    """Run a synchronous function that uses the database, and return its result.

    Raises OperationalError when that takes too long, though the function may still end.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asyncio.get_running_loop().run_in_executor(_executor, lambda: _run(function, args, kwargs))
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
