"""A socket closes when its sign-in ends or is locked. An event tells of an end; this comparison finds both."""

import asyncio
import logging
import time
from collections.abc import Iterator

from accounts.services import idle
from accounts.services.demand import barred_of
from accounts.services.sign_ins import mark_all_seen, still_valid
from chat.live.db_threads import in_thread
from chat.live.hub import SignInName, hub
from chatsite.repeats import Repeats

logger = logging.getLogger("chat.live")

CHECK_SECONDS = 4
SEEN_SECONDS = 60
AT_ONCE = 500

# The ids of those whose person sent something since the last comparison. No send waits for the database to know.
_used: set[int] = set()


async def watch() -> None:
    """Compare the sign-ins of this process's sockets with the database, while the loop runs."""
    seen_at = time.monotonic()
    repeats = Repeats(logger, logging.WARNING)
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        try:
            await check()
            if time.monotonic() - seen_at > SEEN_SECONDS:
                seen_at = time.monotonic()
                await mark_seen()
        except Exception as error:  # the database may be unavailable: the next round repeats it
            repeats.say("sign-ins not compared", error)


def note_used(sign_in_id: int) -> None:
    """A person sent something over a socket of this sign-in."""
    _used.add(sign_in_id)


async def check() -> None:
    """Close the sockets whose sign-in has ended, is locked, or needs a second factor from now on."""
    if _used:
        used = list(_used)
        _used.clear()
        await in_thread(idle.mark_all_active, used)
    for some in _sign_ins():
        ended, locked = await in_thread(_closed, some)
        hub.end_named(ended)
        hub.lock_named(locked)
        hub.bar(await in_thread(_barred, some))


def _closed(sign_ins: list[SignInName]) -> tuple[list[SignInName], list[SignInName]]:
    """Those of these sign-ins that are not valid any more under the same public id, and those that are locked."""
    closed = _without(still_valid([pk for pk, _ in sign_ins], but=idle.locked()), sign_ins)
    # Few: asking which of them are valid costs nothing while there are none.
    ended = _without(still_valid([pk for pk, _ in closed]), closed)
    return ended, [one for one in closed if one not in ended]


def _without(valid: dict[int, str | None], sign_ins: list[SignInName]) -> list[SignInName]:
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
