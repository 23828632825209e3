"""After a night without a worker: thousands of mails are due at once. Each leaves once, and the workers stay small."""

import socketserver
import threading
import time
from collections import Counter

from bench.measures import Floors
from bench.stack import Stack, stack
from bench.table import Table

PEOPLE, WORKERS = 10_000, 2
# No mail for so long: the rest is lost.
STALLED = 300.0
MIB = 1024 * 1024


class MailServer:
    """A mail server of the run: it counts to whom a mail came."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()
        self.last_at = 0.0
        lock = threading.Lock()

        def take(person: str) -> None:
            with lock:
                self.got[person] += 1
                self.last_at = time.monotonic()

        class Line(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 here\r\n")
                person, in_data = "", False
                for line in self.rfile:
                    word = line[:4].upper()
                    if in_data:
                        in_data = line != b".\r\n"
                        if in_data:
                            continue
                        take(person)
                    elif word == b"RCPT":
                        person = line.decode().partition("<")[2].partition(">")[0]
                    in_data = word == b"DATA"
                    self.wfile.write({b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(word, b"250 ok\r\n"))

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line)
        self._server.daemon_threads = True
        self.url = f"smtp://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def night(running: Stack, floors: Floors, table: Table) -> None:
    """10,000 people with something unread since the evening. Both steps of each are due: one mail tells of both."""
    server = MailServer()
    with stack(EMAIL_URL=server.url) as alone:
        alone.manage("-m", "bench.unread", str(PEOPLE))
        begin = server.last_at = time.monotonic()
        workers = [alone.role("worker") for _ in range(WORKERS)]
        small = [worker.memory() for worker in workers]
        while len(server.got) < PEOPLE and time.monotonic() - server.last_at < STALLED:
            time.sleep(0.2)
        seconds = time.monotonic() - begin
        grown = max(worker.memory() - before for worker, before in zip(workers, small, strict=True))
        # What would be doubled comes now.
        time.sleep(5)
        cpu = sum(worker.cpu() for worker in workers)
    server.stop()
    lost, doubled = PEOPLE - len(server.got), sum(server.got.values()) - len(server.got)
    table.add(
        f"{PEOPLE:,} mails due after a night, {WORKERS} workers",
        f"{PEOPLE / seconds:,.0f}/s; {lost} lost, {doubled} doubled",
        ratio=f"{cpu / PEOPLE * 1000:.1f} ms of the workers' CPU a mail, {grown / MIB:.0f} MiB more",
        target="0 lost, 0 doubled, ≤ 64 MiB more",
        met=lost == doubled == 0 and grown <= 64 * MIB,
    )
