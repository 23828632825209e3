"""The chat's counters for `/metrics`. Numbers only: no people, no conversations, no text."""

from prometheus_client import Counter, Gauge, Histogram, Info

from chatsite import __version__

Info("chat_build", "The version that this process runs.").info({"version": __version__})

STORED = Counter("chat_messages_stored", "Messages committed.")
REPEATED = Counter("chat_sends_repeated", "Sends that had been stored before, and were answered again.")
REFUSED = Counter("chat_sends_refused", "Sends refused, by the code of the refusal.", ["code"])
BATCH_MESSAGES = Histogram("chat_batch_messages", "Drafts in one commit.", buckets=(1, 2, 5, 10, 20, 50, 100, 200))
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 1, 10)
BATCH_SECONDS = Histogram("chat_batch_seconds", "From taking a batch until it is published.", buckets=_SECONDS)
COMMIT_SECONDS = Histogram("chat_commit_seconds", "A transaction that stores, from its begin.", buckets=_SECONDS)
QUEUED = Gauge("chat_queue_drafts", "Drafts that were accepted and not answered yet.")
QUEUE_MOST = Gauge("chat_queue_most", "Drafts above which this process refuses more: CHAT_WRITER_QUEUE.")
OLDEST = Gauge("chat_queue_oldest_seconds", "For how long the oldest of those drafts has been waiting.")

INDEX_FAILURES = Counter("chat_index_failures", "Times that the index of a chat could not be read or written.")
INDEX_BACKLOG = Gauge("chat_index_backlog", "Messages that are not in the index of the search yet.")
SEARCHES_TIMED_OUT = Counter("chat_searches_timed_out", "Searches given up after DATABASE_PATIENCE.")

SOCKETS = Gauge("chat_sockets", "Sockets open in this process.")
OPENED = Counter("chat_sockets_opened", "Sockets opened: first ones and reconnections.")
RECONNECTED = Counter("chat_sockets_reconnected", "Those of them whose client had lost an earlier socket.")
REFUSED_SOCKETS = Counter("chat_sockets_refused", "Handshakes refused, by status.", ["status"])
FLOODED = Counter("chat_sockets_flooded", "Sockets closed because their client sent too much for too long.")
CUT = Counter("chat_sockets_cut", "Sockets cut because their reader was too slow.")
DELIVERED = Counter("chat_frames_delivered", "Event frames queued for sockets of this process.")
CAUGHT_UP = Counter("chat_catch_ups", "Requests for what changed since a cursor.")

BUS_UP = Gauge("chat_bus_up", "1 while this process can publish to others, and receives from them where it subscribes.")
BUS_PUBLISHED = Counter("chat_bus_batches", "Batches of events published to other processes.")
BUS_LOST = Counter("chat_bus_batches_lost", "Batches left to catch-up: the bus was full, or refused them.")
