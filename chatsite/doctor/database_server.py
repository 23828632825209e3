"""How a MariaDB or MySQL server is set, and what it says of its replication. None of it on SQLite."""

from django.conf import settings
from django.db import DatabaseError, connection

from chatsite.doctor.database import one
from chatsite.doctor.network import is_here
from chatsite.doctor.questions import Answer, Answers, fault, ok, warning

_MEGABYTE = 1024 * 1024
# A batch of long texts is one statement.
_PACKET_BYTES = 16 * _MEGABYTE
# As in docs/scaling.md: a web process beside its requests (writer, audit, search, bus), `live`, and a worker.
WEB_BESIDE, LIVE, WORKER = 4, 12, 7
_BEHIND_SECONDS = 60


def _is_server() -> bool:
    return connection.vendor == "mysql"


def _named(sql: str) -> dict[str, str]:
    """Rows of a name and a value, by the name in small letters."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {str(name).lower(): str(value) for name, value in cursor.fetchall()}


def read_only() -> Answer | None:
    if not _is_server():
        return None
    (switch,) = one("SELECT @@global.read_only")
    if str(switch) in ("0", "OFF"):
        return ok("The server may be written.")
    return fault("The server is switched to read-only, as a replica is.", "Name the primary in DATABASE_URL.")


def line() -> Answer | None:
    """Whether others on the network could read what goes to the database, and comes from it."""
    if not _is_server():
        return None
    if cipher := _named("SHOW STATUS LIKE 'Ssl_cipher'").get("ssl_cipher"):
        return ok(f"What goes to the database is encrypted ({cipher}).")
    if is_here(str(connection.settings_dict["HOST"])):
        return ok("The database is on this machine.")
    sentence = "What goes to the database is not encrypted: whoever is on that network can read conversations."
    return warning(sentence, "Write ?ssl_ca=… or ?ssl_mode=… in DATABASE_URL: docs/operations.md, TLS to the database.")


def characters() -> Answers:
    if not _is_server():
        return None
    _, of_database, collation = one("SELECT DATABASE(), @@character_set_database, @@collation_database")
    of_tables = one(
        "SELECT COUNT(*), COUNT(DISTINCT table_collation), MIN(table_collation), MAX(table_collation)"
        " FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
    )
    others = one(
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()"
        " AND table_collation NOT LIKE 'utf8mb4%'"
    )
    if of_database != "utf8mb4" or others[0]:
        sentence = f"The database uses {of_database}, {others[0]} tables no utf8mb4: emoji would be lost."
        return fault(sentence, "ALTER DATABASE … and ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4;")
    if int(str(of_tables[1])) > 1:
        sentence = f"Tables differ in their collation, as {of_tables[2]} and {of_tables[3]}: comparing them may fail."
        return warning(sentence, f"ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4 COLLATE {collation};")
    return ok(f"All is utf8mb4, {collation}.")


def zone() -> Answer | None:
    if not _is_server():
        return None
    (seconds,) = one("SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW())")
    if abs(int(str(seconds))) <= 1:
        return ok("The connection is in UTC.")
    return fault("The connection is not in UTC: times would be wrong.", "Leave init_command out of DATABASE_URL.")


def isolation() -> Answer | None:
    if not _is_server():
        return None
    found = _named("SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')")
    level = next(iter(found.values()))
    if level == "READ-COMMITTED":
        return ok("The isolation is read committed.")
    return warning(
        f"The isolation is {level}: more sends meet a deadlock, and are repeated.",
        "Leave isolation_level out of DATABASE_URL.",
    )


def connections_left() -> Answer | None:
    if not _is_server():
        return None
    most = min(
        int(str(value)) for value in one("SELECT @@max_connections, @@max_user_connections") if str(value) != "0"
    )
    used = int(_named("SHOW GLOBAL STATUS LIKE 'Max_used_connections'")["max_used_connections"])
    web = settings.WEB_THREADS + WEB_BESIDE
    needs = f"a web process may need {web}, a live one {LIVE}, a worker {WORKER}"
    sentence = f"The server takes {most} connections, and had {used} at once; {needs}."
    if most < web + LIVE + WORKER:
        return warning(sentence, "Raise max_connections, or lower WEB_THREADS.")
    if used > most * 0.8:
        return warning(sentence, "Raise max_connections before they are all taken.")
    return ok(sentence)


def packet() -> Answer | None:
    if not _is_server():
        return None
    (size,) = one("SELECT @@max_allowed_packet")
    if int(str(size)) >= _PACKET_BYTES:
        return ok(f"A statement may have {int(str(size)) // _MEGABYTE} MB.")
    sentence = f"max_allowed_packet is {int(str(size)) // 1024} KB: many long messages at once would be refused."
    return warning(sentence, "Set max_allowed_packet=16M on the server.")


def durability() -> Answer | None:
    if not _is_server():
        return None
    flush, binary, sync = one("SELECT @@innodb_flush_log_at_trx_commit, @@log_bin, @@sync_binlog")
    if str(flush) == "1" and (str(binary) in ("0", "OFF") or str(sync) == "1"):
        return ok("What is committed survives a power cut.")
    wrong = "innodb_flush_log_at_trx_commit" if str(flush) != "1" else "sync_binlog"
    return warning(f"{wrong} is not 1: a power cut may lose acknowledged messages.", f"Set {wrong}=1 on the server.")


def replication() -> Answers:
    """What this server says of itself as a replica, or as a node of a cluster."""
    if not _is_server():
        return None
    cluster = _named("SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_ready', 'wsrep_cluster_status')")
    is_node = _named("SHOW GLOBAL VARIABLES LIKE 'wsrep_on'").get("wsrep_on") == "ON"
    if is_node and cluster.get("wsrep_ready") != "ON":
        state = cluster.get("wsrep_cluster_status", "")
        return fault(f"This node of the cluster takes no queries ({state}).", "See the log of its MariaDB.")
    is_mariadb = bool(getattr(connection, "mysql_is_mariadb", False))
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW ALL SLAVES STATUS" if is_mariadb else "SHOW REPLICA STATUS")
            names = [column[0].lower().replace("slave", "replica") for column in cursor.description or []]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except DatabaseError:
        return ok("The account may not see the replication: look at it with another (SLAVE MONITOR).")
    return [_of_replica(row) for row in rows] or ok("This server is no replica.")


def _of_replica(row: dict[str, object]) -> Answer:
    if str(row.get("replica_io_running")) != "Yes" or str(row.get("replica_sql_running")) != "Yes":
        return fault("This server is a replica that has stopped following.", "Name the primary in DATABASE_URL.")
    behind = int(str(row.get("seconds_behind_master") or row.get("seconds_behind_source") or 0))
    if behind > _BEHIND_SECONDS:
        return fault(f"This server is a replica, {behind} s behind.", "Name the primary in DATABASE_URL.")
    return warning("This server is a replica of another: both may be written.", "Name the primary in DATABASE_URL.")
