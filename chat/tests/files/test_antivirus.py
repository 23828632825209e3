"""The virus scanner: only its "OK" lets a file in, and without it none is stored."""

import pytest
from prometheus_client import REGISTRY

from chat import files
from chat.models import Attachment
from chat.tests.files import samples
from chatsite.files import antivirus
from chatsite.files.pictures import receive_picture
from chatsite.files.storage import names_in
from chatsite.http.errors import FileRefused, ScannerUnavailable
from chatsite.testing.clamd import FakeClamd


@pytest.fixture
def clamd(tmp_path, settings):
    with FakeClamd(str(tmp_path / "clamd.ctl")).serving() as clamd:
        settings.CLAMD_URL = ("unix", clamd.address)
        yield clamd


def counted(result: str) -> float:
    return REGISTRY.get_sample_value("chat_file_scans_total", {"result": result}) or 0


def is_up() -> float:
    return REGISTRY.get_sample_value("chat_scanner_up")


def kept() -> set[str]:
    return names_in("chat_files") | names_in("profiles")


def test_it_scans_every_file_as_it_was_sent(clamd):
    photo, before = samples.jpeg(exif=samples.exif()), counted("clean")
    files.receive(samples.upload(photo))
    files.receive(samples.upload(samples.pdf() * 40, "a.pdf"))
    receive_picture(samples.upload(samples.png(), "a.png"))
    assert clamd.streams == [photo, samples.pdf() * 40, samples.png()]
    assert counted("clean") == before + 3
    assert is_up() == 1


def test_it_is_reached_by_tcp_too(settings):
    with FakeClamd(("127.0.0.1", 0)).serving() as clamd:
        settings.CLAMD_URL = ("tcp", clamd.address)
        files.receive(samples.upload(samples.pdf(), "a.pdf"))
        assert clamd.streams == [samples.pdf()]


@pytest.mark.parametrize("receive", [files.receive, receive_picture])
def test_it_keeps_nothing_that_is_infected(clamd, receive):
    clamd.answer, before = b"stream: Eicar-Test-Signature FOUND\0", counted("infected")
    with pytest.raises(FileRefused) as refused:
        receive(samples.upload(samples.jpeg(), "a.jpg"))
    assert (refused.value.status, refused.value.code) == (400, "file_infected")
    assert kept() == set()
    assert counted("infected") == before + 1


@pytest.mark.parametrize(
    "answer", [b"stream: OK FOUNDER\0", b"INSTREAM size limit exceeded. ERROR\0", b"OK\0", b"", None]
)
def test_it_takes_nothing_but_ok_for_clean(clamd, answer, monkeypatch):
    monkeypatch.setattr(antivirus, "SECONDS", 0.2)
    clamd.answer, before = answer, counted("failed")
    for receive in (files.receive, receive_picture):
        with pytest.raises(ScannerUnavailable) as refused:
            receive(samples.upload(samples.jpeg(), "a.jpg"))
    assert (refused.value.status, refused.value.code, refused.value.retry_after) == (503, "scanner_unavailable", 30)
    assert kept() == set()
    assert counted("failed") == before + 2


@pytest.mark.django_db
def test_a_scanner_that_is_away_lets_no_file_in(client, cast, settings, tmp_path):
    settings.CLAMD_URL = ("unix", str(tmp_path / "none"))
    client.force_login(cast.ben)
    answer = client.post("/api/chat/attachments", {"chat_id": cast.chat.pk, "file": samples.upload(samples.jpeg())})
    assert (answer.status_code, answer.json()["error"]) == (503, "scanner_unavailable")
    assert answer.headers["Retry-After"] == "30"
    assert not Attachment.objects.exists()
    assert kept() == set()
    assert is_up() == 0


def test_without_an_address_nothing_is_asked(settings):
    settings.CLAMD_URL = None
    files.receive(samples.upload(samples.jpeg()))
    assert is_up() == 0
