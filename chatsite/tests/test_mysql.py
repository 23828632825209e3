"""The backend that keeps autocommit off between a thread's transactions, and waits once for a server that hangs."""

import time

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Role, User
from chatsite.database.mysql import base

pytestmark = [pytest.mark.mysql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def doctor():
    return User.objects.create(email="lina@example.org", role=Role.DOCTOR, first_name="Lina")


@pytest.fixture
def another():
    """A second connection: sees what is committed, and nothing else."""
    other = connection.copy()
    yield other
    other.close()


def names(other) -> list[str]:
    with other.cursor() as cursor:
        cursor.execute("SELECT first_name FROM users ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def is_on() -> bool:
    return connection.connection.get_autocommit()


def test_between_two_transactions_the_server_is_told_nothing(doctor, another):
    for name in ("Un", "Deux"):
        with transaction.atomic():
            User.objects.filter(pk=doctor.pk).update(first_name=name)
        assert names(another) == [name]
        assert not is_on()


def test_a_statement_outside_is_committed_at_once(doctor, another):
    with transaction.atomic():
        User.objects.filter(pk=doctor.pk).update(first_name="Un")
    User.objects.filter(pk=doctor.pk).update(first_name="Deux")
    assert is_on()
    assert names(another) == ["Deux"]


def test_a_cursor_that_is_older_than_the_last_transaction(doctor, another):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        with transaction.atomic():
            User.objects.filter(pk=doctor.pk).update(first_name="Un")
        cursor.execute("UPDATE users SET first_name = 'Deux' WHERE id = %s", [doctor.pk])
        assert names(another) == ["Deux"]
        with transaction.atomic():
            User.objects.filter(pk=doctor.pk).update(first_name="Trois")
        cursor.executemany("UPDATE users SET first_name = %s WHERE id = %s", [("Quatre", doctor.pk)])
        assert names(another) == ["Quatre"]


def test_what_is_rolled_back_stays_so(doctor, another):
    with transaction.atomic():
        User.objects.filter(pk=doctor.pk).update(first_name="Un")
        transaction.set_rollback(True)
    User.objects.filter(pk=doctor.pk).update(last_name="Deux")
    assert names(another) == [doctor.first_name]


def test_a_new_connection_starts_with_it_on(doctor, another):
    with transaction.atomic():
        User.objects.filter(pk=doctor.pk).update(first_name="Un")
    connection.close()
    User.objects.filter(pk=doctor.pk).update(first_name="Deux")
    assert names(another) == ["Deux"]


def test_the_end_of_a_transaction_that_broke_opens_no_connection(doctor, another):
    @transaction.atomic
    def broken():
        User.objects.filter(pk=doctor.pk).update(first_name="Un")
        with another.cursor() as cursor:
            cursor.execute("KILL %s", [connection.connection.thread_id()])
        User.objects.filter(pk=doctor.pk).update(first_name="Deux")

    with pytest.raises(OperationalError):
        broken()
    assert connection.connection is None
    User.objects.filter(pk=doctor.pk).update(first_name="Trois")
    assert is_on()
    assert names(another) == ["Trois"]


def test_a_server_that_hangs_is_not_asked_for_another_connection(doctor, monkeypatch):
    def hang():
        time.sleep(0.02)
        return False

    monkeypatch.setattr(base, "HANGS_SECONDS", 0.01)
    connection.health_check_enabled, connection.health_check_done = True, False
    with monkeypatch.context() as hanging:
        hanging.setattr(connection, "is_usable", hang)
        with pytest.raises(OperationalError):
            User.objects.exists()
        assert connection.connection is None
    assert User.objects.exists()
