"""Who is online, told while it is watched: one round gathers what moved, keeps it, and tells whoever watches.

A round talks to the database and to Redis once, however many people came or left. Everything here runs on the event
loop but for `switched`.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from django.dispatch import receiver

from accounts.signals import accounts_switched, presence_switched
from chat.errors import Invalid
from chat.live import bus
from chat.live.connection import Connection
from chat.live.db_threads import in_thread
from chat.live.events import presence_frame
from chat.live.hub import hub
from chat.models.side import person_of, recipients_for
from chat.services import presence
from chat.services.presence import Presence

logger = logging.getLogger("chat.presence")

REFRESH_SECONDS = 20
# Many come at once after a restart; and a page that is only reloaded has not left.
GATHER_SECONDS = 0.1
LEAVE_SECONDS = 3
MOST_WATCHED = 50

# (a socket, the chat it watches): what it was told last.
Watches = dict[tuple[Connection, int], Presence | None]


class Watching:
    """The people of this process, and those whom its sockets watch."""

    def __init__(self):
        self._watches: dict[str, Watches] = defaultdict(dict)
        self._watched_by: dict[Connection, dict[int, str]] = defaultdict(dict)
        # People with a socket here, as far as it is noted, and those of them who show it; those to look at; to tell of.
        self._noted: set[str] = set()
        self._shown: set[str] = set()
        self._moved: set[str] = set()
        self._looked_at: set[str] = set()
        self._wake: asyncio.Event | None = None

    def arrived(self, recipient: str) -> None:
        if recipient not in self._noted:
            self._moved.add(recipient)
            self._stir()

    def left(self, connection: Connection) -> None:
        """One socket is gone; its person only if none comes back soon."""
        for chat_id, recipient in self._watched_by.pop(connection, {}).items():
            self._drop(recipient, (connection, chat_id))
        if not hub.holds(connection.recipient):
            asyncio.get_running_loop().call_later(LEAVE_SECONDS, self._look_for, connection.recipient)

    def _look_for(self, recipient: str) -> None:
        if not hub.holds(recipient):
            self._moved.add(recipient)
            self._stir()

    def watch(self, connection: Connection, chat_id: int, recipient: str) -> None:
        """Tell this socket of the other person of a chat, now and at every change."""
        watched = self._watched_by[connection]
        if len(watched) >= MOST_WATCHED and chat_id not in watched:
            raise Invalid(f"A socket watches at most {MOST_WATCHED} chats.")
        watched[chat_id] = recipient
        self._watches[recipient][connection, chat_id] = None
        self.look_at([recipient])

    def unwatch(self, connection: Connection, chat_id: int, recipient: str) -> None:
        self._watched_by[connection].pop(chat_id, None)
        self._drop(recipient, (connection, chat_id))

    def _drop(self, recipient: str, key: tuple[Connection, int]) -> None:
        watches = self._watches.get(recipient, {})
        watches.pop(key, None)
        if not watches:
            self._watches.pop(recipient, None)

    def look_at(self, recipients: Iterable[str]) -> None:
        """Somebody came or left somewhere: tell those who watch them here."""
        self._looked_at |= set(recipients) & self._watches.keys()
        self._stir()

    def note_again(self, recipients: Iterable[str]) -> None:
        """They show or hide themselves from now on: what was noted of them is gone."""
        self._noted -= set(recipients)
        self._shown -= set(recipients)
        self._moved |= {recipient for recipient in recipients if hub.holds(recipient)}
        self.look_at(recipients)

    def _stir(self) -> None:
        """Wake the rounds, where one has something to do."""
        if self._wake is not None and (self._moved or self._looked_at):
            self._wake.set()

    async def run(self) -> None:
        """Round after round, for as long as the loop runs."""
        loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        refreshed_at = loop.time()
        self._noted.clear()
        self._shown.clear()
        while True:
            if not (self._moved or self._looked_at):
                await self._rest(refreshed_at + REFRESH_SECONDS - loop.time())
            self._wake.clear()
            await asyncio.sleep(GATHER_SECONDS)
            everyone = loop.time() - refreshed_at >= REFRESH_SECONDS
            if everyone:
                refreshed_at = loop.time()
            try:
                await self._round(everyone=everyone)
            except Exception as error:  # the database or Redis may be away: the next refresh says it again
                logger.warning("presence not told: %s", type(error).__name__)

    async def _rest(self, seconds: float) -> None:
        # Not wait_for: in Python 3.11 that swallows a cancellation which comes together with the wake.
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0)):
                await self._wake.wait()

    async def _round(self, *, everyone: bool) -> None:
        moved, self._moved = self._moved, set()
        looked_at, self._looked_at = self._looked_at, set()
        here = {recipient for recipient in moved if hub.holds(recipient)} - self._noted
        gone = {recipient for recipient in moved & self._noted if not hub.holds(recipient)}
        try:
            await self._note(set(hub.recipients()) if everyone else here, gone)
            if here or gone:
                bus.publish_people("moved", [*here, *gone])
        finally:
            await self._tell(set(self._watches) if everyone else looked_at & self._watches.keys())

    async def _note(self, here: set[str], gone: set[str]) -> None:
        # Whoever hid it while here leaves unseen, also if they show it again by now.
        left = gone & self._shown
        # In place: who comes or goes costs no copy of who is there.
        self._noted |= here
        self._noted -= gone
        self._shown -= gone
        if here or left:
            self._shown |= await in_thread(presence.note, here, left) & here

    async def _tell(self, recipients: set[str]) -> None:
        if not recipients:
            return
        states = await in_thread(presence.presence_of, recipients)
        for recipient, state in states.items():
            watches = self._watches.get(recipient, {})
            for key, told in watches.items():
                if told != state:
                    watches[key] = state
                    connection, chat_id = key
                    connection.push(presence_frame(chat_id, person_of(recipient), state))


watching = Watching()
bus.takers |= {"moved": watching.look_at, "switched": watching.note_again}


@receiver([presence_switched, accounts_switched])
def switched(sender, *, user_ids: list[int], **_):
    recipients = recipients_for(user_ids)
    presence.forget(recipients)
    bus.publish_people("switched", recipients)
