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


def test_an_address_that_the_checks_refuse_is_not_asked(settings):
    settings.REDIS_URL = "redis://h:port"
    assert doctor.bus() is None
