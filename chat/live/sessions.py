"""A socket lives as long as its sign-in. An event ends it fast; this comparison ends it in any case."""

import asyncio
import logging

from accounts.services.sign_ins import valid_ids
from chat.live.hub import hub
from chat.live.threads import in_thread

logger = logging.getLogger("chat.live")

CHECK_SECONDS = 4
AT_ONCE = 250


async def watch() -> None:
    """Compare the sign-ins of this process's sockets with the database, for as long as the loop runs."""
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        try:
            await check()
        except Exception as error:  # the database may be away: the next round will tell
            logger.warning("sign-ins not compared: %s", type(error).__name__)


async def check() -> None:
    """A few hundred at a time: the sockets go on in between."""
    held = list({connection.sign_in_id for connection in hub.connections()})
    for start in range(0, len(held), AT_ONCE):
        some = set(held[start : start + AT_ONCE])
        hub.end_sign_ins(some - await in_thread(valid_ids, some))
        await asyncio.sleep(0.01)
