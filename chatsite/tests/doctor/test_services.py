"""What a doctor asks of files, disks, mail, scanner and clocks."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chatsite.doctor import clock, disk, mail, scanner, storage
from chatsite.doctor.questions import State
from chatsite.files import installation
from chatsite.models import Installation
from chatsite.testing.clamd import FakeClamd
from chatsite.testing.mail_server import mail_server

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class TestStorage:
    def test_a_folder_keeps_reads_and_deletes(self, settings):
        assert storage.keeping().state == State.OK
        assert list(settings.ASSETS_ROOT.iterdir()) == []

    def test_one_that_keeps_nothing_is_a_fault(self, settings, tmp_path):
        (tmp_path / "file").touch()
        settings.ASSETS_ROOT = settings.MEDIA_ROOT = tmp_path / "file"
        answer = storage.keeping()
        assert (answer.state, "could not keep a file" in answer.sentence) == (State.FAULT, True)
        assert "ASSETS_ROOT" in answer.remedy

    def test_one_that_gives_back_other_bytes_is_a_fault(self, monkeypatch):
        monkeypatch.setattr(default_storage, "open", lambda name: ContentFile(b"other"), raising=False)
        assert "other bytes" in storage.keeping().sentence

    def test_half_an_account_is_what_the_settings_say_and_no_bucket_is_asked(self, settings, monkeypatch):
        settings.S3_ACCESS = settings.S3_ACCESS | {"aws_access_key_id": "key", "aws_secret_access_key": None}
        monkeypatch.setattr(storage, "is_object_store", lambda store: True)
        assert storage.keeping() is None
        assert storage.mark() is None
        settings.S3_ACCESS = settings.S3_ACCESS | {"aws_access_key_id": None}
        assert storage.keeping().state == State.OK

    @pytest.mark.django_db
    def test_the_mark_is_that_of_the_database(self):
        Installation.the_one()
        Installation.objects.update(marked_store=False)
        assert storage.mark().state == State.OK
        installation.mark_store()
        assert storage.mark().state == State.OK
        Installation.objects.update(uid="another")
        assert storage.mark().state == State.FAULT
        default_storage.delete(installation.FILE)
        assert storage.mark().state == State.WARNING


class TestDisk:
    def test_each_disk_is_said_once(self, settings, tmp_path):
        settings.VAR_DIR = tmp_path
        sentences = [answer.sentence for answer in disk.room()]
        assert len(sentences) == len(set(sentences)) >= 1

    @pytest.mark.parametrize(
        ("limit", "state"), [("_TOO_LITTLE", State.FAULT), ("_LITTLE", State.WARNING), ("_FEW_NAMES", State.WARNING)]
    )
    def test_little_room_is_said(self, monkeypatch, tmp_path, limit, state):
        monkeypatch.setattr(disk, "_LITTLE", 0)
        monkeypatch.setattr(disk, "_TOO_LITTLE", 0)
        monkeypatch.setattr(disk, limit, 0.05 if limit == "_FEW_NAMES" else 2)
        names = SimpleNamespace(f_bavail=1, f_bfree=1, f_frsize=1, f_blocks=1, f_files=100)
        names.f_favail = 1 if limit == "_FEW_NAMES" else 100
        monkeypatch.setattr("os.statvfs", lambda folder: names)
        assert disk._of(tmp_path).state == state

    def test_var_has_to_be_written(self, settings, tmp_path):
        settings.VAR_DIR = tmp_path / "var"
        assert disk.var().state == State.OK
        (tmp_path / "file").touch()
        settings.VAR_DIR = tmp_path / "file"
        assert disk.var().state == State.FAULT


class TestMail:
    @pytest.fixture
    def smtp(self, settings):
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "chat", "s3cret"
        return settings

    @pytest.mark.parametrize(
        ("answers", "words"),
        [
            ({}, "answers, and takes the password"),
            ({"AUTH": "535 s3cret is wrong"}, "refuses the user or the password"),
            ({"EHLO": "250 mail.test"}, "no STARTTLS or no sign-in"),
        ],
    )
    def test_it_shakes_hands(self, smtp, answers, words):
        with mail_server(answers) as smtp.EMAIL_PORT:
            answer = mail.server()
        assert words in answer.sentence
        assert answer.state == (State.OK if not answers else State.FAULT)
        assert "s3cret" not in str(answer)

    def test_it_waits_no_longer_than_for_a_mail(self, smtp):
        assert smtp.EMAIL_TIMEOUT == 5
        smtp.EMAIL_TIMEOUT = 0.2
        begin = time.monotonic()
        with mail_server(greets=False) as smtp.EMAIL_PORT:
            answer = mail.server()
        assert (answer.state, "is silent for" in answer.sentence) == (State.FAULT, True)
        assert time.monotonic() - begin < 4

    def test_nobody_there_is_a_fault(self, smtp):
        smtp.EMAIL_PORT = 1
        assert "No mail server answers" in mail.server().sentence
        smtp.EMAIL_HOST = "nowhere.invalid"
        assert "has no address" in mail.server().sentence

    def test_without_encryption_it_has_to_be_this_machine(self, smtp, monkeypatch):
        monkeypatch.setattr(mail, "_AT_HOME", ())
        with mail_server() as smtp.EMAIL_PORT:
            assert "without encryption" in mail.server().sentence

    def test_a_backend_that_sends_nothing_is_a_warning_in_production(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        settings.DEBUG = True
        assert mail.server().state == State.OK
        settings.DEBUG = False
        assert mail.server().state == State.WARNING

    @pytest.mark.parametrize(
        ("answers", "words"),
        [
            ({"DATA": "354 go", ".": "250 taken"}, "took the mail"),
            ({"MAIL": "550 s3cret"}, "refuses FROM_EMAIL"),
            ({"RCPT": "550 s3cret"}, "refuses the recipient"),
        ],
    )
    def test_it_sends_one_on_demand(self, smtp, answers, words):
        quiet = dict.fromkeys(("FROM:", "TO:"), "250 yes")
        with mail_server(quiet | answers) as smtp.EMAIL_PORT:
            answer = mail.send("it@clinic.fr")
        assert words in answer.sentence
        assert "s3cret" not in str(answer)


class TestScanner:
    def test_there_need_be_none(self, settings):
        settings.CLAMD_URL = None
        assert scanner.scanner() is None

    @pytest.mark.parametrize(
        ("said", "state"),
        [(b"stream: OK\0", "ok"), (b"", "fault"), (b"INSTREAM size limit exceeded. ERROR\0", "fault")],
    )
    def test_it_scans_a_file_as_large_as_any(self, settings, said, state):
        clamd = FakeClamd(("127.0.0.1", 0))
        clamd.answer = said
        settings.CLAMD_URL = ("tcp", clamd.address)
        with clamd.serving():
            assert scanner.scanner().state == state
        assert clamd.streams[0] == bytes(settings.CHAT_MAX_FILE_BYTES)

    def test_one_that_is_away_is_a_fault(self, settings):
        settings.CLAMD_URL = ("tcp", ("127.0.0.1", 1))
        assert scanner.scanner().state == State.FAULT


@pytest.mark.parametrize(("apart", "state"), [(0, "ok"), (-1.5, "ok"), (5, "warning"), (-5, "warning"), (90, "fault")])
def test_clocks_may_be_two_seconds_apart(apart, state):
    assert clock.judged("Redis", time.time() + apart, asked_at=time.time()).state == state


def test_the_time_that_an_answer_takes_is_no_difference():
    assert clock.judged("Redis", time.time() - 8, asked_at=time.time() - 10).state == "ok"


def test_it_says_what_time_it_is_there():
    assert "Europe/Paris" in clock.zone().sentence


def test_a_path_in_a_sentence_is_one_of_ours(settings):
    settings.VAR_DIR = Path("/proc/nowhere")
    assert str(settings.VAR_DIR) in disk.var().sentence
