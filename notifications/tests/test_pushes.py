"""Who is told by a push, and when: with a clock that the test moves, and a push service that it asks."""

import logging
from datetime import time, timedelta
from uuid import uuid4

import jwt
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from prometheus_client import generate_latest

from accounts.models import User
from accounts.services import sign_ins
from appointments.tests import book
from audit.actions import Action
from audit.entry import COLUMNS
from chat.models import Chat, SystemLine
from chat.sending.draft import Line
from chat.sending.lines import post_line
from chat.services import episodes
from chat.services.attachments import add_attachment
from chat.services.looking import Look, note
from chat.services.reading import mark_read
from chat.tests.files.samples import png
from chat.tests.talk import post_message
from chatsite.testing import api_client, audited
from notifications.channels.devices import CHANNELS
from notifications.models import Beginning, Device, Notice, Preference
from notifications.plan.pushes import PushPlan
from notifications.services.devices import Registration, devices_of, register
from notifications.tests.pushed import pushes, states

pytestmark = pytest.mark.django_db
State = Notice.State


def test_a_message_is_told_at_once_by_numbers_alone(cast, browser, service, pushing):
    message = post_message(cast.ada, cast.chat, "J'ai mal")
    pushing(seconds=1)
    told = {"chat_id": cast.chat.pk, "seq": 1, "badge": 1, "kind": "message", "account": browser.device.account}
    assert service.told(browser) == [told]
    [(_, headers, body)] = service.got
    assert (headers["TTL"], headers["Urgency"], headers["Content-Encoding"]) == ("86400", "high", "aes128gcm")
    assert len(headers["Topic"]) == 32
    assert b"mal" not in body
    assert states() == [(message.pk, 0, State.SENT)]
    device = Device.objects.get()
    assert (device.told_at, device.failures, device.error) == (pushes()[0].done_at, 0, "")
    rows = audited.queued("action", "role", "chat", "subject")
    assert rows == [(Action.PUSH, "system", cast.chat.pk, cast.ben.pk)]


def test_each_device_of_a_person_is_told_and_nobody_elses(cast, browser, subscribe, service, pushing):
    phone, adas, coras = subscribe(cast.ben), subscribe(cast.ada), subscribe(cast.cora)
    post_message(cast.ada, cast.chat)
    pushing(seconds=1)
    pushing(seconds=30)
    assert [len(service.told(one)) for one in (browser, phone, adas, coras)] == [1, 1, 0, 0]


def test_a_newer_message_is_told_again_with_the_same_topic(cast, browser, service, pushing):
    for _ in range(2):
        post_message(cast.ada, cast.chat)
        pushing(seconds=2)
    post_message(cast.ada, cast.chat)
    post_message(cast.ada, cast.chat)
    pushing(seconds=2)
    assert [told["badge"] for told in service.told(browser)] == [1, 2, 4]
    other = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    post_message(cast.dan, other)
    pushing(seconds=2)
    topics = [headers["Topic"] for _, headers, _ in service.got]
    assert len(set(topics)) == 2
    assert topics[0] == topics[1] == topics[2] != topics[3]


def test_a_line_that_nobody_wrote_hides_no_message(cast, browser, service, pushing):
    message = post_message(cast.ada, cast.chat)
    post_line(cast.chat, line=Line(SystemLine.MADE, {}), text="New appointment", client_id=str(uuid4()))
    pushing(seconds=1)
    assert states() == [(message.pk, 0, State.SENT)]


def test_what_was_read_before_it_was_sent_is_not_told(cast, browser, service, clock, pushing):
    post_message(cast.ada, cast.chat)
    pushing._plan.plan(clock(seconds=1))
    assert [state for *_, state in states()] == [State.WAITING]
    mark_read(cast.ben, chat_id=cast.chat.pk)
    pushing(seconds=1)
    assert (service.got, [state for *_, state in states()]) == ([], [State.SKIPPED])


@pytest.fixture
def look():
    """Have a browser show this chat, until the end of the test."""
    shown = {}

    def look(browser, chat_id):
        sign_in = browser.device.sign_in
        shown[sign_in.user_id, browser.id] = Look(sign_in.public_id, chat_id)
        note(shown)

    yield look
    note(dict.fromkeys(shown))


def test_a_browser_that_shows_the_chat_is_not_told_and_the_others_ten_seconds_later(
    cast, browser, subscribe, service, pushing, look
):
    phone = subscribe(cast.ben)
    look(browser, cast.chat.pk)
    post_message(cast.ada, cast.chat)
    pushing(seconds=1)
    pushing(seconds=9)
    assert service.got == []
    pushing(seconds=1)
    assert [len(service.told(one)) for one in (browser, phone)] == [0, 1]


def test_a_browser_that_shows_another_chat_is_told_ten_seconds_later_unless_it_was_read(
    cast, browser, service, pushing, look
):
    look(browser, cast.chat.pk + 1)
    for is_read in (False, True):
        post_message(cast.ada, cast.chat)
        pushing(seconds=5)
        if is_read:
            mark_read(cast.ben, chat_id=cast.chat.pk)
        pushing(seconds=10)
    assert len(service.told(browser)) == 1


@pytest.mark.parametrize(
    "happens",
    [
        lambda cast: User.objects.filter(pk=cast.ben.pk).update(is_active=False),
        lambda cast: User.objects.filter(pk=cast.ben.pk).update(role="doctor"),
        lambda cast: User.objects.filter(pk=cast.ben.pk).update(role="admin"),
        lambda cast: User.objects.filter(pk=cast.ben.pk).update(password="another"),
        lambda cast: sign_ins.end_all(cast.ben),
        lambda cast: Preference.objects.create(user=cast.ben, message_pushes=False),
        lambda cast: Device.objects.all().delete(),
    ],
    ids=["account closed", "a doctor now", "an admin now", "new password", "signed out", "not wanted", "removed"],
)
def test_nothing_is_sent_to_whom_it_no_longer_concerns(cast, browser, service, clock, pushing, happens):
    post_message(cast.ada, cast.chat)
    pushing._plan.plan(clock(seconds=1))
    happens(cast)
    pushing(seconds=1)
    assert (service.got, [state for *_, state in states()]) == ([], [State.SKIPPED])


def test_quiet_hours_move_it_and_what_is_newer_then_counts(cast, browser, service, clock, pushing):
    Preference.objects.create(user=cast.ben, quiet_from=time(9), quiet_to=time(9, 30))
    for _ in range(2):
        post_message(cast.ada, cast.chat)
        pushing(minutes=5)
    assert service.got == []
    pushing(minutes=19, seconds=59)
    assert service.got == []
    pushing(seconds=1)
    assert [told["badge"] for told in service.told(browser)] == [2]


class TestApps:
    """What was told is withdrawn where it was read elsewhere."""

    class App:
        clears = True

        def __init__(self):
            self.got = []

        def place_of(self, device):
            return "apps", "apps"

        def send(self, device, push):
            self.got.append((push.kind, push.badge))

    @pytest.fixture
    def app(self, cast, monkeypatch, service, pushing):
        app = self.App()
        monkeypatch.setitem(CHANNELS, "fcm", app)
        sign_in = sign_ins.start(cast.ben, kind="api")
        register(sign_in, registration=Registration(str(uuid4()), "fcm", "token"))
        pushing()
        return app

    def test_it_is_withdrawn_once_and_from_no_browser(self, cast, app, subscribe, service, pushing):
        browser = subscribe(cast.ben)
        post_message(cast.ada, cast.chat)
        pushing(seconds=3)
        mark_read(cast.ben, chat_id=cast.chat.pk)
        for _ in range(10):
            pushing(seconds=3)
        assert app.got == [("message", 1), ("clear", 0)]
        rows = [row for row in audited.queued("action", "chat", "detail") if row[0] == Action.PUSH]
        assert rows == [(Action.PUSH, cast.chat.pk, kind) for kind in ("chat", "clear")]
        assert [told["kind"] for told in service.told(browser)] == ["message"]

    def test_what_was_told_to_nobody_is_not_withdrawn(self, cast, app, pushing, clock):
        post_message(cast.ada, cast.chat)
        mark_read(cast.ben, chat_id=cast.chat.pk)
        pushing(seconds=3)
        assert app.got == []

    def test_what_is_new_by_then_is_not_withdrawn(self, cast, app, pushing, clock):
        post_message(cast.ada, cast.chat)
        pushing(seconds=3)
        mark_read(cast.ben, chat_id=cast.chat.pk)
        pushing._clears.plan(clock(seconds=3))
        assert pushes().last().subject == f"clear:{cast.chat.pk}"
        post_message(cast.ada, cast.chat)
        pushing(seconds=3)
        assert app.got == [("message", 1), ("message", 1)]


class TestPlanning:
    def test_what_was_there_before_the_first_device_is_not_told(self, cast, service, subscribe, pushing):
        post_message(cast.ada, cast.chat)
        pushing(seconds=1)
        subscribe(cast.ben)
        pushing(seconds=1)
        assert not pushes().exists()

    def test_a_night_without_a_worker_delays_and_loses_nothing(self, cast, browser, service, clock, pushing):
        for _ in range(3):
            pushing(seconds=10)
        messages = [post_message(cast.ada, cast.chat) for _ in range(3)]
        clock(hours=8)
        PushPlan().plan(clock.now)
        assert [up_to for up_to, *_ in states()] == [messages[-1].pk]

    def test_two_workers_plan_it_once(self, cast, browser, clock, pushing):
        other = PushPlan()
        other.plan(clock.now)
        post_message(cast.ada, cast.chat)
        for plan in (pushing._plan, other):
            plan.plan(clock(seconds=1))
        assert pushes().count() == 1

    def test_a_late_commit_is_found(self, cast, browser, clock, pushing, monkeypatch):
        """Its id is lower than one that was seen before."""
        first = post_message(cast.ada, cast.chat)
        hidden = {first.pk}
        posted = episodes.posted_after
        monkeypatch.setattr(
            episodes,
            "posted_after",
            lambda *args, **more: [row for row in posted(*args, **more) if row[0] not in hidden],
        )
        other = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
        post_message(cast.dan, other)
        pushing._plan.plan(clock(seconds=1))
        assert pushes().count() == 1
        hidden.clear()
        for _ in range(20):
            pushing._plan.plan(clock(seconds=1))
        assert pushes().count() == 2

    def test_a_turn_without_news_asks_little(self, cast, browser, clock, pushing, django_assert_num_queries):
        pushing(seconds=1)
        with django_assert_num_queries(3):
            pushing.turn()
        Device.objects.all().delete()
        pushing.turn()
        with django_assert_num_queries(2):
            pushing.turn()

    @pytest.mark.mysql
    def test_new_messages_are_a_range_of_the_key(self, cast):
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN SELECT message_id, chat_id, sender_role FROM messages WHERE message_id > 5 ORDER BY 1"
            )
            assert "PRIMARY" in str(cursor.fetchall())


def test_many_after_a_night_are_each_told_once(cast, subscribe, service, pushing):
    people = User.objects.bulk_create(
        User(email=f"p{number}@example.org", language="en", role="patient", password="!") for number in range(60)
    )
    browsers = [subscribe(person) for person in User.objects.filter(email__in=[one.email for one in people])]
    pushing()
    chats = Chat.objects.bulk_create(Chat(doctor=cast.ada, patient=browser.device.user) for browser in browsers)
    for chat in chats:
        post_message(cast.ada, chat)
    pushing(hours=8)
    assert [len(service.told(browser)) for browser in browsers] == [1] * 60
    assert Beginning.the_one().pushed_up_to is not None
    assert devices_of(browsers[0].device.user)[0].told_at - pushes()[0].created_at < timedelta(minutes=1)


def test_nothing_of_a_conversation_is_in_pushes_logs_metrics_and_rows(cast, browser, service, pushing, caplog):
    """The canary: names, texts, file names and reasons reach no channel, and the address of a device no log."""
    caplog.set_level(logging.DEBUG)
    secrets = ["canary-text", "canary-file", "canary-reason", "Martin", "Durand", "General practice", "Tilleuls"]
    book(cast.ada, cast.ben, reason="canary-reason")
    upload = SimpleUploadedFile("canary-file.png", png())
    file, _ = add_attachment(cast.ada, chat_id=cast.chat.pk, upload=upload)
    post_message(cast.ada, cast.chat, "canary-text", attachment_ids=[file.pk])
    service.answers[browser.path] = 500, {"Canary": "canary-text"}
    pushing(seconds=1)
    del service.answers[browser.path]
    pushing(minutes=2)
    assert len(service.told(browser)) == 2
    api_client(cast.ben).post(f"/api/devices/{browser.id}/test")
    rows = [str(row) for model in (Notice, Device) for row in model.objects.values()]
    seen = [str(told) for told in service.told(browser)] + [str(headers) for _, headers, _ in service.got]
    seen += [*rows, caplog.text, generate_latest().decode(), *map(str, audited.queued(*COLUMNS))]
    assert [secret for secret in secrets for text in seen if secret in text] == []
    assert browser.path not in caplog.text
    claims = [headers["Authorization"].split("t=")[1].split(",")[0] for _, headers, _ in service.got]
    said = {str(sorted(jwt.decode(claim, options={"verify_signature": False}))) for claim in claims}
    assert said == {"['aud', 'exp', 'sub']"}
