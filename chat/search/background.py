"""Indexes what was posted a little later, in a thread of the processes that serve, and never at the cost of a send."""

import logging
import threading
import time
from collections.abc import Iterable

from django.db import connection

from chat import metrics
from chat.errors import IndexBroken
from chat.search import index

logger = logging.getLogger("chat.search")

# People write several messages in a row: one pass takes them all.
_DELAY = 2.0
# A few at a time, so that no send waits for long, with rests of ten times what they took: a tenth of a core at most.
_SLICE = 50
_REST = 10


class Indexer:
    """The chats with something new, and the thread that sees to them. What it forgets, a search finds by itself."""

    def __init__(self):
        self._chats: set[int] = set()
        self._woken = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._serves = False

    def note(self, chat_ids: Iterable[int]) -> None:
        """Messages were posted to these chats."""
        if not self._serves:
            return
        self._chats.update(chat_ids)
        if self._thread is None or not self._thread.is_alive():
            self._start()
        self._woken.set()

    def serve(self) -> None:
        """Called by the processes that serve; elsewhere (commands, tests) searches alone index."""
        self._serves = True

    def _start(self) -> None:
        # Lazily, so that a process forked after import starts a thread of its own.
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="chat-search", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._woken.wait()
            time.sleep(_DELAY)
            self._woken.clear()
            self._empty()
            connection.close()

    def _empty(self) -> None:
        while self._chats:
            begin = time.monotonic()
            chat_id = self._chats.pop()
            try:
                if index.take_in(chat_id, most=_SLICE):
                    self._chats.add(chat_id)
            except IndexBroken:
                pass
            except Exception as error:
                # Without what it says: a database may quote the word that it did not take.
                metrics.INDEX_FAILURES.inc()
                logger.error("a chat is left to the next search in it: %s", type(error).__name__)
                connection.close()
            time.sleep((time.monotonic() - begin) * _REST)


indexer = Indexer()
