"""The parts of `/readyz` that people write and read without. What is away is named, and asked for nothing."""

from collections.abc import Callable

from audit import trail
from backups import measures as backups
from chat.search.background import indexer
from chatsite import lately
from notifications.services import mailing, pausing
from notifications.services.measures import missing_worker

# Those that a query tells, and those that this process knows by itself: what it, or a worker, last used.
OF_DATABASE: dict[str, Callable[[], str]] = {
    "worker": missing_worker,
    "notifications": pausing.outcome,
    "mail": mailing.outcome,
    "backup": backups.outcome,
}
KNOWN: dict[str, Callable[[], str]] = {
    "storage": lambda: lately.outcome("storage"),
    "scanner": lambda: lately.outcome("scanner"),
    "search": indexer.outcome,
    "audit": trail.outcome,
}
