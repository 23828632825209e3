"""The threads of a worker, its heartbeat, and what operators see of it."""

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY

from accounts.services import mails
from chat.tests.talk import post_message
from chatsite.testing import Cast
from chatsite.testing.turns import Clock, deliver_mails, worker_at
from notifications.models import Notice, Worker
from notifications.services import heartbeat, measures
from notifications.worker import Worker as Threads


def until(true):
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_it_sends_until_it_is_stopped(monkeypatch):
    monkeypatch.setattr("notifications.plan.links.BEHIND", timedelta())
    monkeypatch.setattr("notifications.worker.TURN_SECONDS", 0.05)
    cast = Cast.build()
    worker = Threads()
    worker.start()
    try:
        mails.ask_for_reset(cast.ben.email)
        until(lambda: mail.outbox)
        assert Worker.objects.count() == 1
    finally:
        assert worker.stop(10)
    assert not Worker.objects.exists()
    assert Notice.objects.get().state == Notice.State.SENT


@pytest.mark.django_db
def test_an_error_ends_a_turn_and_never_the_thread(monkeypatch, caplog):
    monkeypatch.setattr("notifications.worker.TURN_SECONDS", 0)
    turns = []

    def turn(self, *, is_stopping):
        turns.append(1)
        if len(turns) < 3:
            raise ZeroDivisionError("canary")
        worker._stopping.set()

    monkeypatch.setattr("notifications.worker.Turns.turn", turn)
    monkeypatch.setattr("notifications.worker.run_kept", lambda work: work())
    worker = Threads()
    worker._take_turns()
    assert len(turns) == 3
    assert "ZeroDivisionError" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.django_db
def test_what_nobody_foresaw_about_one_stops_no_other(cast, monkeypatch):
    written = mails.password_link

    def broken(person, *, kind):
        if person == cast.ben:
            raise KeyError("template")
        return written(person, kind=kind)

    monkeypatch.setattr("notifications.delivery.links.mails.password_link", broken)
    mails.ask_for_reset("ben@example.org")
    mails.ask_for_reset("cora@example.org")
    assert [sent.to[0] for sent in deliver_mails()] == ["cora@example.org"]
    row = Notice.objects.get(user=cast.ben)
    assert (row.state, row.error, row.attempts) == ("waiting", "KeyError", 1)


@pytest.mark.django_db
def test_it_says_that_it_lives_also_while_it_sends_much(cast, monkeypatch):
    clock = Clock(timezone.now())
    beats = []
    monkeypatch.setattr(heartbeat, "beat", lambda worker_id, now: beats.append(now))
    monkeypatch.setattr("notifications.delivery.links.post", lambda claim, *_, **__: clock(seconds=10))
    for number in range(6):
        Notice.objects.create(user=cast.ben, subject="reset", channel="mail", up_to=number, next_try_at=clock.now)
    worker_at(clock).turn()
    assert [(beat - beats[0]).total_seconds() for beat in beats] == [0, 20, 40, 60]


@pytest.mark.django_db
class TestOperators:
    @pytest.mark.parametrize(
        ("seen", "says"),
        [(None, "none for a minute: bin/run worker"), (70, "none for a minute: bin/run worker"), (20, "ok")],
    )
    def test_readyz_names_a_missing_worker_and_stays_200(self, seen, says):
        if seen:
            heartbeat.beat("a", timezone.now() - timedelta(seconds=seen))
        answer = Client().get("/readyz")
        assert (answer.status_code, answer.json()["worker"]) == (200, says)

    def test_metrics_have_its_age_and_what_waits(self, cast, settings):
        settings.METRICS_TOKEN = "t"
        heartbeat.beat("a", timezone.now() - timedelta(seconds=300))
        heartbeat.beat("b", timezone.now() - timedelta(seconds=100))
        for number, state in enumerate(("waiting", "waiting", "failed", "sent")):
            Notice.objects.create(user=cast.ben, subject="reset", channel="mail", up_to=number, state=state)
        lines = Client().get("/metrics", headers={"Authorization": "Bearer t"}).content.decode().splitlines()
        values = {
            name: float(value) for name, _, value in (line.partition(" ") for line in lines) if name.isidentifier()
        }
        assert 100 <= values["chat_worker_age_seconds"] < 110
        assert (values["chat_notices_due"], values["chat_notices_failed"]) == (2, 1)


def test_it_builds_the_index_of_the_search_until_it_is_stopped(monkeypatch):
    monkeypatch.setattr("notifications.worker.INDEX_SECONDS", 0.01)
    worker, turns = Threads(), []

    def turn(now, *, is_stopping):
        turns.append(now)
        if len(turns) == 3:
            worker._stopping.set()
        return len(turns) == 1

    monkeypatch.setattr(worker._builder, "turn", turn)
    worker._build_index()
    assert len(turns) == 3


@pytest.mark.django_db
def test_operators_see_how_much_the_index_lacks(cast, monkeypatch):
    monkeypatch.setattr(measures, "_backlog_asked_at", -measures.BACKLOG_SECONDS)
    post_message(cast.ada, cast.chat)
    measures.measure()
    assert REGISTRY.get_sample_value("chat_index_backlog") == 1
    # It is a sum over all chats: not for each of those who ask.
    post_message(cast.ada, cast.chat)
    measures.measure()
    assert REGISTRY.get_sample_value("chat_index_backlog") == 1
