"""The channel to Android, against a stand-in of FCM's HTTP v1 and of Google's tokens."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chatsite.testing.app_services import fcm_error
from chatsite.testing.http2_service import Reply
from notifications import content
from notifications.channels import answers
from notifications.channels.push import Unsent
from notifications.models import Device

TOKEN = "dQw4:APA91b-x_y"
MESSAGE = content.message_push(account="a" * 32, chat_id=7, seq=61, badge=3)
CLEAR = content.clear_push(account="a" * 32, chat_id=7, seq=61, badge=0)
TRIAL = content.trial_push(account="a" * 32, badge=2)
PLACE = f"{'a' * 32}:7"


def phone(token=TOKEN):
    return Device(kind="fcm", address=token, account="a" * 32)


def fails(service, push=MESSAGE):
    with pytest.raises(Unsent) as failed:
        service.channel.send(phone(), push)
    return failed.value


def outcome(error):
    return error.kind, error.for_good, error.gone, error.retry_after, error.is_down


def paths(service):
    return [request.path.rpartition("/")[2] for request in service.got]


@pytest.mark.parametrize(
    ("push", "data", "android"),
    [
        (MESSAGE, {"chat_id": "7", "seq": "61", "badge": "3", "kind": "message"},
         {"priority": "HIGH", "ttl": "86400s", "collapse_key": PLACE,
          "notification": {"title_loc_key": "push_message", "tag": PLACE}}),
        (CLEAR, {"chat_id": "7", "seq": "61", "badge": "0", "kind": "clear"},
         {"priority": "NORMAL", "ttl": "86400s", "collapse_key": PLACE}),
        (TRIAL, {"badge": "2", "kind": "test"},
         {"priority": "HIGH", "ttl": "60s", "notification": {"title_loc_key": "push_test"}}),
    ],
    ids=["message", "clear", "test"],
)  # fmt: skip
def test_it_says_numbers_and_the_name_of_a_sentence(google, push, data, android):
    google.channel.send(phone(), push)
    message = {"token": TOKEN, "data": {"account": "a" * 32, **data}, "android": android}
    assert google.got[-1].json == {"message": message}


class TestAccessTokens:
    def test_one_is_kept_for_55_minutes(self, google, seconds):
        for passed in (0, 54, 1, 54):
            seconds(passed * 60)
            google.channel.send(phone(), MESSAGE)
        assert paths(google) == ["token", *["messages:send"] * 2, "token", *["messages:send"] * 2]

    def test_many_at_once_ask_for_one(self, google):
        with ThreadPoolExecutor(8) as pool:
            for sent in [pool.submit(google.channel.send, phone(), MESSAGE) for _ in range(30)]:
                sent.result()
        assert google.given == 1

    def test_one_that_is_refused_is_replaced_once(self, google, seconds):
        google.channel.send(phone(), MESSAGE)
        seconds(600)
        google.valid.clear()
        google.channel.send(phone(), MESSAGE)
        assert google.given == 2
        # A new one that is refused, too, would be refused again.
        google.valid.clear()
        assert outcome(fails(google)) == ("HTTP 401", True, False, None, False)
        assert google.given == 2

    @pytest.mark.parametrize(
        ("reply", "expected"),
        [
            (Reply(400, {"error": "invalid_grant", "error_description": "s3cret"}), ("Token HTTP 400", True, None)),
            (Reply(401, {"error": "invalid_client"}), ("Token HTTP 401", True, None)),
            (Reply(429, None, {"retry-after": "40"}), ("Token HTTP 429", False, 40)),
            (Reply(503), ("Token HTTP 503", False, None)),
            (Reply(200, {"access_token": 7}), ("Token HTTP 200", True, None)),
            (Reply(200, {"access_token": "a\r\nb: c"}), ("Token HTTP 200", True, None)),
            (Reply(200), ("Token HTTP 200", True, None)),
        ],
    )
    def test_without_one_nothing_leaves(self, google, seconds, reply, expected):
        google.token_answers = [reply]
        error = fails(google)
        assert (error.kind, error.for_good, error.retry_after) == expected
        assert (error.is_down, error.gone) == (True, False)
        # Those who waited for it are told the same, and a little later it is asked for again.
        assert fails(google).kind == error.kind
        assert paths(google) == ["token"]
        seconds(6)
        google.channel.send(phone(), MESSAGE)

    def test_a_server_of_tokens_that_hangs_is_an_outage(self, google, monkeypatch):
        monkeypatch.setattr(answers, "TIMEOUT_SECONDS", 0.3)
        google.token_answers = [Reply(fault="silent")]
        assert outcome(fails(google)) == ("Token ReadTimeout", False, False, None, True)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (fcm_error(400, "INVALID_ARGUMENT"), ("HTTP 400 INVALID_ARGUMENT", True, False, None)),
        (fcm_error(403, "SENDER_ID_MISMATCH"), ("HTTP 403 SENDER_ID_MISMATCH", True, False, None)),
        (fcm_error(404, "UNREGISTERED"), ("HTTP 404 UNREGISTERED", True, True, None)),
        # A project that is not there.
        (Reply(404, {"error": {"code": 404, "status": "NOT_FOUND"}}), ("HTTP 404", True, False, None)),
        (Reply(404, {"error": {"details": [7, {"errorCode": ["UNREGISTERED"]}]}}), ("HTTP 404", True, False, None)),
        (Reply(404, {"error": "UNREGISTERED"}), ("HTTP 404", True, False, None)),
        (fcm_error(403, "of s3cret-device"), ("HTTP 403", True, False, None)),
        (Reply(429, fcm_error(429, "QUOTA_EXCEEDED").said, {"retry-after": "70"}),
         ("HTTP 429 QUOTA_EXCEEDED", False, False, 70)),
        (fcm_error(500, "INTERNAL"), ("HTTP 500 INTERNAL", False, False, None)),
        (Reply(503, fcm_error(503, "UNAVAILABLE").said, {"retry-after": "9"}),
         ("HTTP 503 UNAVAILABLE", False, False, 9)),
        (Reply(302, None, {"location": "https://127.0.0.1:1/x"}), ("HTTP 302", True, False, None)),
    ],
)  # fmt: skip
def test_what_it_answers_is_told_by_a_known_word(google, reply, expected):
    google.answers[TOKEN] = [reply]
    error = fails(google)
    assert (error.kind, error.for_good, error.gone, error.retry_after, error.is_down) == (*expected, False)
    assert paths(google) == ["token", "messages:send"]


@pytest.mark.parametrize(("fault", "kind"), [("silent", "ReadTimeout"), ("break", None), ("cut", None)])
def test_broken_and_silent_lines_are_an_outage(google, monkeypatch, fault, kind):
    monkeypatch.setattr(answers, "TIMEOUT_SECONDS", 0.3)
    google.answers[TOKEN] = [Reply(fault=fault)] * 2
    error = fails(google)
    assert (error.for_good, error.gone, error.is_down) == (False, False, True)
    assert kind in (error.kind, None)


def test_a_connection_that_ends_is_opened_again(google):
    google.answers[TOKEN] = [Reply(fault="leave")]
    google.channel.send(phone(), MESSAGE)
    assert google.connections == 2


def test_with_debug_none_leaves_this_machine(google, settings, monkeypatch):
    settings.DEBUG = True
    google.channel.send(phone(), MESSAGE)
    monkeypatch.setattr(google.channel, "_url", "https://fcm.googleapis.com")
    assert fails(google).kind == "KeptByDebug"
