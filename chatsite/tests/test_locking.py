"""A transaction that meets a lock is retried, a bounded number of times."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection

from accounts.services import people, sign_ins
from chat.services import tickets
from chatsite.database import locking
from chatsite.database.locking import RETRIED, named_lock, retry_on_conflict, retry_on_deadlock
from chatsite.testing.locks import locked_row

TIMEOUT, DEADLOCK, LOCKED = (1205, "Lock wait timeout"), (1213, "Deadlock found"), ("database is locked",)
pytestmark = pytest.mark.django_db(transaction=True)


def failing(*errors):
    """Return a function that raises these errors, one at each call, and then returns."""
    left = list(errors)

    def run():
        if left:
            raise OperationalError(*left.pop(0))
        return "done"

    return run


@pytest.mark.parametrize("error", [TIMEOUT, DEADLOCK, LOCKED])
def test_it_is_tried_five_times(error):
    assert retry_on_conflict(failing(*[error] * 4))() == "done"
    with pytest.raises(OperationalError):
        retry_on_conflict(failing(*[error] * 5))()


def test_what_others_wait_behind_waits_for_no_row_again():
    assert retry_on_deadlock(failing(DEADLOCK))() == "done"
    for error in (TIMEOUT, LOCKED):
        with pytest.raises(OperationalError):
            retry_on_deadlock(failing(error))()


def test_nothing_else_is_tried_again():
    with pytest.raises(OperationalError):
        retry_on_conflict(failing((2013, "Lost connection")))()


@pytest.mark.sqlite
def test_a_locked_database_is_given_up_in_the_time_of_two_tries(cast, monkeypatch):
    """A clock that shows how long two tries take; the lock itself is a real one."""
    clock = iter([0, 5, 10])
    monkeypatch.setattr(locking, "time", SimpleNamespace(monotonic=lambda: next(clock), sleep=lambda seconds: None))
    other = connection.copy()
    counted = RETRIED._value.get()
    with connection.cursor() as cursor, other.cursor() as holding:
        cursor.execute("PRAGMA busy_timeout = 1")
        holding.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError):
            people.set_password(cast.ben, password=None)
    assert (RETRIED._value.get(), next(clock, "no more")) == (counted + 1, "no more")
    other.close()
    connection.close()


def test_a_try_on_sqlite_is_half_of_the_patience():
    from chatsite.database.url import from_url

    assert from_url("sqlite:///x")["OPTIONS"]["timeout"] * 2 == pytest.approx(locking.PATIENCE_SECONDS, abs=1)


@pytest.mark.mysql
def test_a_ticket_waits_for_its_locked_sign_in(cast):
    sign_in = sign_ins.start(cast.ben, kind="api")
    with locked_row(sign_in, seconds=2.5):
        secret = tickets.issue(sign_in)
    assert tickets.spend(secret) == sign_in


@pytest.mark.mysql
def test_a_profile_waits_for_its_locked_person(cast):
    cast.ben.first_name = "Benoît"
    with locked_row(cast.ben, seconds=2.5):
        people.save_profile(cast.ben, changed=["first_name"])
    cast.ben.refresh_from_db()
    assert cast.ben.first_name == "Benoît"


def test_a_named_lock_is_held_by_one_and_given_up_after_a_while():
    def other(name):
        try:
            with named_lock(name, seconds=0):
                return True
        except OperationalError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with named_lock("a"):
            assert pool.submit(other, "a").result() is False
        assert pool.submit(other, "a").result() is True


def test_a_named_lock_keeps_no_other_name_waiting():
    with ExitStack() as held:
        for number in range(200):
            held.enter_context(named_lock(f"{number}", seconds=0))
