"""The channel to Apple's devices, against a stand-in that speaks HTTP/2 over TLS."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from chatsite.testing.http2_service import Reply
from notifications import content
from notifications.channels import answers
from notifications.channels.push import Unsent
from notifications.models import Device

TOKEN = "0a" * 32
MESSAGE = content.message_push(account="a" * 32, chat_id=7, seq=61, badge=3)
CLEAR = content.clear_push(account="a" * 32, chat_id=7, seq=61, badge=0)
TRIAL = content.trial_push(account="a" * 32, badge=2)
SHOWN = {"sound": "default", "mutable-content": 1}
PLACE = f"{'a' * 32}:7"


def phone(token=TOKEN, **more):
    return Device(kind="apns", address=token, account="a" * 32, **more)


def fails(service, push=MESSAGE, device=None):
    with pytest.raises(Unsent) as failed:
        service.channel.send(device or phone(), push)
    error = failed.value
    # A traceback would have the address.
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    return error


def outcome(error):
    return error.kind, error.for_good, error.gone, error.retry_after, error.is_down


@pytest.mark.parametrize(
    ("push", "headers", "aps"),
    [
        (MESSAGE, {"apns-priority": "10", "apns-collapse-id": PLACE},
         {"badge": 3, **SHOWN, "alert": {"loc-key": "push_message"}, "thread-id": PLACE}),
        (CLEAR, {"apns-priority": "5", "apns-collapse-id": PLACE},
         {"badge": 0, "content-available": 1, "thread-id": PLACE}),
        (TRIAL, {"apns-priority": "10"},
         {"badge": 2, **SHOWN, "alert": {"loc-key": "push_test"}}),
    ],
    ids=["message", "clear", "test"],
)  # fmt: skip
def test_it_says_numbers_and_the_name_of_a_sentence(apple, seconds, push, headers, aps):
    apple.channel.send(phone(), push)
    [request] = apple.got
    assert request.path == f"/3/device/{TOKEN}"
    kept = 60 if push is TRIAL else 86_400
    expected = {"apns-topic": "org.example.chat", "apns-push-type": "alert", **headers}
    expected["apns-expiration"] = str(int(seconds()) + kept)
    assert {name: value for name, value in request.headers.items() if name.startswith("apns-")} == expected
    assert request.json == {"aps": aps, **push.content}


def test_a_token_of_a_device_leads_to_no_other_path(apple):
    assert fails(apple, device=phone("../../x?y#z")).kind == "HTTP 404"
    assert apple.got[0].path == "/3/device/..%2F..%2Fx%3Fy%23z"


def test_one_after_another_goes_over_one_connection(apple):
    for _ in range(5):
        apple.channel.send(phone(), MESSAGE)
    assert (len(apple.got), apple.connections) == (5, 1)


def test_those_at_once_share_no_connection(apple, monkeypatch):
    """Over one, threads would take each other's streams."""
    together = threading.Barrier(4, timeout=10)
    answer = apple.answer
    monkeypatch.setattr(apple, "answer", lambda request: (together.wait() and None) or answer(request))
    with ThreadPoolExecutor(4) as pool:
        for sent in [pool.submit(apple.channel.send, phone(), MESSAGE) for _ in range(40)]:
            sent.result()
    assert (len(apple.got), apple.connections) == (40, 4)
    assert len({request.headers["authorization"] for request in apple.got}) == 1


class TestTokens:
    def test_it_is_renewed_between_20_and_50_minutes(self, apple, seconds):
        for passed in (0, 19, 15, 10, 19):
            seconds(passed * 60)
            apple.channel.send(phone(), MESSAGE)
        used = [request.headers["authorization"] for request in apple.got]
        assert used[0] == used[1] == used[2] != used[3]
        assert used[3] == used[4]

    def test_one_that_expired_is_renewed_once(self, apple, seconds):
        apple.channel.send(phone(), MESSAGE)
        seconds(25 * 60)
        apple.oldest = 20 * 60
        apple.channel.send(phone(), MESSAGE)
        assert len(apple.got) == 3
        # A new one that is refused, too, would be refused again: our clock is wrong.
        apple.oldest = 0
        assert outcome(fails(apple)) == ("HTTP 403 ExpiredProviderToken", True, False, None, False)
        assert len(apple.got) == 4

    def test_a_clock_that_was_set_back_makes_another(self, apple, seconds):
        apple.channel.send(phone(), MESSAGE)
        seconds(-3600)
        apple.channel.send(phone(), MESSAGE)
        first, second = (request.headers["authorization"] for request in apple.got)
        assert first != second


@pytest.mark.parametrize(
    ("status", "said", "headers", "expected"),
    [
        (400, {"reason": "BadDeviceToken"}, {}, ("HTTP 400 BadDeviceToken", True, True, None, False)),
        (400, {"reason": "DeviceTokenNotForTopic"}, {}, ("HTTP 400 DeviceTokenNotForTopic", True, False, None, False)),
        (403, {"reason": "InvalidProviderToken"}, {}, ("HTTP 403 InvalidProviderToken", True, False, None, False)),
        (404, {"reason": "BadPath"}, {}, ("HTTP 404", True, False, None, False)),
        (410, {"reason": "Unregistered"}, {}, ("HTTP 410 Unregistered", True, True, None, False)),
        (413, {"reason": "PayloadTooLarge"}, {}, ("HTTP 413 PayloadTooLarge", True, False, None, False)),
        (429, {"reason": "TooManyRequests"}, {"retry-after": "9"},
         ("HTTP 429 TooManyRequests", False, False, 9, False)),
        (500, {"reason": "InternalServerError"}, {}, ("HTTP 500", False, False, None, False)),
        (503, {"reason": "Shutdown"}, {"retry-after": "5"}, ("HTTP 503", False, False, 5, False)),
        (307, None, {"location": "https://127.0.0.1:1/x"}, ("HTTP 307", True, False, None, False)),
        (400, {"reason": f"of {TOKEN}"}, {}, ("HTTP 400", True, False, None, False)),
        (400, ["BadDeviceToken"], {}, ("HTTP 400", True, False, None, False)),
        (400, {"reason": {"a": 1}}, {}, ("HTTP 400", True, False, None, False)),
        (400, {"reason": "BadDeviceToken", "more": "x" * 12_000}, {}, ("HTTP 400", True, False, None, False)),
    ],
)  # fmt: skip
def test_what_it_answers_is_told_by_a_known_word(apple, status, said, headers, expected):
    apple.answers[TOKEN] = [Reply(status, said, headers)]
    assert outcome(fails(apple)) == expected
    assert len(apple.got) == 1


@pytest.mark.parametrize(("hours", "gone"), [(-1, True), (0, True), (1, False)])
def test_a_device_that_was_registered_again_since_is_not_gone(apple, hours, gone):
    since = datetime(2026, 12, 3, 9, tzinfo=UTC)
    apple.answers[TOKEN] = [Reply(410, {"reason": "Unregistered", "timestamp": int(since.timestamp() * 1000)})]
    error = fails(apple, device=phone(renewed_at=since + timedelta(hours=hours)))
    assert (error.gone, error.for_good) == (gone, True)


class TestBrokenLines:
    @pytest.fixture(autouse=True)
    def _impatient(self, monkeypatch):
        monkeypatch.setattr(answers, "TIMEOUT_SECONDS", 0.3)

    @pytest.mark.parametrize("fault", ["leave", "cut", "break"])
    def test_a_connection_that_ends_is_opened_again(self, apple, fault):
        apple.channel.send(phone(), MESSAGE)
        apple.answers[TOKEN] = [Reply(fault=fault)]
        apple.channel.send(phone(), MESSAGE)
        assert (len(apple.got), apple.connections) == (3, 2)

    @pytest.mark.parametrize("fault", ["cut", "break"])
    def test_one_that_ends_again_is_an_outage(self, apple, fault):
        apple.answers[TOKEN] = [Reply(fault=fault)] * 9
        error = fails(apple)
        assert (error.for_good, error.gone, error.is_down) == (False, False, True)
        assert len(apple.got) == 2

    def test_one_that_hangs_is_an_outage_and_not_asked_twice(self, apple):
        apple.answers[TOKEN] = [Reply(fault="silent")]
        assert outcome(fails(apple)) == ("ReadTimeout", False, False, None, True)
        assert len(apple.got) == 1
        apple.channel.send(phone(), MESSAGE)

    def test_an_answer_without_an_end_counts_by_its_status(self, apple):
        apple.answers[TOKEN] = [Reply(410, fault="unfinished")]
        assert outcome(fails(apple)) == ("HTTP 410", True, True, None, False)

    def test_one_that_is_away_or_is_another_is_an_outage(self, apple, monkeypatch):
        monkeypatch.delenv("SSL_CERT_FILE")
        assert outcome(fails(apple)) == ("ConnectError", False, False, None, True)
        assert apple.got == []


def test_with_debug_none_leaves_this_machine(apple, settings, monkeypatch):
    settings.DEBUG = True
    apple.channel.send(phone(), MESSAGE)
    monkeypatch.setattr(apple.channel, "_url", "https://api.push.apple.com")
    assert fails(apple).kind == "KeptByDebug"
