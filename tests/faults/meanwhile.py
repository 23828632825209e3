"""What goes on in a thread of its own while something is broken."""

import threading
from collections.abc import Callable
from contextlib import contextmanager


@contextmanager
def meanwhile(work: Callable[[threading.Event], object]):
    """Work while the block lasts, until the event is set at its end."""
    over = threading.Event()
    thread = threading.Thread(target=work, args=(over,))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
