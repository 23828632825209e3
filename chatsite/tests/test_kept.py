"""The kept connection of a thread: used again, and replaced where it broke."""

import threading

import pytest
from django.db import OperationalError, connection

from chatsite.database.kept import run_kept

pytestmark = pytest.mark.django_db(transaction=True)


def _in_its_thread(*calls):
    """What each call returned or raised, one after the other in a thread of their own."""
    outcomes = []

    def run():
        for call in calls:
            try:
                outcomes.append(run_kept(call))
            except OperationalError as error:
                outcomes.append(error)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    return outcomes


def _driver():
    """The connection of the driver, after a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return connection.connection


def _fail():
    _driver()
    raise OperationalError(2006, "gone")


def test_it_is_used_again():
    first, second = _in_its_thread(_driver, _driver)
    assert first is second


def test_after_an_error_there_is_a_new_one():
    first, error, second = _in_its_thread(_driver, _fail, _driver)
    assert isinstance(error, OperationalError)
    assert first is not second


@pytest.mark.mysql
def test_one_that_the_server_dropped_harms_no_work():
    def drop():
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("KILL %s", [_driver().thread_id()])
        other.close()

    first, _, second = _in_its_thread(_driver, drop, _driver)
    assert first is not second
