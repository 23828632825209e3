"""Who is online, published to those who watch. Rounds collect who came or left, store it, and send what changed.

A round queries the database and Redis once, however many people came or left. Everything here runs on the event
loop, except `switched`.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from django.dispatch import receiver
from django.utils.translation import gettext_noop as _

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
from chatsite.http.sentences import sentence

logger = logging.getLogger("chat.presence")

REFRESH_SECONDS = 20
# Many connect at once after a restart; and a page that is only reloaded has not left.
GATHER_SECONDS = 0.1
LEAVE_SECONDS = 3
MOST_WATCHED = 50

# (a socket, the chat it watches): what it received last.
Watches = dict[tuple[Connection, int], Presence | None]


class Watching:
    """The people with sockets in this process, and the people that its sockets watch."""

    def __init__(self) -> None:
        self._watches: dict[str, Watches] = defaultdict(dict)
        self._watched_by: dict[Connection, dict[int, str]] = defaultdict(dict)
        # People with a socket here, as stored, and those of them who show it.
        self._noted: set[str] = set()
        self._shown: set[str] = set()
        # For the next round: who came or left here, and whose presence may have changed anywhere.
        self._moved: set[str] = set()
        self._looked_at: set[str] = set()
        self._wake: asyncio.Event | None = None

    def arrived(self, recipient: str) -> None:
        if recipient not in self._noted:
            self._moved.add(recipient)
            self._start_round()

    def left(self, connection: Connection) -> None:
        """Drop a socket; its person leaves only if none comes back soon."""
        for chat_id, recipient in self._watched_by.pop(connection, {}).items():
            self._drop(recipient, (connection, chat_id))
        if not hub.has(connection.recipient):
            asyncio.get_running_loop().call_later(LEAVE_SECONDS, self._note_absence, connection.recipient)

    def _note_absence(self, recipient: str) -> None:
        if not hub.has(recipient):
            self._moved.add(recipient)
            self._start_round()

    def watch(self, connection: Connection, chat_id: int, recipient: str) -> None:
        """Send this socket the presence of the other person of a chat, now and at every change."""
        watched = self._watched_by[connection]
        if len(watched) >= MOST_WATCHED and chat_id not in watched:
            raise Invalid(sentence(_("A socket watches at most {most} chats."), most=MOST_WATCHED))
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
        """These people came or left in some process: update the sockets here that watch them."""
        self._looked_at |= set(recipients) & self._watches.keys()
        self._start_round()

    def note_again(self, recipients: Iterable[str]) -> None:
        """These people now show or hide their presence: store it again."""
        self._noted -= set(recipients)
        self._shown -= set(recipients)
        self._moved |= {recipient for recipient in recipients if hub.has(recipient)}
        self.look_at(recipients)

    def _start_round(self) -> None:
        """Start the next round, if there is anything to do."""
        if self._wake is not None and (self._moved or self._looked_at):
            self._wake.set()

    async def run(self) -> None:
        """Run rounds while the loop runs."""
        loop = asyncio.get_running_loop()
        wake = self._wake = asyncio.Event()
        refreshed_at = loop.time()
        self._noted.clear()
        self._shown.clear()
        while True:
            if not (self._moved or self._looked_at):
                await _rest(wake, refreshed_at + REFRESH_SECONDS - loop.time())
            wake.clear()
            await asyncio.sleep(GATHER_SECONDS)
            everyone = loop.time() - refreshed_at >= REFRESH_SECONDS
            if everyone:
                refreshed_at = loop.time()
            try:
                await self._round(everyone=everyone)
            except Exception as error:  # the database or Redis may be unavailable: the next refresh repeats it
                logger.warning("presence not published: %s", type(error).__name__)

    async def _round(self, *, everyone: bool) -> None:
        moved, self._moved = self._moved, set()
        looked_at, self._looked_at = self._looked_at, set()
        here = {recipient for recipient in moved if hub.has(recipient)} - self._noted
        gone = {recipient for recipient in moved & self._noted if not hub.has(recipient)}
        try:
            await self._note(set(hub.recipients()) if everyone else here, gone)
            if here or gone:
                bus.publish_people("moved", [*here, *gone])
        finally:
            await self._update(set(self._watches) if everyone else looked_at & self._watches.keys())

    async def _note(self, here: set[str], gone: set[str]) -> None:
        # People who hid their presence while here leave unseen, even if they show it again by now.
        left = gone & self._shown
        # In place: a change does not copy the set of all who are here.
        self._noted |= here
        self._noted -= gone
        self._shown -= gone
        if here or left:
            self._shown |= await in_thread(presence.note, here, left) & here

    async def _update(self, recipients: set[str]) -> None:
        if not recipients:
            return
        states = await in_thread(presence.presence_of, recipients)
        for recipient, state in states.items():
            watches = self._watches.get(recipient, {})
            for key, received in watches.items():
                if received != state:
                    watches[key] = state
                    connection, chat_id = key
                    connection.push(presence_frame(chat_id, person_of(recipient), state))


async def _rest(wake: asyncio.Event, seconds: float) -> None:
    # Not wait_for: in Python 3.11 it swallows a cancellation that comes together with the wake.
    with suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, 0)):
            await wake.wait()


watching = Watching()
bus.handlers |= {"moved": watching.look_at, "switched": watching.note_again}


@receiver([presence_switched, accounts_switched])
def switched(sender: object, *, user_ids: list[int], **_: object) -> None:
    """Delete the stored presence of these people, and publish it again."""
    recipients = recipients_for(user_ids)
    presence.forget(recipients)
    bus.publish_people("switched", recipients)
