"""A primary dies before its replica has everything; the replica is promoted, and another history begins.

Clients are repaired, nothing is doubled or given the number of another, and what is missing is said.
"""

import time
from asyncio import to_thread
from contextlib import closing

import MySQLdb
import pytest

from tests.faults.checker import talk
from tests.faults.conftest import LONG, PAIRS, WAIT
from tests.faults.returning import ReturningClient
from tests.faults.services import Services
from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1_500)]

# Pairs that talk; acknowledged before the replica falls behind, and then until the primary dies.
TALKING, BEFORE, BEHIND = (PAIRS, 3_000, 500) if LONG else (2, 60, 20)


@pytest.fixture
def servers(tmp_path, monkeypatch):
    """A primary with a binary log, and its replica, which follows by GTID."""
    logging = ("--log-bin=log", "--binlog-format=ROW", "--log-bin-trust-function-creators=1")
    primary = Services(tmp_path / "primary", "--server-id=1", *logging)
    try:
        replica = Services(tmp_path / "replica", "--server-id=2", "--read-only")
        try:
            url = primary.database_url
            # Both have made their account by themselves.
            (position,) = ask(primary, "SELECT @@gtid_binlog_pos")
            ask(
                replica,
                f"SET GLOBAL gtid_slave_pos = '{position}'",
                f"CHANGE MASTER TO MASTER_HOST='{url.hostname}', MASTER_PORT={url.port}, MASTER_USER='{url.username}',"
                f" MASTER_PASSWORD='{url.password}', MASTER_USE_GTID=slave_pos",
                "START SLAVE",
            )
            # Of the stack.
            monkeypatch.setenv("SERVICES_NOTE", str(tmp_path / "primary"))
            yield primary, replica
        finally:
            replica.stop()
    finally:
        primary.stop()


@pytest.fixture
def site(servers, tmp_path):
    running = Site(tmp_path / "site", sqlite=False)
    try:
        running.stack.prepare()
        yield running
    finally:
        running.stack.stop()


def ask(server: Services, *statements: str) -> tuple | None:
    """Run them as the account of the product; return the first row of the last."""
    url = server.database_url
    access = {"host": url.hostname, "port": url.port, "user": url.username, "passwd": url.password}
    with closing(MySQLdb.connect(**access, autocommit=True)) as connection, closing(connection.cursor()) as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchone()


def fall_behind(primary: Services, replica: Services):
    """Let the replica have all that is committed by now, and nothing of what follows."""
    (position,) = ask(primary, "SELECT @@gtid_binlog_pos")
    assert ask(replica, f"SELECT MASTER_GTID_WAIT('{position}', {WAIT})") == (0,)
    ask(replica, "STOP SLAVE")


def promote(site: Site, replica: Services):
    """As in docs/operations.md: make it the primary, begin another history, let people in again."""
    site.kill()
    ask(replica, "RESET SLAVE ALL", "SET GLOBAL read_only = 0")
    url = replica.database_url
    site.stack.database |= {"host": url.hostname, "port": url.port, "user": url.username, "passwd": url.password}
    site.stack.environment["DATABASE_URL"] = url._replace(path=f"/{site.stack.name}").geturl()
    site.stack.manage("manage.py", "new_history", "--after", "promotion")
    site.serve()


async def test_a_replica_that_is_promoted(servers, site, report):
    primary, replica = servers
    await to_thread(site.serve)
    pairs = await to_thread(site.stack.people, TALKING + 1)
    async with talk(pairs, site.rows, kind=ReturningClient, rest_url=site.url) as people:
        for client in [*people.clients, *people.bystanders]:
            await client.remember()
        async with people.talking():
            assert await people.until(lambda: len(people.acknowledged()) >= BEFORE, WAIT)
            people.begin_backup()
            await to_thread(fall_behind, primary, replica)
            known = len(people.acknowledged())
            assert await people.until(lambda: len(people.acknowledged()) >= known + BEHIND, WAIT)
            await to_thread(primary.mariadb.kill)
            died_at = time.monotonic()
            highest = max(pk for client in people.clients for pk in client.acknowledged.values())
            await to_thread(promote, site, replica)
            assert await people.until(lambda: all(client.counts["reset"] for client in people.clients), WAIT)
            away = time.monotonic() - died_at
        verdict = await people.settle()
        report(verdict, **{"away s": f"{away:.1f}"})

        assert verdict.notes["lost after the backup"] >= BEHIND
        config = await people.clients[0].ask("GET", "/api/config")
        assert config.content["lost"]["from"] < config.content["lost"]["until"]
        # Their sign-ins are in the replica.
        assert not any(client.counts["signed in"] for client in people.clients)
        # None of what was written since has the number of a message that was lost.
        known = {key for client in people.clients for key in client.acknowledged if key in people.backed_up}
        later = site.rows("SELECT message_id, client_id FROM messages WHERE message_id > 1000000")
        assert later
        assert not known & {key for _, key in later}
        assert all(pk > highest + 1_000 for pk, _ in later)
        assert "whole" in site.stack.manage("manage.py", "verify_audit")
