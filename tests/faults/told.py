"""Mails that people ask for while things break: none lost, none doubled, whoever was killed. And what verifiers say."""

import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path

import MySQLdb

from bench.stack import ROOT, Stack
from tests.faults import roles
from tests.faults.meanwhile import meanwhile

ASKED_EVERY_SECONDS = 0.5
PATIENCE_SECONDS = 40
# So old, the claim of a mail that is only written to a file is that of a worker that was killed, or lost its database.
STALE_SECONDS = 5
# A person who waits for nothing, so that no two requests become one mail.
_ASK = """
    INSERT INTO link_requests (kind, email, asked_at)
    SELECT 'reset', email, UTC_TIMESTAMP(6) FROM users
    WHERE is_active AND email NOT IN (SELECT email FROM link_requests)
    AND id NOT IN (SELECT user_id FROM notices WHERE subject = 'reset' AND state = 'waiting')
    ORDER BY RAND() LIMIT 1
"""
# As if the two minutes of a claim had passed.
_HASTEN = f"""
    UPDATE notices SET next_try_at = UTC_TIMESTAMP(6), claimed_at = claimed_at - INTERVAL 2 MINUTE
    WHERE subject = 'reset' AND state = 'waiting' AND claimed_by <> ''
    AND claimed_at BETWEEN UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE AND UTC_TIMESTAMP(6) - INTERVAL {STALE_SECONDS} SECOND
"""
_SENT = "SELECT up_to, id FROM notices WHERE subject = 'reset' AND state = 'sent'"


def mail_setting(folder: Path) -> str:
    """Each mail becomes a file: a mail server that is never away."""
    return f"filemail:///{folder}/mails"


class Told:
    """The mails of one stack, over all its scenarios."""

    def __init__(self, stack: Stack):
        self._stack, self._asked = stack, {}
        # `python -m`, from the root.
        command = [sys.executable, "-m", "tests.faults.verifier"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._verifier = subprocess.Popen(command, cwd=ROOT, env=stack.environment, text=True, **pipes)

    def stop(self) -> None:
        self._verifier.stdin.close()
        self._verifier.wait()

    def asking(self):
        """Have people ask for mails while the block lasts, as far as the database can be reached."""
        return meanwhile(self._ask)

    def wrong(self, *, younger_than: float = 0) -> dict[str, object]:
        """What is wrong, once those were told who asked longer ago than this, or that took too long."""
        now = time.monotonic()
        due = {request for request, asked_at in self._asked.items() if asked_at <= now - younger_than}
        while late := due - self._sent().keys():
            if time.monotonic() > now + PATIENCE_SECONDS:
                break
            roles.change(self._stack, _HASTEN)
            time.sleep(0.2)
        # In this order: what leaves meanwhile is a mail more, and none is missing.
        sent, mails = self._sent(), self._mails()
        notices = Counter(int(key.split("-")[1]) for key in mails)
        found = {
            "mails not sent": len(late),
            "mails lost": len(set(sent.values()) - notices.keys()),
            "mails doubled": sum(count - 1 for count in notices.values()),
            "verifier": self._verified(),
        }
        return {name: value for name, value in found.items() if value}

    @property
    def asked(self) -> int:
        return len(self._asked)

    @property
    def repeated(self) -> int:
        """Mails that left twice under one Message-ID: a worker was killed between the mail and the note of it."""
        return sum(count - 1 for count in self._mails().values())

    def _ask(self, over: threading.Event) -> None:
        while not over.is_set():
            with suppress(MySQLdb.Error):
                if request := roles.change(self._stack, _ASK):
                    self._asked[request] = time.monotonic()
            over.wait(ASKED_EVERY_SECONDS)

    def _sent(self) -> dict[int, int]:
        """The notices that were sent, by request."""
        return dict(roles.rows_of(self._stack, _SENT))

    def _mails(self) -> Counter[str]:
        """How often each left, by Message-ID, which begins with `notice-` and its number."""
        texts = [path.read_bytes() for path in (self._stack.folder / "mails").glob("*")]
        mails = [message_from_bytes(part.lstrip()) for text in texts for part in text.split(b"\n" + b"-" * 79 + b"\n")]
        resets = [mail for mail in mails if b"/accounts/password/reset/key/" in (mail.get_payload(decode=True) or b"")]
        return Counter(mail["Message-ID"].strip("<>") for mail in resets)

    def _verified(self) -> str:
        self._verifier.stdin.write("\n")
        self._verifier.stdin.flush()
        said = self._verifier.stdout.readline().strip()
        return "" if said.startswith("whole") else said or "the verifier ended"
