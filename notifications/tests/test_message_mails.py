"""What a mail about messages says, and what it must never say."""

import logging
import re
from datetime import UTC
from email.utils import parseaddr

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from prometheus_client import generate_latest

from accounts.models import User
from accounts.services import mails
from appointments.tests import book
from audit.actions import Action
from chat.services import looking
from chat.services.attachments import add_attachment
from chat.services.looking import Look
from chat.tests.files.samples import png
from chat.tests.talk import post_message
from chatsite.testing import api_client, audited
from chatsite.testing.turns import deliver_mails
from notifications.models import Notice
from practice import services as practice
from practice.models import Practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast, told):
    """The mail that Ben gets."""

    def send(**person):
        User.objects.filter(pk=cast.ben.pk).update(**person)
        post_message(cast.ada, cast.chat)
        told(5, every=5)
        [message] = mail.outbox
        return message

    return send


@pytest.mark.parametrize(
    ("language", "direction", "subject", "says"),
    [
        ("en", "ltr", "You have a new message", "A message waits for you."),
        ("fr", "ltr", "Vous avez un nouveau message", "Un message vous attend."),
        ("ar", "rtl", "لديك رسالة جديدة", "رسالة تنتظرك."),
    ],
)
def test_it_is_in_the_language_of_its_person(sent, settings, language, direction, subject, says):
    message = sent(language=language)
    assert (message.subject, message.to) == (subject, ["ben@example.org"])
    assert says in message.body
    html, kind = message.alternatives[0]
    assert (kind, says in html) == ("text/html", True)
    assert f'<html lang="{language}" dir="{direction}">' in html
    # To sign in, and nothing that opens anything by itself.
    assert f"{settings.PUBLIC_URL}/\n" in message.body


def test_it_is_noted_by_numbers_alone(cast, sent):
    sent()
    rows = audited.queued("action", "actor", "role", "chat", "subject", "detail")
    assert rows == [(Action.MAIL, None, "system", cast.chat.pk, cast.ben.pk, "chat")]


def test_one_that_must_not_leave_is_said_in_the_log(cast, told, settings, caplog):
    settings.DEBUG, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "mail.clinic.fr"
    post_message(cast.ada, cast.chat)
    assert told(5, every=5) == []
    assert Notice.objects.get().state == Notice.State.SKIPPED
    assert "a mail was not sent: DEBUG is on" in caplog.text


def test_its_headers_are_those_of_a_mail_that_a_program_sent(sent, settings):
    headers = sent().message()
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(
        rf"<{re.escape(settings.PUBLIC_URL)}/notifications/unsubscribe\?token=\S+>", headers["List-Unsubscribe"]
    )
    first = Notice.objects.order_by("pk").first()
    # After a restored dump, its number is that of another mail.
    assert headers["Message-ID"].startswith(f"<notice-{first.pk}-{first.created_at.astimezone(UTC):%Y%m%dT%H%M%S}")


@pytest.mark.parametrize(
    ("name", "shown"), [("", "Cabinet des Tilleuls"), ("Your doctors", "Your doctors"), ("Your\nBcc: x", "Your Bcc: x")]
)
def test_the_practice_chooses_its_name_in_them(sent, settings, name, shown):
    settings.CLINIC_NAME, settings.DEFAULT_FROM_EMAIL = "Cabinet des Tilleuls", "Chat <no-reply@clinic.example>"
    Practice.objects.create(notification_name=name)
    practice.forget()
    message = sent()
    assert parseaddr(message.from_email) == (shown, "no-reply@clinic.example")
    whole = message.message().as_string()
    assert shown in message.body
    assert ("Cabinet" in whole) == (name == "")


def test_nothing_of_a_conversation_is_in_mails_logs_metrics_and_notices(cast, told, caplog, monkeypatch):
    """The canary: names, texts, file names and reasons reach no channel, whether it works or fails."""
    caplog.set_level(logging.DEBUG)
    secrets = ["canary-text", "canary-file", "canary-reason", "Martin", "Durand", "General practice"]
    book(cast.ada, cast.ben, reason="canary-reason")
    told_of = post_message(cast.ada, cast.chat, "canary-text")
    upload = SimpleUploadedFile("canary-file.png", png())
    file, _ = add_attachment(cast.ada, chat_id=cast.chat.pk, upload=upload)
    post_message(cast.ada, cast.chat, "", attachment_ids=[file.pk])

    def refuse(self, messages):
        raise ConnectionRefusedError("canary-text to ben@example.org")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        assert told(6) == []
    assert [who for _, who in told(10)] == ["ben"]
    [message] = mail.outbox
    rows = [str(row) for row in Notice.objects.values()]
    seen = [message.message().as_string(), message.body, message.alternatives[0][0], *rows]
    # How far it came, and who looks where, are times, ids and the names of channels.
    receipt = api_client(cast.ada).get(f"/api/chat/message/{told_of.pk}").json()["receipt"]
    assert receipt["notified_by"] == "email"
    looking.note({(cast.ben.pk, "a socket"): Look("a sign-in", cast.chat.pk)})
    seen += [caplog.text, generate_latest().decode(), str(receipt), str(looking.looking([cast.ben.pk]))]
    assert [secret for secret in secrets for text in seen if secret in text] == []
    assert "ben@example.org" not in caplog.text


def test_mails_about_the_account_cannot_be_unsubscribed_from(cast):
    mails.ask_for_reset("ben@example.org")
    [message] = deliver_mails()
    headers = message.message()
    assert headers["List-Unsubscribe"] is None
    assert headers["Auto-Submitted"] == "auto-generated"
