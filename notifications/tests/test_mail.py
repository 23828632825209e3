"""The mail channel: where mails may go, and what is said of failures."""

import socket
import threading
import time
from smtplib import SMTPDataError, SMTPRecipientsRefused

import pytest
from django.conf import settings as product
from django.core import mail

from notifications.channels.mail import Mail, MailBox, Unsent, may_leave

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def one(**more):
    return Mail(**{"to": "ben@clinic.fr", "subject": "x", "text": "y", "key": "notice-1@host"} | more)


@pytest.mark.parametrize(
    ("debug", "backend", "host", "address", "leaves"),
    [
        (False, SMTP, "mail.clinic.fr", "ben@clinic.fr", True),
        (False, SMTP, "mail.clinic.fr", "monique.delatour@example.org", False),
        (False, SMTP, "localhost", "ben@sub.example.org", False),
        (False, SMTP, "localhost", "ben@notexample.org", True),
        (True, SMTP, "mail.clinic.fr", "ben@clinic.fr", False),
        (True, SMTP, "127.0.0.1", "ben@clinic.fr", True),
        (True, "django.core.mail.backends.console.EmailBackend", "mail.clinic.fr", "ben@example.org", True),
        (False, "anymail.backends.brevo.EmailBackend", "localhost", "ben@example.org", False),
        (True, "anymail.backends.brevo.EmailBackend", "localhost", "ben@clinic.fr", False),
    ],
)
def test_nothing_leaves_this_machine_for_the_demo_and_with_debug(settings, debug, backend, host, address, leaves):
    settings.DEBUG, settings.EMAIL_BACKEND, settings.EMAIL_HOST = debug, backend, host
    assert may_leave(address) is leaves


@pytest.mark.parametrize(
    ("error", "kind", "for_good", "is_down"),
    [
        (SMTPRecipientsRefused({"ben@clinic.fr": (550, b"ben is unknown")}), "SMTPRecipientsRefused 550", True, False),
        (SMTPRecipientsRefused({"ben@clinic.fr": (450, b"later")}), "SMTPRecipientsRefused 450", False, False),
        (SMTPDataError(554, b"ben"), "SMTPDataError", False, False),
        (ConnectionRefusedError("ben"), "ConnectionRefusedError", False, True),
        (UnicodeEncodeError("ascii", "é", 0, 1, "ben"), "UnicodeEncodeError", False, False),
    ],
)
def test_a_failure_is_told_by_its_kind(monkeypatch, error, kind, for_good, is_down):
    def fail(self, messages):
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    with pytest.raises(Unsent) as unsent:
        MailBox().send(one())
    assert (unsent.value.kind, unsent.value.for_good, unsent.value.is_down) == (kind, for_good, is_down)
    assert "ben" not in str(unsent.value)


def test_several_mails_take_one_connection(monkeypatch):
    opened = []
    backend = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(f"{backend}.open", lambda self: opened.append(1))
    box = MailBox()
    for _ in range(3):
        box.send(one())
    box.close()
    assert (len(opened), len(mail.outbox)) == (1, 3)


def test_a_mail_server_that_says_nothing_is_given_up(settings):
    assert product.EMAIL_TIMEOUT == 5
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = SMTP, 0.1
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        begin = time.monotonic()
        with pytest.raises(Unsent) as unsent:
            MailBox().send(one())
    assert unsent.value.is_down
    assert time.monotonic() - begin < 3


def test_a_real_mail_server_gets_all_of_it(settings):
    """The bytes of one, over SMTP: two parts, and the headers of a program's mail."""
    got = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        thread = threading.Thread(target=_serve, args=(server, got), daemon=True)
        thread.start()
        box = MailBox()
        box.send(
            one(html="<p>y</p>", sender="Clinic <no-reply@clinic.fr>", headers={"List-Unsubscribe": "<https://x>"})
        )
        box.close()
        thread.join(5)
    text = b"".join(got).decode()
    for part in (
        "rcpt TO:<ben@clinic.fr>",
        "From: Clinic <no-reply@clinic.fr>",
        "Auto-Submitted: auto-generated",
        "Message-ID: <notice-1@host>",
        "List-Unsubscribe: <https://x>",
        "multipart/alternative",
    ):
        assert part in text, part


def _serve(server, got):
    line, _ = server.accept()
    with line, line.makefile("rb") as lines:
        line.sendall(b"220 here\r\n")
        is_data = False
        for read in lines:
            got.append(read)
            if is_data:
                is_data = read != b".\r\n"
                if not is_data:
                    line.sendall(b"250 kept\r\n")
                continue
            word = read[:4].upper()
            is_data = word == b"DATA"
            line.sendall({b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(word, b"250 ok\r\n"))
            if word == b"QUIT":
                return
