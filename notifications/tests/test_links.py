"""Links to choose a password: asked for in a request, made and sent by a worker."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.models import LinkRequest, User
from accounts.services import mails
from chat.tests.talk import post_message
from chatsite import lately
from chatsite.testing.turns import Clock, deliver_mails, worker_at
from notifications.models import Notice
from notifications.plan import links

pytestmark = pytest.mark.django_db
State = Notice.State


def test_a_mail_is_not_written_while_its_answer_is(cast):
    clock = Clock(timezone.now())
    mails.ask_for_reset("ben@example.org")
    turns = worker_at(clock)
    turns.turn()
    assert (len(mail.outbox), LinkRequest.objects.count()) == (0, 1)
    clock(seconds=2)
    turns.turn()
    assert [sent.to for sent in mail.outbox] == [["ben@example.org"]]
    assert not LinkRequest.objects.exists()


def test_nobody_gets_one_who_has_no_open_account(cast):
    for address in ("nobody@example.org", "eve@example.org"):
        mails.ask_for_reset(address)
    assert deliver_mails() == []
    assert not LinkRequest.objects.exists()
    assert not Notice.objects.exists()


def test_nor_whose_account_is_closed_between_planning_and_sending(cast, monkeypatch):
    monkeypatch.setattr("notifications.worker.MOST_A_TURN", 0)
    mails.ask_for_reset("ben@example.org")
    mails.ask_for_invitation(cast.cora)
    deliver_mails()
    assert set(Notice.objects.values_list("state", flat=True)) == {State.WAITING}
    User.objects.filter(role="patient").update(is_active=False)
    monkeypatch.undo()
    assert deliver_mails() == []
    assert set(Notice.objects.values_list("state", flat=True)) == {State.SKIPPED}


def test_an_invitation_goes_to_the_address_that_holds_when_it_leaves(cast):
    mails.ask_for_invitation(cast.ben)
    User.objects.filter(pk=cast.ben.pk).update(email="right@example.org")
    assert [sent.to for sent in deliver_mails()] == [["right@example.org"]]


def test_its_token_is_stored_nowhere(cast):
    mails.ask_for_reset("ben@example.org")
    [sent] = deliver_mails()
    token = sent.body.partition("/password/reset/key/")[2].split("/")[0].partition("-")[2]
    assert token
    for table in ("notices", "link_requests", "django_session"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            assert token not in str(cursor.fetchall())


def test_two_workers_that_plan_the_same_request_send_one_mail(cast):
    mails.ask_for_reset("ben@example.org")
    request = LinkRequest.objects.get()
    deliver_mails()
    # The other one had read it before.
    links._plan_one(request, timezone.now())
    assert Notice.objects.count() == 1


def test_who_presses_twice_gets_one_mail(cast):
    clock = Clock(timezone.now())
    turns = worker_at(clock)
    first = clock.now
    for seconds in (0, 0.7, 0.9):
        LinkRequest.objects.create(kind="reset", email="ben@example.org", asked_at=first + timedelta(seconds=seconds))
    LinkRequest.objects.create(kind="reset", email="cora@example.org", asked_at=first)
    for _ in range(2):
        LinkRequest.objects.create(kind="invitation", user=cast.dan, asked_at=first)
    # The third is too young to be planned by itself.
    clock(seconds=1.8)
    turns.turn()
    clock(seconds=5)
    turns.turn()
    assert sorted(sent.to[0] for sent in mail.outbox) == ["ben@example.org", "cora@example.org", "dan@example.org"]
    assert not LinkRequest.objects.exists()
    LinkRequest.objects.create(kind="reset", email="ben@example.org", asked_at=clock.now)
    clock(seconds=2)
    turns.turn()
    assert len(mail.outbox) == 4


def test_what_people_wait_for_leaves_first(cast, clock, turns, monkeypatch):
    post_message(cast.ada, cast.chat)
    clock(minutes=6)
    LinkRequest.objects.create(kind="reset", email="cora@example.org", asked_at=clock.now - timedelta(seconds=2))
    turns.turn()
    assert [sent.to[0] for sent in mail.outbox] == ["cora@example.org", "ben@example.org"]


def test_a_mail_server_that_is_away_loses_nothing_and_is_left_alone_meanwhile(cast, monkeypatch, caplog):
    """Its error names the kind alone: what a server says has the address."""
    tries = []

    def refuse(self, messages):
        tries.append(messages)
        raise SMTPServerDisconnected("ben@example.org is who I was talking about")

    mails.ask_for_reset("ben@example.org")
    mails.ask_for_reset("cora@example.org")
    clock = Clock(timezone.now() + timedelta(seconds=5))
    turns = worker_at(clock)
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        turns.turn()
        clock(seconds=5)
        turns.turn()
    assert len(tries) == 1
    assert lately.trouble_with("mail").kind == "SMTPServerDisconnected"
    assert "SMTPServerDisconnected" in caplog.text
    assert "ben" not in caplog.text
    clock(minutes=2)
    turns.turn()
    assert sorted(sent.to[0] for sent in mail.outbox) == ["ben@example.org", "cora@example.org"]
    assert lately.trouble_with("mail") is None
