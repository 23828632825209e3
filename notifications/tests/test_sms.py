"""Text messages: who gets one and when, what it says, and what becomes of one that the provider does not take."""

import logging
import threading
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import translation
from prometheus_client import generate_latest

from accounts.models import User
from appointments import services
from appointments.tests import book
from chat.models import Chat
from chat.services.reading import mark_read
from chat.tests.talk import post_message
from chatsite.testing import api_client
from notifications import content
from notifications.channels.sms import Gateway, Result
from notifications.models import Notice, Preference
from notifications.services import claims
from notifications.tests import sms_provider
from notifications.texting import Texting
from notifications.worker import Worker
from practice import services as practice
from practice.models import Practice

pytestmark = pytest.mark.django_db
State = Notice.State
BEN = "+33612345678"
# GSM 03.38, without what takes two places.
GSM = set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ÄÖÑÜ§¿äöñüà") | {
    chr(code) for first, last in ("AZ", "az") for code in range(ord(first), ord(last) + 1)
}


@pytest.fixture
def provider(settings):
    sms_provider.sent.clear()
    sms_provider.answers.clear()
    settings.SMS_SENDER = sms_provider.SENDER
    return sms_provider


def choose(person, phone=BEN, **choices):
    """Have a person with an address of the world choose text messages."""
    User.objects.filter(pk=person.pk).update(phone=phone, email=f"{person.first_name.lower()}@patients.fr")
    Preference.objects.update_or_create(user=person, defaults={"sms": True, **choices})


@pytest.fixture
def texted(cast, clock, turns, provider):
    """Let so many minutes pass; return who was texted, with the minute since the beginning."""
    texting, start = Texting(clock.read), clock.now

    def wait(minutes, every=1):
        found = []
        for _ in range(0, minutes, every):
            clock(minutes=every)
            turns.turn()
            before = len(provider.sent)
            texting.turn()
            passed = round((clock.now - start).total_seconds() / 60)
            found += [(passed, number) for number, _ in provider.sent[before:]]
        return found

    return wait


def texts():
    return Notice.objects.filter(channel="sms").order_by("pk")


def states():
    return [(notice.step, notice.state) for notice in texts()]


class TestMessages:
    def test_who_wants_it_gets_one_after_an_hour_beside_the_mails(self, cast, texted, provider):
        choose(cast.ben)
        message = post_message(cast.ada, cast.chat)
        assert texted(180, every=5) == [(60, BEN)]
        assert provider.sent == [(BEN, "Cabinet des Tilleuls: a new message waits for you. Sign in to read it.")]
        assert len(mail.outbox) == 2
        receipt = api_client(cast.ada).get(f"/api/chat/message/{message.pk}").json()["receipt"]
        assert receipt["notified_by"] == "email"

    def test_without_mails_it_is_there_alone_and_the_sender_sees_it(self, cast, texted, provider):
        choose(cast.ben, message_mails=False)
        message = post_message(cast.ada, cast.chat)
        assert texted(65, every=5) == [(60, BEN)]
        assert mail.outbox == []
        receipt = api_client(cast.ada).get(f"/api/chat/message/{message.pk}").json()["receipt"]
        assert receipt["notified_by"] == "sms"

    def test_a_ladder_without_mails_changes_nothing(self, cast, texted):
        Practice.objects.create(patient_mail_minutes="", doctor_mail_minutes="")
        practice.forget()
        choose(cast.ben)
        post_message(cast.ada, cast.chat)
        assert texted(65, every=5) == [(60, BEN)]

    def test_one_tells_of_all_that_is_unread(self, cast, texted, provider):
        choose(cast.ben)
        other = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
        post_message(cast.ada, cast.chat)
        found = texted(30, every=10)
        post_message(cast.dan, other)
        assert found + texted(120, every=10) == [(60, BEN)]
        assert "2 new messages" in provider.sent[0][1]

    def test_a_doctor_gets_it_when_the_practice_is_open(self, cast, clock, texted):
        choose(cast.ada)
        clock.now = datetime(2026, 12, 4, 18, 30, tzinfo=ZoneInfo("Europe/Paris"))
        post_message(cast.ben, cast.chat)
        assert texted(30, every=10) == []
        clock.now = datetime(2026, 12, 7, 7, 50, tzinfo=ZoneInfo("Europe/Paris"))
        assert texted(5, every=5) == []
        assert len(texted(5, every=5)) == 1

    def test_quiet_hours_move_it(self, cast, texted):
        choose(cast.ben, quiet_from=time(9, 30), quiet_to=time(11))
        post_message(cast.ada, cast.chat)
        assert texted(150, every=10) == [(120, BEN)]

    def test_three_a_day_and_the_rest_joins_the_next_days(self, cast, texted, provider):
        choose(cast.ben)
        found = []
        for _ in range(4):
            post_message(cast.ada, cast.chat)
            found += texted(70, every=10)
            mark_read(cast.ben, chat_id=cast.chat.pk)
        assert found == [(60, BEN), (130, BEN), (200, BEN)]
        post_message(cast.ada, cast.chat)
        assert texted(24 * 60, every=60) == [(280 + 18 * 60, BEN)]

    def test_reading_between_planning_and_sending(self, cast, clock, turns, texted, provider):
        choose(cast.ben)
        post_message(cast.ada, cast.chat)
        clock(minutes=61)
        turns.turn()
        assert states() == [(60, State.WAITING)]
        mark_read(cast.ben, chat_id=cast.chat.pk)
        assert texted(60, every=10) == []
        assert states() == [(60, State.SKIPPED)]


@pytest.mark.parametrize(
    "happens",
    [
        lambda cast, settings: User.objects.filter(pk=cast.ben.pk).update(is_active=False),
        lambda cast, settings: User.objects.filter(pk=cast.ben.pk).update(role="admin"),
        lambda cast, settings: User.objects.filter(pk=cast.ben.pk).update(phone=""),
        lambda cast, settings: Preference.objects.update(sms=False),
        lambda cast, settings: Preference.objects.all().delete(),
        lambda cast, settings: User.objects.filter(pk=cast.ben.pk).update(email="ben@example.org"),
        lambda cast, settings: setattr(settings, "DEBUG", True),
        lambda cast, settings: setattr(settings, "SMS_SENDER", ""),
    ],
    ids=["closed", "an admin", "no number", "off", "off by default", "nobody's address", "DEBUG", "no sender"],
)
@pytest.mark.parametrize("minutes", [1, 61], ids=["before planning", "before sending"])
def test_nobody_else_gets_one(cast, clock, turns, texted, provider, settings, happens, minutes):
    choose(cast.ben)
    post_message(cast.ada, cast.chat)
    clock(minutes=minutes)
    turns.turn()
    happens(cast, settings)
    assert texted(120, every=20) == []
    assert provider.sent == []
    assert {state for _, state in states()} <= {State.SKIPPED}


class TestReminders:
    def test_they_leave_with_those_of_mails_and_say_neither_when_nor_which(self, cast, clock, texted, provider):
        choose(cast.ben, appointment_mails=False)
        book(cast.ada, cast.ben, starts_at=clock.now + timedelta(hours=25))
        assert texted(26 * 60, every=20) == [(60, BEN), (24 * 60, BEN)]
        assert {text for _, text in provider.sent} == {
            "Cabinet des Tilleuls: reminder of an appointment. Sign in to see when it is."
        }

    def test_changes_have_none_and_what_was_cancelled_is_not_reminded_of(
        self, cast, clock, turns, texted, provider, monkeypatch
    ):
        monkeypatch.setattr("django.utils.timezone.now", clock.read)
        choose(cast.ben)
        made = book(cast.ada, cast.ben, starts_at=clock.now + timedelta(minutes=65))
        clock(minutes=6)
        turns.turn()
        assert states() == [(60, State.WAITING)]
        services.cancel(cast.ada, appointment=made)
        assert texted(5) == []
        assert states() == [(60, State.SKIPPED)]


class TestFailures:
    @pytest.fixture
    def due(self, cast, clock, turns, provider):
        """A text message that is due, to somebody without quiet hours."""
        choose(cast.ben, quiet_from=time(), quiet_to=time())
        post_message(cast.ada, cast.chat)
        clock(minutes=61)
        turns.turn()
        return Texting(clock.read)

    def test_tries_have_an_end_and_begin_anew_from_the_admin(self, cast, due, clock, provider):
        provider.answers += [Result("HTTP 503")] * 9
        for _ in range(9):
            due.turn()
            notice = texts().get()
            clock.now = max(notice.next_try_at, clock.now)
        assert (notice.state, notice.error, notice.attempts) == (State.FAILED, "HTTP 503", 9)
        claims.send_again(texts(), clock.now)
        due.turn()
        assert (len(provider.sent), texts().get().state) == (10, State.SENT)

    @pytest.mark.parametrize(
        ("answer", "state", "error"),
        [
            (Result("HTTP 503"), State.WAITING, "HTTP 503"),
            (Result("InvalidNumber", for_good=True), State.FAILED, "InvalidNumber"),
            (Result(f"{BEN} is unknown to us"), State.WAITING, "Refused"),
            (lambda: {}["canary"], State.WAITING, "KeyError"),
            # It may have left: it is not sent nine times.
            (lambda: None, State.FAILED, "NoResult"),
        ],
    )
    def test_what_is_noted(self, due, provider, caplog, answer, state, error):
        provider.answers.append(answer)
        due.turn()
        assert (texts().get().state, texts().get().error) == (state, error)
        assert [secret for secret in (BEN[1:], "canary") if secret in caplog.text] == []

    def test_while_the_provider_is_away_nobody_elses_is_tried(self, cast, due, clock, provider):
        choose(cast.cora, "+33612345679")
        chat = Chat.objects.create(doctor=cast.dan, patient=cast.cora, patient_unread=1)
        Notice.objects.create(
            user=cast.cora, subject=f"chat:{chat.pk}", channel="sms", step=60, up_to=1, next_try_at=clock.now
        )
        provider.answers.append(Result("HTTP 500", is_down=True))
        due.turn()
        assert len(provider.sent) == 1
        clock(seconds=31)
        due.turn()
        assert [state for _, state in states()] == [State.WAITING, State.SKIPPED]

    def test_one_that_hangs_keeps_nothing_waiting(self, due, provider, monkeypatch):
        monkeypatch.setattr("notifications.channels.sms.PATIENCE_SECONDS", 0.05)
        released = threading.Event()
        provider.answers.append(lambda: released.wait(10) and Result())
        due.turn()
        assert texts().get().error == "Timeout"
        # While it hangs, nothing else is handed to it.
        assert due._gateway.send(BEN, "x") == Result("Timeout", is_down=True)
        assert len(provider.sent) == 1
        released.set()

    def test_a_sender_that_was_misspelled_is_an_error_of_its_own(self, settings):
        settings.SMS_SENDER = "clinic.sms.send"
        assert Gateway().send(BEN, "x") == Result("ModuleNotFoundError", is_down=True)


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_it_fits_into_one_part_in_each_language(language):
    name = "Cabinet des Tilleuls"
    with translation.override(language):
        said = [content.text_about_messages(unread=unread, name=name) for unread in (1, 2, 5, 12, 100)]
        said.append(content.text_about_appointments(name=name))
    assert [text for text in said if name not in text] == []
    if language == "ar":
        assert [text for text in said if len(text) > 70] == []
        assert [text for text in said if "waits" in text or "Sign" in text] == []
    else:
        assert [text for text in said if len(text) > 160 or set(text) - GSM] == []


def test_nothing_of_a_conversation_is_in_it_and_no_number_in_logs_metrics_and_rows(cast, texted, provider, caplog):
    """The canary: names, texts and reasons reach no channel, and the number nothing but the provider."""
    caplog.set_level(logging.DEBUG)
    secrets = ["canary", "Martin", "Durand", "General practice", "ben@"]
    choose(cast.ben, message_mails=False)
    book(cast.ada, cast.ben, days=2, reason="canary-reason")
    post_message(cast.ada, cast.chat, "canary-text")
    provider.answers += [Result(f"{BEN}: canary-text"), lambda: {}[BEN]]
    assert len(texted(70, every=1)) == 3
    rows = [str(row) for row in Notice.objects.values()]
    seen, said = [caplog.text, generate_latest().decode(), *rows], [text for _, text in provider.sent]
    assert [secret for secret in secrets for text in [*seen, *said] if secret in text] == []
    assert [text for text in seen if BEN[1:] in text] == []


def test_a_worker_has_a_thread_for_it(monkeypatch):
    monkeypatch.setattr("notifications.worker.TURN_SECONDS", 0)
    monkeypatch.setattr("notifications.worker.run_kept", lambda work: work())
    worker = Worker()
    monkeypatch.setattr("notifications.worker.Texting.turn", lambda self, **_: worker._stopping.set())
    worker._send_texts()
    assert worker._stopping.is_set()
