"""REDIS_URL: what it may say, and that a wrong one is a sentence without its passwords."""

import pytest

from chatsite.redis_address import RedisAddress, UnusableAddress, parse


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("redis://", {"host": "localhost", "port": 6379, "db": 0}),
        ("redis://h/", {"host": "h", "port": 6379, "db": 0}),
        ("redis://:p%2Fw@h:6380/1", {"password": "p/w", "host": "h", "port": 6380, "db": 1}),
        ("redis://u:p:w@[::1]:6380?db=2", {"username": "u", "password": "p:w", "host": "::1", "port": 6380, "db": 2}),
        ("unix:///run/redis.sock", {"unix_socket_path": "/run/redis.sock"}),
        ("unix://u:p@/s?db=1", {"username": "u", "password": "p", "unix_socket_path": "/s", "db": 1}),
    ],
)
def test_one_redis(url, server):
    assert parse(url) == RedisAddress(server)


def test_one_redis_with_tls(tmp_path):
    (authority := tmp_path / "ca.pem").touch()
    found = parse(f"rediss://u:p@h?ssl_ca_certs={authority}&ssl_cert_reqs=required")
    assert found.is_encrypted
    assert found.server["ssl_ca_certs"] == str(authority)
    assert "ssl_cert_reqs" not in found.server


def test_sentinels():
    found = parse("redis+sentinel://u:p%40@a:1,b,[::1]:2/the%20chat/3?sentinel_username=s&sentinel_password=t")
    assert found == RedisAddress(
        {"username": "u", "password": "p@", "db": 3},
        sentinels=(("a", 1), ("b", 26379), ("::1", 2)),
        service="the chat",
        of_sentinels={"username": "s", "password": "t"},
    )
    assert parse("redis+sentinel://a/chat").server == {"db": 0}


def test_sentinels_with_tls(tmp_path):
    (authority := tmp_path / "ca.pem").touch()
    found = parse(f"rediss+sentinel://a/chat?ssl_ca_certs={authority}")
    assert found.is_encrypted
    assert found.server["ssl_ca_certs"] == found.of_sentinels["ssl_ca_certs"] == str(authority)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("h:6379", "begins"), ("h", "begins"), ("http://s3cret@h", "begins"), ("redis:/h", "begins"),
        ("redis://h:s3cret", "host or a port"), ("redis://h:", "host or a port"), ("redis://h:70000", "host or a port"),
        ("redis://:s3cret/@h", "host or a port"), ("redis://[::1", "host or a port"),
        ("redis://::1]", "host or a port"),
        ("redis://h/s3cret", "database"), ("redis://h?db=s3cret", "database"), ("redis://h/٣", "database"),
        ("redis://h?s3cret=1", "only these"), ("redis://h?socket_timeout=60", "only these"),
        ("redis://h?ssl_ca_certs=/etc/hosts", "only these"), ("rediss://h?ssl_cert_reqs=none", "only these"),
        ("rediss://h?ssl_check_hostname=0", "only these"), ("rediss://h?ssl_ca_certs=/s3cret", "does not exist"),
        ("redis://h?sentinel_password=s3cret", "only these"), ("unix://", "path"),
        ("redis+sentinel://a,b,c", "name of the primary"), ("redis+sentinel:///chat", "host or a port"),
        ("redis+sentinel://a,,b/chat", "host or a port"), ("redis+sentinel://a/chat/first", "database"),
    ],
)  # fmt: skip
def test_what_is_none_is_a_sentence(url, word):
    with pytest.raises(UnusableAddress) as refused:
        parse(url)
    assert word in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_its_sentence_about_an_encoded_password_helps():
    with pytest.raises(UnusableAddress, match="%2F"):
        parse("redis://u:pass/word@h")
