"""What a doctor says of a Redis that cannot be used: what is wrong, and what to write."""

import pytest
import redis
from redis.sentinel import MasterNotFoundError

from chat import doctor
from chatsite import redis_clients
from chatsite.doctor.questions import State


@pytest.mark.parametrize(
    ("address", "error", "words"),
    [
        ("redis+sentinel://a,b/none", MasterNotFoundError("No master found for 'none'"), "none knows a primary by"),
        ("redis://h/99", redis.ResponseError("DB index is out of range"), "no database of that number"),
        ("rediss://h", redis.TimeoutError(), "It may have no TLS"),
        ("redis://h", redis.ConnectionError("refused"), "No Redis answers"),
        ("redis://h", redis.AuthenticationError(), "refuses the user"),
    ],
)  # fmt: skip
def test_it_is_named(settings, monkeypatch, address, error, words):
    def client(url, **options):
        raise error

    settings.REDIS_URL = address
    monkeypatch.setattr(redis_clients, "client", client)
    answer = doctor.bus()
    assert answer.state == State.FAULT
    assert words in f"{answer.sentence} {answer.remedy}"


@pytest.mark.parametrize(
    ("address", "warnings"),
    [
        ("redis://10.0.0.5", 1), ("redis+sentinel://a,b,c/chat", 1), ("redis+sentinel://127.0.0.1,b/chat", 1),
        ("rediss://10.0.0.5", 0), ("rediss+sentinel://a,b,c/chat", 0), ("redis://127.0.0.1:6379/0", 0),
        ("unix:///run/redis/redis.sock", 0), ("redis://localhost", 0),
    ],
)  # fmt: skip
def test_a_line_that_others_can_read_is_named(settings, address, warnings):
    settings.REDIS_URL = address
    assert [answer.state for answer in doctor._line()] == [State.WARNING] * warnings


def test_an_address_that_the_checks_refuse_is_not_asked(settings):
    settings.REDIS_URL = "redis://h:port"
    assert doctor.bus() is None
