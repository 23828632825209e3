"""A socket lives as long as its sign-in. An event ends it fast; this comparison ends it in any case."""

import asyncio
import logging
import time
from collections.abc import Iterator

from accounts.services.sign_ins import mark_all_seen, still_valid
from chat.live.hub import hub
from chat.live.threads import in_thread

logger = logging.getLogger("chat.live")

CHECK_SECONDS = 4
SEEN_SECONDS = 60
AT_ONCE = 500


async def watch() -> None:
    """Compare the sign-ins of this process's sockets with the database, for as long as the loop runs."""
    seen_at = time.monotonic()
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        try:
            await check()
            if time.monotonic() - seen_at > SEEN_SECONDS:
                seen_at = time.monotonic()
                await mark_seen()
        except Exception as error:  # the database may be away: the next round will tell
            logger.warning("sign-ins not compared: %s", type(error).__name__)


async def check() -> None:
    for some in _sign_ins():
        valid = await in_thread(still_valid, some.values())
        # By what names it for good: after a restored dump the row may be another's.
        hub.end_public_ids(public_id for public_id, row in some.items() if valid.get(row) != public_id)


async def mark_seen() -> None:
    for some in _sign_ins():
        await in_thread(mark_all_seen, some.values())


def _sign_ins() -> Iterator[dict[str, int]]:
    """The sign-ins with a socket here, row by public id, some at a time: the sockets go on in between."""
    rows = list({connection.public_id: connection.sign_in_id for connection in hub.connections()}.items())
    for start in range(0, len(rows), AT_ONCE):
        yield dict(rows[start : start + AT_ONCE])
