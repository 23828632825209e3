"""Clients of real servers: with TLS, with the rights of the documentation, and of the primary that sentinels name."""

import subprocess
from contextlib import ExitStack

import pytest
import redis
from django.conf import settings

from chatsite import redis_clients
from chatsite.testing.certificates import write_certificate
from chatsite.testing.redis_servers import RedisServer

pytestmark = pytest.mark.scripts


@pytest.fixture(scope="module", autouse=True)
def _installed():
    subprocess.run([settings.BASE_DIR / "bin/packages", "redis-server"], check=True)


@pytest.fixture
def start(tmp_path):
    with ExitStack() as stack:

        def begin(*lines, **options):
            server = RedisServer(tmp_path, *lines, **options).start()
            stack.callback(server.kill)
            return server

        yield begin


@pytest.fixture
def encrypted(start, tmp_path):
    """Starts a server that speaks TLS alone. `other.pem` is an authority that it has nothing to do with."""
    certificate = tmp_path / "certificate.pem"
    write_certificate(certificate)
    write_certificate(tmp_path / "other.pem")
    files = [f"tls-{name} {certificate}" for name in ("cert-file", "key-file", "ca-cert-file")]

    def begin(*lines, **options):
        tls = ("port 0", "tls-port {port}", *files, "tls-auth-clients no", "tls-replication yes")
        return start(*tls, *lines, ssl=True, ssl_ca_certs=str(certificate), **options)

    return begin


class TestTls:
    @pytest.fixture
    def server(self, encrypted):
        return encrypted()

    async def test_it_verifies_with_the_authority_of_the_address(self, server, tmp_path):
        url = f"rediss://127.0.0.1:{server.port}?ssl_ca_certs={tmp_path}/certificate.pem"
        assert redis_clients.client(url, patience=5).ping()
        async with redis_clients.listening(url, patience=5) as client:
            assert await client.ping()

    @pytest.mark.parametrize(
        "url",
        [
            "rediss://127.0.0.1:{port}",
            "rediss://127.0.0.1:{port}?ssl_ca_certs={folder}/other.pem",
            "rediss://localhost:{port}?ssl_ca_certs={folder}/certificate.pem",
            "redis://127.0.0.1:{port}",
        ],
    )
    async def test_it_refuses_what_it_cannot_verify(self, server, tmp_path, url):
        url = url.format(port=server.port, folder=tmp_path)
        with pytest.raises(redis.ConnectionError):
            redis_clients.client(url, patience=5).ping()
        with pytest.raises(redis.ConnectionError):
            async with redis_clients.listening(url, patience=5) as client:
                await client.ping()


class TestSentinels:
    @pytest.fixture
    def primary(self, start):
        return start()

    @pytest.fixture
    def sentinel(self, start, primary):
        return start(f"sentinel monitor chat 127.0.0.1 {primary.port} 1", sentinel=True)

    async def test_it_reaches_the_primary_that_one_of_them_names(self, primary, sentinel):
        url = f"redis+sentinel://127.0.0.1:1,127.0.0.1:{sentinel.port}/chat"
        with redis_clients.client(url, patience=5) as client:
            assert client.set("here", 1)
        async with redis_clients.listening(url, patience=5) as client:
            assert await client.get("here") == b"1"

    async def test_it_reaches_both_by_tls(self, encrypted, tmp_path):
        primary = encrypted()
        sentinel = encrypted(f"sentinel monitor chat 127.0.0.1 {primary.port} 1", sentinel=True)
        url = f"rediss+sentinel://127.0.0.1:{sentinel.port}/chat?ssl_ca_certs={tmp_path}"
        assert redis_clients.client(f"{url}/certificate.pem", patience=5).ping()
        async with redis_clients.listening(f"{url}/certificate.pem", patience=5) as client:
            assert await client.ping()
        with pytest.raises(redis.ConnectionError):
            redis_clients.client(f"{url}/other.pem", patience=5).ping()

    @pytest.mark.parametrize("name", ["chat", "another"])
    async def test_it_uses_none_that_is_no_primary(self, start, primary, sentinel, name):
        """As a sentinel that has not heard of the failover would name it."""
        url = f"redis+sentinel://127.0.0.1:{sentinel.port}/{name}"
        other = start()
        primary.ask("REPLICAOF", "127.0.0.1", other.port)
        with pytest.raises(redis.ConnectionError):
            redis_clients.client(url, patience=5).publish("chat", "to nobody")
        with pytest.raises(redis.ConnectionError):
            async with redis_clients.listening(url, patience=5) as client:
                await client.publish("chat", "to nobody")
