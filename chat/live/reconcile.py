"""What the bus lost, found in the database: whoever missed an event is told where its chat stands.

Publications are lost with a process that dies or cannot reach Redis, and where a bus is full; commits never are.
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

logger = logging.getLogger("chat.live")

LOOK_SECONDS = 2
# A row bears the time at which its transaction began, by the clock of the process that wrote it.
OVERLAP = timedelta(seconds=30)


class Reconciler:
    """What this process told of each chat, and what the database says; everything here runs on the event loop."""

    def __init__(self):
        self._told: dict[int, int] = {}
        self._behind: dict[int, int] = {}

    def note(self, seqs: Iterable[tuple[int, int]]) -> None:
        """Events up to these numbers were told here."""
        self._told.update(seqs)

    async def run(self) -> None:
        """Look again and again, for as long as the loop runs."""
        self._told.clear()
        self._behind.clear()
        looked_at = timezone.now()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                begin = timezone.now()
                await self.look(looked_at - OVERLAP)
                looked_at = begin
            except Exception as error:  # the database may be away: the next look goes as far back
                logger.warning("chats not compared: %s", type(error).__name__)

    async def look(self, since: datetime) -> None:
        """Tell of the chats that were behind at the last look already: what came after it may be on its way."""
        noted = set(self._told)
        changed = await in_thread(changed_since, since)
        for chat_id in noted - changed.keys():
            self._told.pop(chat_id, None)
        lost = {chat_id for chat_id, seq in self._behind.items() if self._told.get(chat_id, -1) < seq}
        for chat_id in lost & changed.keys():
            seq, people = changed[chat_id]
            hub.deliver([(people, seq_frame(chat_id, seq))])
            self._told[chat_id] = seq
        self._behind = {chat_id: seq for chat_id, (seq, _) in changed.items() if self._told.get(chat_id, -1) < seq}


reconciler = Reconciler()
bus.takers["seqs"] = reconciler.note
