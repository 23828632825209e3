"""What a doctor asks the database: right answers of the real one, and wrong ones."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from chatsite.doctor import clock, database, database_server, sqlite
from chatsite.doctor.asking import answers_to
from chatsite.doctor.questions import Question, State
from chatsite.testing.accounts_of_database import limited_account

SERVER = [
    database_server.read_only, database_server.characters, database_server.zone, database_server.isolation,
    database_server.line,
    database_server.connections_left, database_server.packet, database_server.durability, database_server.replication,
    clock.of_database,
]  # fmt: skip


def state_of(ask) -> State:
    return answers_to(Question("one", ask))[0].state


@pytest.mark.django_db
class TestAnyDatabase:
    def test_it_answers(self):
        answer = database.reachable()
        assert answer.state == State.OK
        assert ("SQLite" if connection.vendor == "sqlite" else "M") in answer.sentence

    @pytest.mark.parametrize(
        ("version", "state"),
        [("10.11.6-MariaDB-log", "ok"), ("10.5.23-MariaDB", "fault"), ("8.0.39", "ok"), ("5.7.44-log", "fault")],
    )
    def test_an_old_server_is_a_fault(self, monkeypatch, version, state):
        monkeypatch.setattr(connection, "vendor", "mysql")
        assert database._judged(version, 1).state == state

    def test_all_migrations_are_applied(self):
        assert database.migrations().state == State.OK

    def test_a_missing_migration_is_a_fault(self):
        [(app, name)] = MigrationLoader(connection).graph.leaf_nodes("accounts")
        MigrationRecorder(connection).record_unapplied(app, name)
        answer = database.migrations()
        assert (answer.state, answer.remedy) == (State.FAULT, "Run: bin/run prepare")
        assert f"accounts.{name}" in answer.sentence

    def test_one_of_a_newer_release_is_a_warning(self):
        MigrationRecorder(connection).record_applied("accounts", "9999_later")
        assert "accounts.9999_later" in database.migrations().sentence

    def test_rows_can_be_written(self):
        assert state_of(database.writing) == State.OK

    @pytest.mark.sqlite
    def test_that_none_can_is_a_fault(self):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
            try:
                [answer] = answers_to(Question("one", database.writing))
            finally:
                cursor.execute("PRAGMA query_only = OFF")
        assert (answer.state, "only be read" in answer.sentence) == (State.FAULT, True)


@pytest.mark.django_db(transaction=True)
class TestRights:
    def test_the_account_may_do_what_migrations_need_and_nothing_is_left(self):
        before = connection.introspection.table_names()
        assert database.schema_rights().state == State.OK
        assert connection.introspection.table_names() == before

    @pytest.mark.mysql
    @pytest.mark.parametrize(
        ("rights", "lacking"),
        [("SELECT, INSERT, UPDATE, DELETE", "CREATE"), ("SELECT, CREATE, DROP, ALTER, INDEX", "TRIGGER")],
    )
    def test_an_account_that_may_less_is_told_which_right_it_lacks(self, monkeypatch, rights, lacking):
        with limited_account(rights) as limited:
            monkeypatch.setattr(database, "connection", limited)
            answer = database.schema_rights()
        assert (answer.state, f"may not {lacking}." in answer.sentence) == (State.WARNING, True)
        assert [name for name in connection.introspection.table_names() if name.startswith("doctor_")] == []

    @pytest.mark.mysql
    def test_an_account_that_may_only_read_is_a_fault(self, monkeypatch):
        with limited_account("SELECT") as limited:
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(connection.settings_dict, "USER", limited.settings_dict["USER"])
                patch.setitem(connection.settings_dict, "PASSWORD", limited.settings_dict["PASSWORD"])
                connection.close()
                [answer] = answers_to(Question("one", database.writing))
            connection.close()
        assert (answer.state, "may not INSERT." in answer.sentence) == (State.FAULT, True)


@pytest.mark.mysql
@pytest.mark.django_db
class TestServer:
    @pytest.mark.parametrize("ask", SERVER)
    def test_ours_is_right(self, ask):
        assert {answer.state for answer in answers_to(Question("one", ask))} == {State.OK}


@pytest.mark.sqlite
@pytest.mark.django_db
class TestSQLite:
    @pytest.mark.parametrize("ask", SERVER)
    def test_it_has_no_server(self, ask):
        assert ask() is None

    def test_the_file_is_right(self):
        assert sqlite.file().state == State.OK

    def test_a_file_that_cannot_be_written_is_a_fault(self, monkeypatch):
        monkeypatch.setattr("os.access", lambda place, how: False)
        assert sqlite.file().state == State.FAULT

    def test_another_journal_is_a_warning(self, monkeypatch):
        monkeypatch.setattr(sqlite, "one", lambda sql: ("delete",))
        assert "not WAL" in sqlite.file().sentence

    def test_several_processes_on_it_are_a_warning(self, settings):
        settings.REDIS_URL = ""
        assert sqlite.processes() is None
        settings.PROCESSES = 2
        assert sqlite.processes().state == State.WARNING


class TestWrongServer:
    """Wrong settings of a server, without one."""

    @pytest.fixture(autouse=True)
    def _server(self, monkeypatch):
        monkeypatch.setattr(database_server, "_is_server", lambda: True)

    @pytest.mark.parametrize(
        ("ask", "row", "state", "words"),
        [
            (database_server.read_only, (1,), "fault", "read-only"),
            (database_server.zone, (3600,), "fault", "not in UTC"),
            (database_server.packet, (1024 * 1024,), "warning", "1024 KB"),
            (database_server.durability, (2, 0, 0), "warning", "innodb_flush_log_at_trx_commit is not 1"),
            (database_server.durability, (1, 1, 0), "warning", "sync_binlog is not 1"),
        ],
    )
    def test_a_variable(self, monkeypatch, ask, row, state, words):
        monkeypatch.setattr(database_server, "one", lambda sql: row)
        answer = ask()
        assert (answer.state, words in answer.sentence) == (state, True)

    @pytest.mark.parametrize(
        ("rows", "state", "words"),
        [
            ([("c", "latin1", "latin1_swedish_ci"), (3, 1, "a", "a"), (3,)], "fault", "latin1"),
            ([("c", "utf8mb4", "utf8mb4_bin"), (3, 2, "utf8mb4_a", "utf8mb4_b"), (0,)], "warning", "utf8mb4_a"),
        ],
    )
    def test_characters(self, monkeypatch, rows, state, words):
        monkeypatch.setattr(database_server, "one", lambda sql: rows.pop(0))
        answer = database_server.characters()
        assert (answer.state, words in answer.sentence) == (state, True)

    def test_another_isolation(self, monkeypatch):
        monkeypatch.setattr(database_server, "_named", lambda sql: {"tx_isolation": "REPEATABLE-READ"})
        assert database_server.isolation().state == State.WARNING

    @pytest.mark.parametrize(("most", "used"), [((40, 0), "1"), ((200, 30), "1"), ((200, 0), "170")])
    def test_too_few_connections(self, monkeypatch, most, used):
        monkeypatch.setattr(database_server, "one", lambda sql: most)
        monkeypatch.setattr(database_server, "_named", lambda sql: {"max_used_connections": used})
        assert database_server.connections_left().state == State.WARNING

    @pytest.mark.parametrize(
        ("host", "cipher", "state"),
        [
            ("db.example.org", "", "warning"), ("10.0.0.5", "", "warning"), ("db.example.org", "TLS_AES", "ok"),
            ("localhost", "", "ok"), ("127.0.0.1", "", "ok"), ("/run/mysqld/mysqld.sock", "", "ok"), ("", "", "ok"),
        ],
    )  # fmt: skip
    def test_a_line_that_others_can_read(self, monkeypatch, host, cipher, state):
        monkeypatch.setitem(connection.settings_dict, "HOST", host)
        monkeypatch.setattr(database_server, "_named", lambda sql: {"ssl_cipher": cipher})
        assert database_server.line().state == state

    def test_a_node_without_its_cluster(self, monkeypatch):
        named = {"wsrep_on": "ON", "wsrep_ready": "OFF", "wsrep_cluster_status": "non-Primary"}
        monkeypatch.setattr(database_server, "_named", lambda sql: named)
        answer = database_server.replication()
        assert (answer.state, "non-Primary" in answer.sentence) == (State.FAULT, True)

    @pytest.mark.parametrize(
        ("io", "sql", "behind", "state"),
        [
            ("Yes", "Yes", 0, "warning"),
            ("Yes", "Yes", 500, "fault"),
            ("No", "Yes", None, "fault"),
            ("Yes", "No", 1, "fault"),
        ],
    )
    def test_a_replica(self, io, sql, behind, state):
        row = {"replica_io_running": io, "replica_sql_running": sql, "seconds_behind_master": behind}
        assert database_server._of_replica(row).state == state
