"""The figures of the trail for `/metrics`. An alarm is due when rows are lost, or wait for more than a minute."""

from prometheus_client import Counter, Gauge

WRITTEN = Counter("audit_rows_written", "Rows committed.")
LOST = Counter("audit_rows_lost", "Rows for which the queue had no room. The chain notes how many.")
FAILURES = Counter("audit_failures", "Batches of rows that could not be committed, and are tried again.")
WAITING = Gauge("audit_rows_waiting", "Rows that are not committed yet.")
OLDEST = Gauge("audit_oldest_seconds", "For how long the oldest of them has been waiting.")
