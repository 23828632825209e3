"""Where a password is tried from, and one try after another: what `chatsite.limiter` needs to count sign-ins."""

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_network
from threading import Lock

from django.db import OperationalError
from django.http import HttpRequest

from chatsite import limiter
from chatsite.http.addresses import client_address

# Tries at one account from one address run one at a time. Otherwise right passwords of a burst would be refused, since
# each is counted until it was checked. Each waits at most this long: if the database hangs, it would wait for all the
# tries before it.
QUEUE_SECONDS = 15
_queues = [Lock() for _ in range(64)]
# Apart, so that no stranger makes a known device wait.
_queues_of_devices = [Lock() for _ in range(64)]


def address(request: HttpRequest) -> str | None:
    """The address tried from. One customer has a whole /64 of IPv6."""
    text = client_address(request)
    if text and ":" in text:
        return str(ip_network((IPv6Address(text), 64), strict=False).network_address)
    return text


@contextmanager
def one_try_at_a_time(limit: limiter.Limit, *, known: bool) -> Iterator[None]:
    """Wait for the tries before this one; raises OperationalError if they hang in the database."""
    queues = _queues_of_devices if known else _queues
    queue = queues[hash(limit) % len(queues)]
    if not queue.acquire(timeout=QUEUE_SECONDS):
        raise OperationalError("earlier tries still wait for the database")
    try:
        yield
    finally:
        queue.release()
