"""A socket closes when its sign-in ends. An event closes it fast; this comparison closes it in any case."""

import asyncio
import logging
import time
from collections.abc import Iterator

from accounts.services.sign_ins import mark_all_seen, still_valid
from chat.live.db_threads import in_thread
from chat.live.hub import hub

logger = logging.getLogger("chat.live")

CHECK_SECONDS = 4
SEEN_SECONDS = 60
AT_ONCE = 500


async def watch() -> None:
    """Compare the sign-ins of this process's sockets with the database, while the loop runs."""
    seen_at = time.monotonic()
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        try:
            await check()
            if time.monotonic() - seen_at > SEEN_SECONDS:
                seen_at = time.monotonic()
                await mark_seen()
        except Exception as error:  # the database may be unavailable: the next round repeats it
            logger.warning("sign-ins not compared: %s", type(error).__name__)


async def check() -> None:
    """Close the sockets whose sign-in has ended."""
    for some in _sign_in_ids():
        hub.end_others(await in_thread(still_valid, some), some)


async def mark_seen() -> None:
    """Record that these devices are in use."""
    for some in _sign_in_ids():
        await in_thread(mark_all_seen, some)


def _sign_in_ids() -> Iterator[list[int]]:
    """The sign-ins with a socket here, in parts: the loop serves the sockets in between."""
    ids = hub.sign_in_ids()
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
