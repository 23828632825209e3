"""Events that the bus lost, found in the database: the sockets of such a chat receive its present `seq`.

Publications are lost when a process dies, cannot reach Redis, or has a full queue; commits never are.
"""

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from chat.live import bus
from chat.live.db_threads import in_thread
from chat.live.events import seq_frame
from chat.live.hub import hub
from chat.services.chats import changed_since
from chatsite.repeats import Repeats

logger = logging.getLogger("chat.live")

LOOK_SECONDS = 2
# A row has the time at which its transaction began, by the clock of the process that wrote it.
OVERLAP = timedelta(seconds=30)


class Reconciler:
    """Compares the published `seq` of each chat with the database. Everything here runs on the event loop."""

    def __init__(self) -> None:
        # The `seq` of each chat, as far as it was published here, and of those chats that had more in the database.
        self._published: dict[int, int] = {}
        self._behind: dict[int, int] = {}

    def note(self, seqs: Iterable[tuple[int, int]]) -> None:
        """Note that events up to these numbers were published here."""
        self._published.update(seqs)

    async def run(self) -> None:
        """Compare at intervals while the loop runs."""
        self._published.clear()
        self._behind.clear()
        looked_at = timezone.now()
        repeats = Repeats(logger, logging.WARNING)
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                begin = timezone.now()
                await self.look(looked_at - OVERLAP)
                looked_at = begin
            except Exception as error:  # the database may be unavailable: the next comparison covers this time too
                repeats.say("chats not compared", error)

    async def look(self, since: datetime) -> None:
        """Publish the `seq` of chats that were already behind at the last look: newer events may be on their way."""
        noted = set(self._published)
        changed = await in_thread(changed_since, since)
        for chat_id in noted - changed.keys():
            self._published.pop(chat_id, None)
        lost = {chat_id for chat_id, seq in self._behind.items() if self._published.get(chat_id, -1) < seq}
        for chat_id in lost & changed.keys():
            seq, people = changed[chat_id]
            hub.deliver([(people, seq_frame(chat_id, seq))])
            self._published[chat_id] = seq
        self._behind = {chat_id: seq for chat_id, (seq, _) in changed.items() if self._published.get(chat_id, -1) < seq}


reconciler = Reconciler()
bus.handlers["seqs"] = reconciler.note
