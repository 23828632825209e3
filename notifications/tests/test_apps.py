"""Apps from their registration to what they are told, with both services on this machine."""

import logging
import uuid
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from prometheus_client import generate_latest

from accounts.services import sign_ins
from appointments.tests import book
from chat.services.attachments import add_attachment
from chat.services.reading import mark_read
from chat.tests.files.samples import png
from chat.tests.talk import post_message
from chatsite.testing import api_client
from chatsite.testing.app_services import fcm_error
from chatsite.testing.http2_service import Reply
from notifications.channels.push import KEPT
from notifications.models import Device, Notice
from notifications.services import devices
from notifications.services.devices import Registration

pytestmark = pytest.mark.django_db
URL = "/api/devices"
TOKENS = {"apns": "0A" * 32, "fcm": "dQw4:APA91b-x_y"}


@pytest.fixture
def phone(cast, apple, pushing):
    """Ben's iPhone, before anything is written."""
    return _registered(cast.ben, "apns", "ab" * 32, pushing)


@pytest.fixture
def android(cast, google, pushing):
    return _registered(cast.ben, "fcm", "dQw4:APA91b", pushing)


def _registered(person, kind, token, pushing):
    sign_in = sign_ins.start(person, kind="api")
    device, _ = devices.register(sign_in, registration=Registration(str(uuid.uuid4()), kind, token))
    pushing()
    return device


def told(service):
    """The kind and the number of each push that it got."""
    said = [request.json for request in service.got if request.path != "/token"]
    data = [one["message"]["data"] if "message" in one else one for one in said]
    return [(one["kind"], int(one["badge"])) for one in data]


class TestRegistering:
    @pytest.mark.parametrize("kind", ["apns", "fcm"])
    def test_an_app_sends_its_token_and_gets_the_name_of_its_account(self, cast, apple, google, kind):
        client, address = api_client(cast.ben), f"{URL}/{uuid.uuid4()}"
        answer = client.put(address, {"kind": kind, "token": TOKENS[kind]}, format="json")
        assert answer.status_code == 201
        service = {"apns": apple, "fcm": google}[kind]
        assert client.post(f"{address}/test").json()["accepted"]
        assert told(service) == [("test", 0)]
        assert answer.json()["device"]["account"] in service.got[-1].body.decode()

    def test_a_token_in_capitals_is_the_same_device(self, cast, apple):
        for token, person in ((TOKENS["apns"], cast.ben), (TOKENS["apns"].lower(), cast.cora)):
            body = {"kind": "apns", "token": token}
            assert api_client(person).put(f"{URL}/{uuid.uuid4()}", body, format="json").status_code == 201
        assert Device.objects.get().user == cast.cora

    @pytest.mark.parametrize(
        ("kind", "token"),
        [("apns", "abc"), ("apns", "a/" * 32), ("apns", "é" * 64), ("apns", "a" * 202), ("fcm", "a b"), ("fcm", "a/b"),
         ("fcm", ""), ("apns", None), ("fcm", "é")],
    )  # fmt: skip
    def test_what_is_no_token_is_refused(self, cast, apple, google, kind, token):
        answer = api_client(cast.ben).put(f"{URL}/{uuid.uuid4()}", {"kind": kind, "token": token}, format="json")
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid")


def test_a_message_is_told_and_withdrawn_on_both(cast, apple, google, phone, android, pushing):
    post_message(cast.ada, cast.chat)
    pushing(seconds=3)
    mark_read(cast.ben, chat_id=cast.chat.pk)
    for _ in range(5):
        pushing(seconds=3)
    assert told(apple) == told(google) == [("message", 1), ("clear", 0)]


def test_a_device_that_is_gone_is_deleted(cast, apple, google, phone, android, pushing):
    apple.answers[phone.address] = [Reply(410, {"reason": "Unregistered"})]
    google.answers[android.address] = [fcm_error(404, "UNREGISTERED")]
    post_message(cast.ada, cast.chat)
    pushing(seconds=1)
    assert not Device.objects.exists()


def test_a_device_that_was_registered_again_since_is_kept(cast, apple, phone, pushing):
    long_ago = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp() * 1000)
    apple.answers[phone.address] = [Reply(410, {"reason": "Unregistered", "timestamp": long_ago})]
    post_message(cast.ada, cast.chat)
    pushing(seconds=1)
    assert Device.objects.get().error == "HTTP 410 Unregistered"


def test_a_service_that_is_away_delays_no_other(cast, apple, google, phone, android, pushing, seconds):
    google.token_answers = [Reply(503, None, {"retry-after": "30"})]
    post_message(cast.ada, cast.chat)
    pushing(seconds=1)
    assert (told(apple), told(google)) == ([("message", 1)], [])
    assert Device.objects.get(kind="fcm").error == "Token HTTP 503"
    seconds(70)
    pushing(seconds=70)
    assert (told(apple), told(google)) == ([("message", 1)], [("message", 1)])


def test_nothing_of_a_conversation_is_in_pushes_logs_metrics_and_rows(
    cast, apple, google, phone, android, pushing, caplog
):
    """The canary: names, texts, file names and reasons reach no service; tokens and a service's words no log or row."""
    caplog.set_level(logging.DEBUG)
    secrets = ["canary-text", "canary-file", "canary-reason", "Martin", "Durand", "General practice", "Tilleuls"]
    book(cast.ada, cast.ben, reason="canary-reason")
    upload = SimpleUploadedFile("canary-file.png", png())
    file, _ = add_attachment(cast.ada, chat_id=cast.chat.pk, upload=upload)
    post_message(cast.ada, cast.chat, "canary-text", attachment_ids=[file.pk])
    apple.answers[phone.address] = [Reply(500, {"reason": "canary-word"}), Reply(fault="break"), Reply(400)]
    google.answers[android.address] = [fcm_error(500, "canary-word"), Reply(fault="cut"), fcm_error(403, "canary-word")]
    answers = []
    client = api_client(cast.ben)
    for _ in range(2):
        pushing(minutes=6)
        answers += [client.post(f"{URL}/{device.public_id}/test").content.decode() for device in (phone, android)]
    sent = [f"{request.path} {request.headers} {request.body}" for request in (*apple.got, *google.got)]
    rows = [str(row) for row in Notice.objects.values()]
    rows += [str(row) for row in Device.objects.values("error", "account", "public_id")]
    kept = [*rows, caplog.text, generate_latest().decode(), *answers]
    assert len(sent) >= 10
    assert [secret for secret in secrets for text in [*sent, *kept] if secret in text] == []
    tokens = [phone.address, android.address, "access-", "eyJ", "BEGIN", "canary-word", apple.url, google.url]
    assert [token for token in tokens for text in kept if token in text] == []


def test_the_names_of_all_sentences_are_documented():
    documented = (settings.BASE_DIR / "docs/api.md").read_text()
    for kind in KEPT:
        assert (f"| `push_{kind}` |" in documented) == (kind != "clear")
