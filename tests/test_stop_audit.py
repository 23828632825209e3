"""SIGTERM under load: what `web` answered and a worker mailed is in the audit, and its chain is whole."""

import http.client
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from itertools import count

import pytest

from tests.test_stop import PEOPLE, ROOT, serving, until

pytestmark = [pytest.mark.scripts, pytest.mark.timeout(900)]
WEB = ("gunicorn", "-c", "python:chatsite.serving.web")
MESSAGES = MAILS = 300
SECRET = secrets.token_urlsafe(50)
TALK = f"""{PEOPLE.rpartition("print")[0]}
from chat.sending.draft import Draft
from chat.sending.store import store_messages
store_messages([Draft.checked(ben, chat_id=1, text="x") for _ in range({MESSAGES})])
print{PEOPLE.rpartition("print")[2]}"""

ASKED = f"""
from accounts.models import LinkRequest, User
for number in range({MAILS}):
    person = User.objects.create_user(f"person{{number}}@clinic.test", None, "patient")
    LinkRequest.objects.create(kind="reset", email=person.email)
print("nobody")"""


def rows(server, sql):
    with closing(sqlite3.connect(server.database, timeout=20)) as connection:
        return connection.execute(sql).fetchall()


def chain_is_whole(server):
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{server.database}", "REDIS_URL": "", "DEBUG": "1"}
    done = subprocess.run([sys.executable, "manage.py", "verify_audit"], cwd=ROOT, env=environment, check=False)
    return done.returncode == 0


class Readers:
    """Programs that read one message after another, each once, until nobody answers; `seen` has what was answered."""

    def __init__(self, server, many):
        self.server, self.numbers, self.seen = server, count(1), []
        self.threads = [threading.Thread(target=self._read) for _ in range(many)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        for thread in self.threads:
            thread.join(30)

    def _read(self):
        headers = {"Authorization": f"Bearer {self.server.token}"}
        while (number := next(self.numbers)) <= MESSAGES:
            line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
            try:
                line.request("GET", f"/api/chat/message/{number}", headers=headers)
                if line.getresponse().status == 200:
                    self.seen.append(number)
            except OSError:
                return
            except http.client.HTTPException:
                return


def test_web_has_noted_all_that_it_answered_when_it_stops_under_load(tmp_path):
    with serving(tmp_path, people=TALK, role=WEB) as server:
        with Readers(server, 6) as readers:
            until(lambda: len(readers.seen) >= 20)
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(20) == 0
        noted = {first for (first,) in rows(server, "SELECT first FROM audit_log WHERE action = 'page'")}
        assert len(readers.seen) < MESSAGES
        assert set(readers.seen) <= noted
        assert chain_is_whole(server)


def test_a_worker_has_noted_each_mail_that_left_when_it_stops(tmp_path):
    mails = tmp_path / "mails"
    mails.mkdir()
    real = {"DEBUG": "0", "CLINIC_NAME": "Clinic", "SECRET_KEY": SECRET, "EMAIL_URL": f"filemail:///{mails}"}
    with serving(tmp_path, people=ASKED, role=("chatsite.serving.worker",), **real) as server:
        until(lambda: len(list(mails.iterdir())) >= 5)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
        left = sum(file.read_text().count("\nTo: ") for file in mails.iterdir())
        assert rows(server, "SELECT count(*) FROM audit_log WHERE action = 'mail'") == [(left,)]
        assert left < MAILS
        assert chain_is_whole(server)
