"""Whether other processes listen on the bus: while none does, nothing has to be published to Redis."""

import threading


class Peers:
    """What this process knows of the others. It is alone only while it is certain of that."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._alone = False
        self._arrivals = 0
        self._answered: set[str] = set()

    @property
    def alone(self) -> bool:
        return self._alone

    @property
    def arrivals(self) -> int:
        """How often one arrived. A count of listeners that was begun before the last arrival says nothing."""
        return self._arrivals

    @property
    def answered(self) -> int:
        """How many have answered the greeting of this process."""
        return len(self._answered)

    def arrived(self) -> None:
        """Another process listens from now on."""
        with self._lock:
            self._alone = False
            self._arrivals += 1

    def answered_by(self, name: str) -> None:
        self._answered.add(name)

    def counted(self, listeners: int, *, arrivals: int) -> None:
        """Redis counted the listeners, this process among them, after these arrivals."""
        with self._lock:
            if arrivals == self._arrivals:
                self._alone = listeners <= 1

    def forget(self) -> None:
        """This process no longer listens, so that it misses arrivals."""
        with self._lock:
            self._alone = False
            self._arrivals += 1
            self._answered.clear()
