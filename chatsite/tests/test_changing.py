"""Tables are changed while people write. MariaDB commits each change: a migration that broke off goes on from there."""

from contextlib import closing

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from chatsite.database import changing
from tests.contract import previous

pytestmark = [pytest.mark.mysql, pytest.mark.django_db(transaction=True)]


def run(*statements: str):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def tables():
    run("CREATE TABLE trial_people (id INT PRIMARY KEY)", "CREATE TABLE trial_notes (id INT PRIMARY KEY, person INT)")
    yield
    run("DROP TABLE trial_notes, trial_people")


@pytest.fixture
def reader():
    """Somebody whose transaction uses the table."""
    with closing(connection.copy()) as other:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT * FROM trial_people")
        yield other
        other.rollback()


@pytest.fixture
def pauses(monkeypatch):
    monkeypatch.setattr(changing, "WAIT_SECONDS", 1)
    taken = []
    monkeypatch.setattr(changing.time, "sleep", taken.append)
    return taken


def test_a_change_lets_others_pass_and_tries_again(reader, pauses, monkeypatch):
    monkeypatch.setattr(changing.time, "sleep", lambda seconds: (pauses.append(seconds), reader.rollback()))
    with changing.beside_others():
        run("ALTER TABLE trial_people ADD COLUMN name INT")
    assert pauses == [changing.PAUSE_SECONDS]
    run("INSERT INTO trial_people (id, name) VALUES (1, 1)")


def test_a_change_that_never_gets_its_turn_says_why(reader, pauses, monkeypatch):
    monkeypatch.setattr(changing, "PATIENCE_SECONDS", 0)
    with (
        pytest.raises(changing.StillInUse, match="ALTER TABLE trial_people"),
        changing.beside_others(),
    ):
        run("ALTER TABLE trial_people ADD COLUMN name INT")


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE trial_people ADD COLUMN name INT",
        "CREATE INDEX trial_index ON trial_notes (person)",
        "ALTER TABLE trial_notes ADD CONSTRAINT trial_unique UNIQUE (person)",
        "ALTER TABLE trial_notes ADD CONSTRAINT trial_check CHECK (person > 0)",
        "ALTER TABLE trial_notes ADD CONSTRAINT trial_key FOREIGN KEY (person) REFERENCES trial_people (id)",
    ],
)
def test_a_change_that_was_made_before_is_not_made_again(change):
    run(change)
    with pytest.raises(DatabaseError):
        run(change)
    with changing.beside_others():
        run(change)


def test_a_table_that_was_made_before_is_kept_while_it_is_empty():
    again = "CREATE TABLE `trial_people` (`id` INT)"
    with changing.beside_others():
        run(again)
    run("INSERT INTO trial_people VALUES (1)")
    with pytest.raises(DatabaseError), changing.beside_others():
        run(again)


def test_other_errors_stay_errors():
    with pytest.raises(DatabaseError), changing.beside_others():
        run("ALTER TABLE trial_people ADD COLUMN name NONSENSE")


def test_every_migration_of_this_release_can_be_run_again_before_it_was_recorded():
    """As where `prepare` was killed between the last change and its record, once for each migration."""
    recorder = MigrationRecorder(connection)
    done = set(recorder.applied_migrations())
    since = [key for key in done if key not in previous.migrations()]
    assert len(since) > 40
    for key in since:
        recorder.record_unapplied(*key)
    with changing.beside_others():
        call_command("migrate", verbosity=0, interactive=False)
    assert set(recorder.applied_migrations()) == done
