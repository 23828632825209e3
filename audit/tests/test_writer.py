"""The thread and its queue. `thread` of these tests runs: they have real transactions."""

import pytest
from django.db import OperationalError

from audit import writer as module
from audit.actions import Action
from audit.entry import Entry
from audit.errors import AuditUnavailable
from audit.models import AuditRow
from audit.verifying import verify
from audit.writer import Writer

START, PUT_AND_WAIT = Writer._start, Writer.put_and_wait


@pytest.fixture
def thread(transactional_db, monkeypatch):
    """A writer of its own, whose thread runs."""
    monkeypatch.setattr(Writer, "_start", START)
    monkeypatch.setattr(Writer, "put_and_wait", PUT_AND_WAIT)
    monkeypatch.setattr(module, "GATHER_SECONDS", 0.01)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    writer = Writer()
    yield writer
    # Its thread lives on: what waits there would reach the database of a later test.
    writer._queue.clear()


@pytest.fixture
def away(monkeypatch):
    """A database that takes no row until `away.clear()`."""
    state = {"away": True}
    store = module.store

    def failing(entries):
        if state:
            raise OperationalError("away")
        store(entries)

    monkeypatch.setattr(module, "store", failing)
    return state


def test_what_is_queued_is_committed_in_its_order(thread):
    for number in range(600):
        thread.put(Entry(Action.LIST, subject=number))
    assert thread.drain(20)
    assert list(AuditRow.objects.order_by("pk").values_list("subject", flat=True)) == list(range(600))
    assert verify().end.row == 600


def test_who_waits_finds_the_row(thread):
    assert thread.put_and_wait(Entry(Action.ADMIN_VIEW))
    assert AuditRow.objects.count() == 1


def test_nobody_waits_while_it_fails(thread, away, monkeypatch):
    monkeypatch.setattr(module, "RETRY_SECONDS", 60)
    assert not thread.put_and_wait(Entry(Action.ADMIN_VIEW))
    assert not thread.put_and_wait(Entry(Action.ADMIN_VIEW))
    assert thread.waiting() == 2


def test_rows_wait_while_the_database_is_away(thread, away):
    assert not thread.put_and_wait(Entry(Action.ADMIN_VIEW))
    thread.put(Entry(Action.PAGE))
    assert not thread.drain(0.05)
    away.clear()
    assert thread.drain(20)
    assert AuditRow.objects.count() == 2


def test_what_overflows_is_counted_in_the_chain(thread, away, settings):
    settings.AUDIT_QUEUE = 3
    for _ in range(10):
        thread.put(Entry(Action.PAGE))
    assert not thread.put_and_wait(Entry(Action.ADMIN_VIEW))
    away.clear()
    assert thread.drain(20)
    *_, gap = AuditRow.objects.order_by("pk")
    assert (gap.action, gap.count, gap.pk) == (Action.GAP, 8, 4)
    assert verify().end.row == 4


def test_it_is_dead_once_a_row_waited_for_a_minute(thread, away, monkeypatch):
    thread.put(Entry(Action.PAGE))
    assert not thread.is_dead()
    monkeypatch.setattr(module, "DEAD_SECONDS", 0)
    assert thread.is_dead()
    away.clear()
    assert thread.drain(20)
    assert not thread.is_dead()


def test_the_refusal_has_the_numbers(settings):
    settings.CHAT_EMERGENCY_NUMBERS = ["15", "112"]
    refusal = AuditUnavailable()
    assert "15 / 112" in refusal.message
    assert refusal.content == {"emergency_numbers": ["15", "112"]}
