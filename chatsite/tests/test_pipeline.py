"""Several statements in one round trip: values, results, errors."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import SignIn, User
from chatsite.database.pipeline import commit, own_transaction, run, run_each

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = [
    *("", " ", "'", '"', "''", "\\", "\\'", "\\\\'", "x\\", "%s", "%%", "%(a)s", "; COMMIT; --", "/* */", "`"),
    *("\x00", "a\x00'b", "\n\r\t\x1a\b", "é", "👩‍⚕️", "שלום", "\u202e", "ÿ'", "中'文"),
]


@pytest.fixture
def sql_modes():
    """On MySQL each mode of quoting, on this connection; elsewhere there is one."""

    def each():
        yield ""
        if connection.vendor == "mysql":
            with connection.cursor() as cursor:
                cursor.execute("SET @before = @@sql_mode, sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')")
            yield "NO_BACKSLASH_ESCAPES"

    yield each
    connection.close()


def test_every_value_comes_back_as_it_was(sql_modes):
    numbers = [0, 1, -1, 2**63 - 1, -(2**63), True, False, None]
    for _ in sql_modes():
        marks = ", ".join(["%s"] * len(TEXTS))
        texts, values = run((f"SELECT {marks}", TEXTS), (f"SELECT {', '.join(['%s'] * len(numbers))}", numbers))
        assert list(texts[0]) == TEXTS
        assert list(values[0]) == numbers


def test_each_statement_has_its_result(cast):
    select = ("SELECT id, first_name FROM users WHERE id = %s", [cast.ada.pk])
    update = ("UPDATE users SET first_name = %s WHERE id = %s", ["Ida", cast.ada.pk])
    with own_transaction() as begin:
        began, before, changed, after, committed = run(*begin, select, update, select, *commit())
    assert list(before) == [(cast.ada.pk, cast.ada.first_name)]
    assert list(after) == [(cast.ada.pk, "Ida")]
    assert not any(one for one in (began, changed, committed))
    connection.close()
    assert User.objects.get(pk=cast.ada.pk).first_name == "Ida"


def test_whoever_stops_reading_before_the_commit_is_sent_changes_nothing(cast):
    update = ("UPDATE users SET first_name = %s WHERE id = %s", ["Ida", cast.ada.pk])
    with pytest.raises(StopIteration), own_transaction() as begin:
        next(islice(run_each(*begin, update, ("SELECT 1", ())), 1, 1))
    assert User.objects.get(pk=cast.ada.pk).first_name == cast.ada.first_name
    assert list(run(("SELECT %s", [1]))[0]) == [(1,)]


@pytest.mark.mysql
def test_a_result_is_there_before_the_statements_after_it_have_run(cast):
    """The second one waits for a lock that only the reader of the first releases."""
    lock = ("SELECT id FROM users WHERE id = %s FOR UPDATE", [cast.ada.pk])
    first_is_read = threading.Event()

    def read():
        try:
            results = run_each(("SELECT 1", ()), lock)
            first = next(results)
            first_is_read.set()
            return [*first, *next(results)]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            run(lock)
            reading = pool.submit(read)
            assert first_is_read.wait(10)
        assert reading.result() == [(1,), (cast.ada.pk,)]


@pytest.mark.mysql
def test_an_insert_has_the_id_of_its_first_row(cast):
    row = "INSERT INTO sign_ins (user_id, kind, device_name, credentials_digest, created_at, last_seen_at) VALUES"
    marks = "(%s, %s, %s, %s, %s, %s)"
    values = [cast.ada.pk, "api", "", "", *[timezone.now()] * 2]
    [[(first,)], [(last,)]] = run((f"{row} {marks}, {marks}", values * 2), ("SELECT MAX(id) FROM sign_ins", ()))
    assert (first, last) == (last - 1, SignIn.objects.latest("pk").pk)


def test_what_follows_an_error_does_not_run(cast):
    update = ("UPDATE users SET first_name = %s WHERE id = %s", ["Ida", cast.ada.pk])
    with pytest.raises((OperationalError, ProgrammingError)), own_transaction() as begin:
        run(*begin, update, ("SELECT no_such_column FROM users", ()), *commit())
    assert User.objects.get(pk=cast.ada.pk).first_name == cast.ada.first_name


@pytest.mark.parametrize("values", [("doctor", "patient"), ("doctor", "nobody")])
def test_a_broken_rule_is_an_integrity_error(cast, values):
    """A key that exists, and no value where there must be one: the driver calls the latter operational."""
    ids = {"doctor": cast.chat.doctor_id, "patient": cast.chat.patient_id, "nobody": None}
    with pytest.raises(IntegrityError):
        run(("INSERT INTO chats (doctor_id, patient_id) VALUES (%s, %s)", [ids[name] for name in values]))
    assert list(run(("SELECT %s", [1]))[0]) == [(1,)]


def test_within_a_transaction_of_django_it_is_a_part_of_that(cast):
    update = ("UPDATE users SET first_name = %s WHERE id = %s", ["Ida", cast.ada.pk])
    with transaction.atomic():
        with own_transaction() as begin:
            run(*begin, update, *commit())
        transaction.set_rollback(True)
    assert User.objects.get(pk=cast.ada.pk).first_name == cast.ada.first_name


def test_a_moment_is_stored_in_utc(cast):
    moment = datetime(2026, 3, 29, 3, 30, tzinfo=ZoneInfo("Europe/Paris"))
    run(("UPDATE chats SET last_message_at = %s WHERE chat_id = %s", [moment, cast.chat.pk]))
    cast.chat.refresh_from_db()
    assert cast.chat.last_message_at == moment


def test_it_counts_as_one_query():
    with CaptureQueriesContext(connection) as queries:
        run(("SELECT %s", [1]), ("SELECT %s", [2]))
    assert len(queries) == (1 if connection.vendor == "mysql" else 2)
