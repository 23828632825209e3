"""Whether other processes listen on the bus: while none does, nothing has to be published to Redis."""

import threading


class Peers:
    """What this process knows of the others. It is alone only while it listens and is certain of that."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listening = False
        self._countable = True
        self._alone = False
        self._arrivals = 0
        self._answered: set[str] = set()

    @property
    def alone(self) -> bool:
        return self._alone

    @property
    def arrivals(self) -> int:
        """How often a process arrived. A count of listeners that began before the last arrival says nothing."""
        return self._arrivals

    @property
    def answered(self) -> int:
        """How many have answered the greeting of this process."""
        return len(self._answered)

    def listens(self) -> None:
        """This process listens from now on: Redis counts it, and it receives greetings."""
        with self._lock:
            self._listening = True
            self._arrivals += 1
            self._answered.clear()

    def forget(self) -> None:
        """This process no longer listens: it misses arrivals."""
        with self._lock:
            self._listening = self._alone = False

    def arrived(self) -> None:
        """Another process listens from now on."""
        with self._lock:
            self._alone = False
            self._arrivals += 1

    def answered_by(self, name: str) -> None:
        self._answered.add(name)

    def counted(self, listeners: int, *, arrivals: int) -> None:
        """Redis counted the listeners, after these arrivals. One is this process; none is no certainty."""
        with self._lock:
            if arrivals == self._arrivals:
                self._alone = self._listening and self._countable and listeners == 1

    def cannot_be_counted(self) -> None:
        """Redis refuses to count: one that says no hello would not be noticed."""
        with self._lock:
            self._alone = self._countable = False
