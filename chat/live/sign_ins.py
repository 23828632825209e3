"""A socket closes when its sign-in ends. An event closes it fast; this comparison closes it in any case."""

import asyncio
import logging
import time
from collections.abc import Iterator

from accounts.services.demand import barred_of
from accounts.services.sign_ins import mark_all_seen, still_valid
from chat.live.db_threads import in_thread
from chat.live.hub import SignInName, hub

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
    """Close the sockets whose sign-in has ended, or needs a second factor from now on."""
    for some in _sign_ins():
        hub.end_named(await in_thread(_ended, some))
        hub.bar(await in_thread(_barred, some))


def _ended(sign_ins: list[SignInName]) -> list[SignInName]:
    """Those of these sign-ins that are not valid any more under the same public id."""
    valid = still_valid([pk for pk, _ in sign_ins])
    return [(pk, public_id) for pk, public_id in sign_ins if valid.get(pk, "") != public_id]


def _barred(sign_ins: list[SignInName]) -> list[SignInName]:
    barred = barred_of(pk for pk, _ in sign_ins)
    return [named for named in sign_ins if named[0] in barred]


async def mark_seen() -> None:
    """Record that these devices are in use."""
    for some in _sign_ins():
        await in_thread(mark_all_seen, [pk for pk, _ in some])


def _sign_ins() -> Iterator[list[SignInName]]:
    """The sign-ins with a socket here, in parts: the loop serves the sockets in between."""
    sign_ins = hub.sign_ins()
    for start in range(0, len(sign_ins), AT_ONCE):
        yield sign_ins[start : start + AT_ONCE]
