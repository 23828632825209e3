"""A server that hangs accepts connections and answers nothing: how long it is waited for. A broken connection."""

import socket
import time

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Role, User
from chatsite.database.failures import meaning_of
from chatsite.database.url import from_url

pytestmark = [pytest.mark.mysql, pytest.mark.django_db(transaction=True)]

URL = "mysql://user:password@127.0.0.1:{port}/chat"


@pytest.fixture
def another():
    """A second connection, which sees only committed data."""
    other = connection.copy()
    yield other
    other.close()


def test_a_server_that_hangs_is_waited_for_briefly_by_whoever_connects(another):
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        another.settings_dict.update(from_url(URL.format(port=hanging.getsockname()[1]), patience=5))
        begin = time.monotonic()
        with pytest.raises(OperationalError):
            another.ensure_connection()
    assert time.monotonic() - begin < 4


def test_a_server_without_tls_is_refused_where_it_was_demanded(another):
    demanded = from_url(URL.format(port=3306) + "?ssl_mode=REQUIRED")["OPTIONS"]["ssl_mode"]
    another.settings_dict["OPTIONS"] |= {"ssl_mode": demanded}
    with pytest.raises(OperationalError) as refused:
        another.ensure_connection()
    assert "(TLS)" in str(meaning_of(refused.value))


def test_only_whoever_serves_has_no_patience():
    serving = from_url(URL.format(port=3306), patience=5)["OPTIONS"]
    assert (serving["read_timeout"], serving["write_timeout"], serving["connect_timeout"]) == (5, 5, 2)
    command = from_url(URL.format(port=3306))["OPTIONS"]
    assert "read_timeout" not in command
    assert command["connect_timeout"] == 5


def test_what_follows_a_transaction_that_broke_is_committed(another):
    doctor = User.objects.create(email="lina@example.org", role=Role.DOCTOR, first_name="Lina")

    @transaction.atomic
    def broken():
        User.objects.filter(pk=doctor.pk).update(first_name="Un")
        with another.cursor() as cursor:
            cursor.execute("KILL %s", [connection.connection.thread_id()])
        User.objects.filter(pk=doctor.pk).update(first_name="Deux")

    with pytest.raises(OperationalError):
        broken()
    User.objects.filter(pk=doctor.pk).update(last_name="Trois")
    with another.cursor() as cursor:
        cursor.execute("SELECT first_name, last_name FROM users WHERE id = %s", [doctor.pk])
        assert cursor.fetchone() == ("Lina", "Trois")
