"""A real worker, killed while a mail server keeps it waiting."""

import os
import socket
import subprocess
import sys
from datetime import time, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.services import mails
from bench.stack import free_port
from chat.tests.talk import post_message
from chatsite.testing import Cast
from chatsite.testing.push_service import KEY
from chatsite.testing.turns import Clock, worker_at
from notifications.models import Beginning, Notice, Preference
from notifications.pushing import Pushing
from notifications.services.claims import CLAIMED

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.scripts
@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_what_it_was_sending_is_sent_by_another_and_once():
    cast = Cast.build()
    User.objects.filter(pk=cast.ben.pk).update(email="ben@clinic.fr")
    mails.ask_for_reset("ben@clinic.fr")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        environment = os.environ | {
            "ENV_FILE": "/dev/null",
            "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
            "EMAIL_URL": f"smtp://127.0.0.1:{silent.getsockname()[1]}",
            "PORT": str(free_port()),
        }
        worker = subprocess.Popen([sys.executable, "-m", "chatsite.serving.worker"], cwd=ROOT, env=environment)
        try:
            line, _ = silent.accept()
        finally:
            worker.kill()
            worker.wait()
        line.close()
    row = Notice.objects.get()
    assert (row.state, bool(row.claimed_by)) == ("waiting", True)
    clock = Clock(timezone.now())
    other = worker_at(clock)
    other.turn()
    assert mail.outbox == []
    clock.now += CLAIMED + timedelta(seconds=1)
    for _ in range(2):
        other.turn()
    assert [sent.to for sent in mail.outbox] == [["ben@clinic.fr"]]


@pytest.mark.scripts
@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_push_under_way_is_sent_by_another(service, subscribe):
    cast = Cast.build()
    browser = subscribe(cast.ben)
    # At any hour of the day at which this runs.
    Preference.objects.create(user=cast.ben, quiet_from=time(0), quiet_to=time(0))
    Beginning.objects.update_or_create(pk=Beginning.ONE, defaults={"pushed_up_to": 0})
    post_message(cast.ada, cast.chat)
    service.silent.add(browser.path)
    environment = os.environ | {
        "ENV_FILE": "/dev/null",
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "CHAT_PUSH_HOSTS": service.place,
        "PUSH_KEY": KEY,
        "EMAIL_URL": "dummymail://",
        "PORT": str(free_port()),
    }
    worker = subprocess.Popen([sys.executable, "-m", "chatsite.serving.worker"], cwd=ROOT, env=environment)
    try:
        assert service.asked.wait(60)
    finally:
        worker.kill()
        worker.wait()
    row = Notice.objects.get(channel="push")
    assert (row.state, bool(row.claimed_by)) == ("waiting", True)
    service.silent.clear()
    clock = Clock(timezone.now())
    other = Pushing(clock.read)
    assert other.turn() == 0
    clock.now += CLAIMED + timedelta(seconds=1)
    while other.turn():
        other.wait(10)
    assert len(service.told(browser)) == 2
    assert Notice.objects.get(channel="push").state == "sent"
