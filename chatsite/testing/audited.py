"""The rows of the audit in tests, whose queue no thread empties."""

from typing import Any

from audit.chain import store
from audit.models import AuditRow
from audit.writer import writer


def queued(*columns: str) -> list[Any]:
    """These columns of the acts that were queued since the last call; a single column without tuples."""
    entries = []
    while writer._queue:
        entries.append(writer._queue.popleft().entry)
    rows = [tuple(getattr(entry, name) for name in columns) for entry in entries]
    return [row[0] for row in rows] if len(columns) == 1 else rows


def write() -> list[AuditRow]:
    """Store what is queued; return all rows."""
    entries = []
    while writer._queue:
        entries.append(writer._queue.popleft().entry)
    if entries:
        store(entries)
    return list(AuditRow.objects.order_by("pk"))
