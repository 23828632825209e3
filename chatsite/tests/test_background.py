import threading
import time
from smtplib import SMTPRecipientsRefused

import pytest
from prometheus_client import REGISTRY

from chatsite import background as module
from chatsite import pruning
from chatsite.background import Background


@pytest.fixture
def serving(monkeypatch):
    """Its thread touches no database."""
    monkeypatch.setattr(module, "run_kept", lambda call: call())
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(module, "DELAY_SECONDS", 0)
    background = Background()
    background.serve()
    yield background
    # Its thread outlives the test, and must not prune in the next one.
    background._prune = lambda: None


def failed():
    return REGISTRY.get_sample_value("chat_mails_failed_total")


def until(true):
    """Wait for what another thread is about to do."""
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_mail_leaves_in_another_thread(serving):
    names = []
    assert serving.put(lambda: names.append(threading.current_thread().name))
    assert serving.drain(5)
    assert names == ["chat-background"]


def test_a_mail_is_not_written_while_its_answer_is(serving, monkeypatch):
    monkeypatch.setattr(module, "DELAY_SECONDS", 60)
    written = threading.Event()
    serving.put(written.set)
    assert not written.wait(0.05)
    assert serving.drain(5)
    assert written.is_set()


def test_where_nothing_is_served_a_mail_leaves_at_once():
    names = []
    assert Background().put(lambda: names.append(threading.current_thread().name))
    assert names == [threading.current_thread().name]


def test_a_mail_is_tried_three_times_and_given_up_without_its_address(serving, caplog):
    tries, before = [], failed()

    def refused():
        tries.append(1)
        raise SMTPRecipientsRefused({"ben@example.org": (550, b"ben@example.org is unknown")})

    serving.put(refused)
    until(lambda: failed() > before)
    assert (len(tries), failed() - before) == (3, 1)
    assert "SMTPRecipientsRefused" in caplog.text
    assert "ben" not in caplog.text


def test_a_mail_that_leaves_at_the_second_try_leaves_once(serving):
    tries, before = [], failed()

    def shaky():
        tries.append(1)
        if len(tries) == 1:
            raise ConnectionRefusedError
        done.set()

    done = threading.Event()
    serving.put(shaky)
    assert done.wait(5)
    assert serving.drain(5)
    assert (len(tries), failed()) == (2, before)


def test_a_mailbox_that_is_refused_delays_no_other(serving, monkeypatch):
    monkeypatch.setattr(module, "PAUSE_SECONDS", 60)
    refused, sent = threading.Event(), threading.Event()

    def fails():
        refused.set()
        raise ConnectionRefusedError

    serving.put(fails)
    assert refused.wait(5)
    serving.put(sent.set)
    assert sent.wait(5)


def test_two_hundred_wait_and_more_are_refused(serving, monkeypatch):
    monkeypatch.setattr(serving, "start", lambda: None)
    before = failed()
    assert [serving.put(lambda: None) for _ in range(module.MOST)] == [True] * module.MOST
    assert serving.put(lambda: None) is False
    assert failed() == before + 1
    assert serving.drain(0.01) is False


def test_a_stop_tries_what_waits_once_more_and_does_not_pause(serving, monkeypatch):
    monkeypatch.setattr(module, "PAUSE_SECONDS", 60)
    tries, first = [], threading.Event()

    def hangs():
        tries.append(1)
        first.set()
        raise TimeoutError

    serving.put(hangs)
    serving.put(lambda: tries.append(2))
    assert first.wait(5)
    assert serving.drain(5)
    assert tries in ([1, 2], [1, 1, 2], [1, 2, 1])


def test_a_mail_leaves_between_two_batches_of_a_pruning(serving, monkeypatch):
    sent, begun = threading.Event(), threading.Event()

    def prune(between):
        begun.set()
        while not sent.is_set():
            between()

    monkeypatch.setattr(pruning, "prune", prune)
    monkeypatch.setattr(module, "PRUNE_SECONDS", 0.01)
    serving.start()
    assert begun.wait(5)
    monkeypatch.setattr(module, "PRUNE_SECONDS", 3600)
    serving.put(sent.set)
    assert sent.wait(5)


def test_a_pruning_that_fails_does_not_end_the_thread(serving, monkeypatch, caplog):
    def broken(between):
        monkeypatch.setattr(module, "PRUNE_SECONDS", 3600)
        raise ZeroDivisionError

    monkeypatch.setattr(pruning, "prune", broken)
    monkeypatch.setattr(module, "PRUNE_SECONDS", 0.01)
    serving.start()
    sent = threading.Event()
    serving.put(sent.set)
    assert sent.wait(5)
    assert serving.drain(5)
