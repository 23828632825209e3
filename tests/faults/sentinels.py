"""A primary and a replica of Redis, and three sentinels with our deploy/sentinel.conf."""

import re
import secrets
from contextlib import suppress
from pathlib import Path

import redis

from bench.stack import ROOT
from chatsite.testing.redis_servers import RedisServer


class Watched:
    """Any of them may be killed, frozen and started again. `url` is that of the product."""

    def __init__(self, folder: Path):
        self._password = secrets.token_hex(16)
        lines = (f"requirepass {self._password}", f"masterauth {self._password}")
        self.servers = [RedisServer(folder, *lines, password=self._password).start() for _ in range(2)]
        first, second = self.servers
        second.ask("REPLICAOF", "127.0.0.1", first.port)
        second.until(lambda: second.ask("ROLE")[3] == "connected")
        self.sentinels = [RedisServer(folder, *self._configured(first), sentinel=True).start() for _ in range(3)]
        for sentinel in self.sentinels:
            sentinel.until(lambda one=sentinel: one.ask("SENTINEL", "CKQUORUM", "chat").startswith("OK 3"))
            sentinel.until(lambda one=sentinel: one.ask("SENTINEL", "REPLICAS", "chat"))
        addresses = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        self.url = f"redis+sentinel://:{self._password}@{addresses}/chat"

    def _configured(self, primary: RedisServer) -> list[str]:
        example = (ROOT / "deploy/sentinel.conf").read_text()
        own = {"redis-1.example.org 6379": f"127.0.0.1 {primary.port}", "PASSWORD": self._password, "port 26379\n": ""}
        for written, ours in own.items():
            assert written in example
            example = example.replace(written, ours)
        return [line for line in example.splitlines() if not re.match(r"#|$", line)]

    @property
    def primary(self) -> RedisServer:
        """The one that all sentinels name that live, once they agree."""
        self.servers[0].until(lambda: len(self._named()) == 1)
        [port] = self._named()
        return next(server for server in self.servers if server.port == port)

    def _named(self) -> set[int]:
        ports = set()
        for sentinel in self.sentinels:
            with suppress(redis.RedisError):
                ports.add(int(sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "chat")[1]))
        return ports

    def leaves(self, server: RedisServer) -> None:
        """Wait until the sentinels name another one."""
        server.until(lambda: self._named() and server.port not in self._named())

    def back(self, server: RedisServer) -> None:
        """Wait until it follows the primary, as the sentinels told it."""
        server.until(lambda: server.ask("ROLE")[0] == "slave" and server.ask("ROLE")[3] == "connected", 60)

    def stop(self) -> None:
        for server in [*self.sentinels, *self.servers]:
            server.kill()
