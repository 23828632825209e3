"""At what the sockets of this process look, as their clients say. Everything here runs on the event loop.

One call at a time stores what changed meanwhile, for however many sockets: a Redis that hangs occupies one thread.
"""

import asyncio
import logging
from contextvars import Context
from itertools import count

from chat.live.connection import Connection
from chat.live.db_threads import in_thread
from chat.models.side import person_of
from chat.services import looking
from chat.services.looking import Look, Viewer
from chatsite.process import process_name

logger = logging.getLogger("chat.looking")


class Looking:
    """A socket looks at one chat at most: another takes the place of the last."""

    def __init__(self) -> None:
        self._looks: dict[Connection, tuple[Viewer, Look]] = {}
        # What is not stored yet.
        self._changes: dict[Viewer, Look | None] = {}
        self._storing: asyncio.Task[None] | None = None
        self._numbers = count()

    def look(self, connection: Connection, chat_id: int) -> None:
        """This socket shows the chat to somebody. It is repeated while that is so."""
        viewer, _ = self._looks.get(connection) or (self._name(connection), None)
        look = Look(connection.public_id or "", chat_id)
        self._looks[connection] = viewer, look
        self._store(viewer, look)

    def look_away(self, connection: Connection, chat_id: int) -> None:
        """Not at this chat any more. One that was left before the present one was opened says nothing."""
        if connection in self._looks and self._looks[connection][1].chat_id == chat_id:
            self.left(connection)

    def left(self, connection: Connection) -> None:
        """Not at any chat: also when the socket is gone."""
        if connection in self._looks:
            viewer, _ = self._looks.pop(connection)
            self._store(viewer, None)

    def _name(self, connection: Connection) -> Viewer:
        return person_of(connection.recipient), f"{process_name()}.{next(self._numbers)}"

    def _store(self, viewer: Viewer, look: Look | None) -> None:
        self._changes[viewer] = look
        if self._storing is None or self._storing.done():
            self._storing = asyncio.get_running_loop().create_task(self._store_changes(), context=Context())

    async def _store_changes(self) -> None:
        while self._changes:
            changes, self._changes = self._changes, {}
            try:
                await in_thread(looking.note, changes)
            except Exception as error:  # the client says it again
                logger.warning("looks not stored: %s", type(error).__name__)


looks = Looking()
