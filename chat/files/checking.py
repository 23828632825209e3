"""Whether a stored file still has the bytes that were stored: in the background, after somebody opened it."""

import hashlib
import logging
import queue
import threading
import time

from django.core.files.storage import default_storage
from prometheus_client import Counter

from chat.files.names import file_path
from chatsite.files.storage import note_failure

logger = logging.getLogger("chat.files")

CHANGED = Counter("chat_files_changed", "Files whose bytes are not those that were stored.")
# More wait for nobody: the next download, or check_files, looks at it again.
MOST_WAITING = 200
# One file is looked at once a day in each process.
AGAIN_SECONDS = 24 * 3600
_MOST_KNOWN = 10_000
_CHUNK = 1024 * 1024


def is_unchanged(stored_name: str, sha256: str) -> bool:
    """Read the file and compare; raises FileNotFoundError, or what else the store raises."""
    digest = hashlib.sha256()
    with default_storage.open(file_path(stored_name)) as file:
        while part := file.read(_CHUNK):
            digest.update(part)
    return digest.hexdigest() == sha256


class Checker:
    """The files to look at, and the thread that does."""

    def __init__(self) -> None:
        self._files: queue.Queue[tuple[str, str]] = queue.Queue(MOST_WAITING)
        self._known: dict[str, float] = {}
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def note(self, stored_name: str, sha256: str) -> None:
        """Have a file looked at. Rows that another program wrote have no digest."""
        now = time.monotonic()
        if not sha256 or now - self._known.get(stored_name, -AGAIN_SECONDS) < AGAIN_SECONDS:
            return
        try:
            self._files.put_nowait((stored_name, sha256))
        except queue.Full:
            return
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[stored_name] = now
        # Lazily: a process forked after import must start its own thread.
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="chat-files", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self.check(*self._files.get())

    def check(self, stored_name: str, sha256: str) -> None:
        try:
            if is_unchanged(stored_name, sha256):
                return
        except FileNotFoundError:
            # The download has said so.
            return
        except Exception as error:
            note_failure(f"a stored file could not be read: {file_path(stored_name)}", error)
            return
        CHANGED.inc()
        logger.error("a stored file was changed: %s; restore it from a backup", file_path(stored_name))


checker = Checker()
