"""One process serves a SQLite file without Redis; and the address that is not free."""

import errno
import os
import socket
import subprocess
import sys

import pytest

from chatsite.serving import alone
from chatsite.serving.address import demand_free, listen


@pytest.fixture
def held(monkeypatch):
    found = []
    monkeypatch.setattr(alone, "_held", found)
    yield found
    for lock in found:
        lock.close()


@pytest.mark.sqlite
@pytest.mark.django_db
class TestAlone:
    def test_a_second_process_ends_with_a_sentence(self, settings, held):
        settings.REDIS_URL = ""
        alone.serve_alone()
        with pytest.raises(SystemExit, match=r"Another process serves .* already.*REDIS_URL"):
            alone.serve_alone()
        assert len(held) == 1

    def test_a_folder_that_cannot_be_written_is_named(self, settings, held, monkeypatch):
        settings.REDIS_URL = ""

        def refuse(path, mode):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

        monkeypatch.setattr("pathlib.Path.open", refuse)
        with pytest.raises(SystemExit, match=r"\.serving cannot be written \(Permission denied\)"):
            alone.serve_alone()

    def test_the_next_one_may_serve(self, settings, held):
        settings.REDIS_URL = ""
        alone.serve_alone()
        # As the inspecting children are started, which may live a moment longer.
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        held.pop().close()
        alone.serve_alone()
        child.communicate()

    def test_with_redis_any_number_may(self, settings, held):
        settings.REDIS_URL = "redis://h"
        alone.serve_alone()
        assert held == []


@pytest.mark.mysql
@pytest.mark.django_db
def test_a_server_is_for_any_number(settings, held):
    settings.REDIS_URL = ""
    alone.serve_alone()
    assert held == []


def test_an_address_that_is_taken_is_named(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.HOST, settings.PORT = taken.getsockname()
        for start in (listen, demand_free):
            with pytest.raises(SystemExit) as stop:
                start()
            sentence = str(stop.value)
            assert sentence.startswith(
                f"HOST 127.0.0.1 and PORT {settings.PORT} cannot be served: Address already in use."
            )


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_a_host_that_is_not_here_is_named(settings, host):
    settings.HOST = host
    with pytest.raises(SystemExit, match=rf"HOST {host} .* cannot be served: [^()]*\. HOST is an address"):
        demand_free()


def test_a_socket_that_was_given_is_not_asked_for(settings, monkeypatch):
    settings.HOST = "nowhere.invalid"
    monkeypatch.setitem(os.environ, "LISTEN_FDS", "1")
    demand_free()
