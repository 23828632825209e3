"""Indexes new messages after a short delay, in a thread of the serving processes, without slowing sends."""

import logging
import threading
import time
from collections.abc import Iterable

from django.db import connection

from chat import metrics
from chat.errors import IndexBroken
from chat.search import index, versions
from chatsite.database.failures import in_brief
from chatsite.database.kept import run_kept

logger = logging.getLogger("chat.search")

# People write several messages in a row, and one pass indexes them all. A search does not wait for it.
_DELAY = 60.0
# A few at a time, then a rest of so many times the processor's time for it: a send that meets this thread waits for the
# interpreter and the database.
_SLICE = 20
_REST = 20


class Indexer:
    """The chats with new messages, and the thread that indexes them. A search indexes by itself what this misses."""

    def __init__(self) -> None:
        self._chats: set[int] = set()
        self._woken = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._serves = False
        # In the last pass.
        self._failed = 0

    def note(self, chat_ids: Iterable[int]) -> None:
        """Queue these chats, which have new messages."""
        if not self._serves:
            return
        self._chats.update(chat_ids)
        if self._thread is None or not self._thread.is_alive():
            self._start()
        self._woken.set()

    def serve(self) -> None:
        """Enable this in a serving process; in others (commands, tests) only searches index."""
        self._serves = True

    def outcome(self) -> str:
        """For `/readyz`: "ok", or how many chats failed in the last pass and are left to the next search in them."""
        return f"{self._failed} chats could not be indexed" if self._failed else "ok"

    def _start(self) -> None:
        # Lazily: a process forked after import must start its own thread.
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="chat-search", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._woken.wait()
            time.sleep(_DELAY)
            self._woken.clear()
            run_kept(self._empty)

    def _empty(self) -> None:
        failed = 0
        while self._chats:
            begin = time.thread_time()
            chat_id = self._chats.pop()
            try:
                if index.take_in(chat_id, versions.live(), most=_SLICE):
                    self._chats.add(chat_id)
            except IndexBroken:
                failed += 1
            except Exception as error:
                failed += 1
                metrics.INDEX_FAILURES.inc()
                logger.error("a chat is left to the next search in it: %s", in_brief(error))
                connection.close()
            time.sleep((time.thread_time() - begin) * _REST)
        self._failed = failed


indexer = Indexer()
