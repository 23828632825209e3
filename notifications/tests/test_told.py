"""The details of a message: when its recipient was told of it and by what, and never why not."""

from datetime import time, timedelta
from smtplib import SMTPRecipientsRefused

import pytest

from accounts.models import User
from chat.models import Chat, Message
from chat.services.reading import mark_read
from chat.tests.talk import post_message
from chatsite.testing import api_client
from notifications.models import Notice, Preference
from notifications.tests.conftest import START
from practice import services as practice
from practice.models import Practice

pytestmark = pytest.mark.django_db
State = Notice.State


@pytest.fixture
def details(cast):
    """What somebody sees of a message, as the API answers it."""

    def ask(message, user=None):
        receipt = api_client(user or cast.ada).get(f"/api/chat/message/{message.pk}").json()["receipt"]
        return receipt["notified_at"], receipt["notified_by"]

    return ask


def refuse(self, messages):
    raise SMTPRecipientsRefused({"x": (550, b"no such mailbox")})


def sent(user, *, minutes, subject, channel="mail", state=State.SENT):
    """A notice that left, or did not, so many minutes after the start."""
    moment = START + timedelta(minutes=minutes)
    return Notice.objects.create(
        user=user, subject=subject, channel=channel, step=abs(minutes), up_to=1, state=state, done_at=moment
    )


def test_it_says_when_and_by_what(cast, clock, told, details):
    message = post_message(cast.ada, cast.chat)
    assert details(message) == (None, None)
    told(6)
    assert details(message) == ("2026-12-03T08:05:00Z", "email")
    # Both people may read it: the same for both.
    assert details(message, cast.ben) == details(message)
    # The next one came after that mail.
    assert details(post_message(cast.ada, cast.chat)) == (None, None)
    told(60)
    assert details(message) == ("2026-12-03T08:05:00Z", "email")


def test_a_mail_tells_of_all_that_is_unread(cast, clock, told, details):
    first = post_message(cast.ada, cast.chat)
    told(6)
    later = post_message(cast.ada, cast.chat)
    other = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    post_message(cast.dan, other)
    assert told(6) == [(11, "ben")]
    assert details(first) == ("2026-12-03T08:05:00Z", "email")
    assert details(later) == ("2026-12-03T08:11:00Z", "email")


@pytest.mark.parametrize(
    ("notices", "expected"),
    [
        ([], None),
        ([{"minutes": 1, "channel": "web"}], (1, "device")),
        ([{"minutes": 1, "channel": "sms"}], (1, "sms")),
        ([{"minutes": 1, "channel": "sms", "about": "another chat"}], (1, "sms")),
        ([{"minutes": 5}], (5, "email")),
        ([{"minutes": 5}, {"minutes": 1, "channel": "web"}], (1, "device")),
        ([{"minutes": 5}, {"minutes": 7, "channel": "web"}], (5, "email")),
        ([{"minutes": -1, "channel": "web"}], None),
        ([{"minutes": 5, "about": "another chat"}], (5, "email")),
        ([{"minutes": 1, "channel": "web", "about": "another chat"}], None),
        ([{"minutes": 1, "about": "reset"}], None),
        ([{"minutes": 1, "to": "ada"}], None),
        ([{"minutes": 1, "state": State.FAILED}, {"minutes": 2, "state": State.SKIPPED}], None),
    ],
)
def test_which_notice_covers_it(cast, clock, details, notices, expected):
    message = post_message(cast.ada, cast.chat)
    about = {"this chat": f"chat:{cast.chat.pk}", "another chat": f"chat:{cast.chat.pk}0", "reset": "reset"}
    for notice in notices:
        subject, person = about[notice.pop("about", "this chat")], getattr(cast, notice.pop("to", "ben"))
        sent(person, subject=subject, **notice)
    minute, by = expected or (None, None)
    assert details(message) == (minute and f"2026-12-03T08:{minute:02}:00Z", by)


def test_what_left_after_the_reading_told_nobody(cast, clock, details):
    message = post_message(cast.ada, cast.chat)
    clock(minutes=2)
    mark_read(cast.ben, chat_id=cast.chat.pk)
    sent(cast.ben, minutes=3, subject=f"chat:{cast.chat.pk}")
    assert details(message) == (None, None)
    # In the second of the reading, of which only the second is stored.
    late = sent(cast.ben, minutes=4, subject=f"chat:{cast.chat.pk}")
    Notice.objects.filter(pk=late.pk).update(done_at=START + timedelta(minutes=2, milliseconds=300))
    assert details(message)[1] == "email"


@pytest.mark.parametrize(
    "reason",
    [
        lambda cast: Preference.objects.create(user=cast.ben, message_mails=False),
        lambda cast: Preference.objects.create(user=cast.ben, quiet_from=time(9), quiet_to=time(23)),
        lambda cast: Practice.objects.create(patient_mail_minutes=""),
        lambda cast: User.objects.filter(pk=cast.ben.pk).update(email="x"),
    ],
    ids=["not wanted", "quiet hours", "no mails", "refused"],
)
def test_it_never_says_why_not(cast, told, monkeypatch, reason):
    """The canary of reasons: what a person or a mail server refused looks like what is still to come."""
    message = post_message(cast.ada, cast.chat)
    client, address = api_client(cast.ada), f"/api/chat/message/{message.pk}"
    before = client.get(address).json()
    reason(cast)
    practice.forget()
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    assert told(20, every=10) == []
    assert client.get(address).json() == before


def test_without_a_time_nothing_is_known(cast, details):
    message = post_message(cast.ada, cast.chat)
    sent(cast.ben, minutes=1, subject=f"chat:{cast.chat.pk}")
    Message.objects.filter(pk=message.pk).update(created_at=None)
    assert details(message) == (None, None)


def test_it_costs_one_query_and_without_the_hook_none(cast, clock, settings, django_assert_num_queries):
    from chat.services.receipts import receipt

    message = post_message(cast.ada, cast.chat)
    settings.CHAT_MESSAGE_DETAILS = ""
    assert receipt(cast.ada, message_id=message.pk).notified is None
    shown = api_client(cast.ada).get(f"/api/chat/message/{message.pk}").json()["receipt"]
    assert sorted(shown) == ["delivered_at", "read_at", "sent_at"]
    with django_assert_num_queries(3):
        receipt(cast.ada, message_id=message.pk)
    settings.CHAT_MESSAGE_DETAILS = "notifications.services.told.notified"
    with django_assert_num_queries(4):
        receipt(cast.ada, message_id=message.pk)
