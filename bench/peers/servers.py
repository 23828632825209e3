"""The servers that are compared, each started afresh for each turn, with people of its own."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from bench.stack import Stack


class Peer(Protocol):
    """A server, and what `Stack.cpu` calls its parts."""

    name: str

    @property
    def parts(self) -> tuple[str, ...]: ...

    def serve(self, pairs: int) -> AbstractContextManager[dict]:
        """Start it, with so many new pairs of people; yields what a job says about it: client, address, pairs."""
        ...


class Ours:
    """This project as it is served: one `live` process, one `web`, Redis between them."""

    name, parts = "this project", ("server", "redis")

    def __init__(self, running: Stack):
        self._running = running

    @contextmanager
    def serve(self, pairs: int) -> Iterator[dict]:
        people = self._running.people(pairs)
        live, web = self._running.role("live"), self._running.role("web")
        try:
            yield {
                "client": "chat",
                "address": {"socket": f"{live.url}/ws/chat", "rest": web.url},
                "pairs": [[_account(pair, side) for side in ("patient", "doctor")] for pair in people],
            }
        finally:
            live.stop()
            web.stop()


def _account(pair: dict, side: str) -> dict:
    return {"token": pair[side], "chat_id": pair["chat_id"]}
