"""The checks of files: the store, its account, keys, and what tells the type of a file."""

from pathlib import Path
from unittest import mock

import pytest

from chatsite import file_checks
from chatsite.tests.problems import ids


class TestKeys:
    KEY, NUMBER = "A" * 43 + "=", "A" * 42 + "E"

    @pytest.fixture
    def files(self, settings, tmp_path):
        """The files of both keys, with what a test writes there."""
        settings.SECOND_FACTOR_KEYS, settings.PUSH_KEY = [], ""
        settings.SECOND_FACTOR_KEY_FILE, settings.PUSH_KEY_FILE = tmp_path / "second-factor.key", tmp_path / "push.key"
        return settings.SECOND_FACTOR_KEY_FILE, settings.PUSH_KEY_FILE

    def test_it_accepts_keys_and_none(self, files):
        assert file_checks.check_keys() == []
        for file, text in zip(files, (self.KEY, self.NUMBER), strict=True):
            file.write_text(f"{text}\n")
        assert file_checks.check_keys() == []

    @pytest.mark.parametrize("wrong", [b"", b"A" * 20, b"\xff\xfe", b"A" * 43])
    def test_it_refuses_a_file_that_has_none(self, files, wrong):
        for file in files:
            file.write_bytes(wrong)
        problems = file_checks.check_keys()
        assert ids(problems) == ["chatsite.E041"] * 2
        assert [str(file) in problem.msg for file, problem in zip(files, problems, strict=True)] == [True, True]

    def test_it_refuses_what_cannot_be_read(self, files):
        for file in files:
            file.mkdir()
        problems = file_checks.check_keys()
        assert ids(problems) == ["chatsite.E041"] * 2
        assert "Is a directory" in problems[0].msg

    def test_it_does_not_look_where_the_settings_have_them(self, settings, files):
        settings.SECOND_FACTOR_KEYS, settings.PUSH_KEY = [self.KEY], self.NUMBER
        for file in files:
            file.mkdir()
        assert file_checks.check_keys() == []


class TestAssets:
    def test_it_accepts_a_writable_folder(self, settings, tmp_path):
        settings.ASSETS_ROOT = tmp_path / "not" / "there yet"
        assert file_checks.check_assets() == []
        assert list(settings.ASSETS_ROOT.rglob("*.*")) == []

    def test_it_refuses_what_is_no_folder(self, settings):
        settings.ASSETS_ROOT = Path("/dev/null")
        assert ids(file_checks.check_assets()) == ["chatsite.E005"] * 3

    def test_it_refuses_a_folder_that_cannot_be_written(self, settings, tmp_path):
        settings.ASSETS_ROOT = tmp_path
        with mock.patch.object(
            file_checks.tempfile, "TemporaryFile", side_effect=PermissionError(13, "Permission denied")
        ):
            problems = file_checks.check_assets()
        assert ids(problems) == ["chatsite.E005"] * 3
        assert "Permission denied" in problems[0].hint

    def test_it_refuses_a_bucket_that_has_no_address(self, settings):
        options = {"bucket_name": "clinic", "endpoint_url": "store:9000", "region_name": "eu-west-3"}
        backend = {"BACKEND": "chatsite.files.object_storage.ObjectStorage", "OPTIONS": options}
        settings.S3_BUCKET, settings.STORAGES = "clinic", {**settings.STORAGES, "default": backend}
        assert ids(file_checks.check_assets()) == ["chatsite.E013"]
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "no.such.Storage"}}
        assert ids(file_checks.check_assets()) == ["chatsite.E013"]

    @pytest.mark.parametrize(
        ("key", "secret", "problem"),
        [(None, None, None), ("k", "s", None), ("k", None, "S3_SECRET_KEY"), (None, "s", "S3_ACCESS_KEY")],
    )
    def test_it_refuses_half_an_account(self, settings, key, secret, problem):
        settings.S3_ACCESS = settings.S3_ACCESS | {"aws_access_key_id": key, "aws_secret_access_key": secret}
        found = [one.msg.partition(" ")[0] for one in file_checks.check_account_of_bucket()]
        assert found == ([problem] if problem else [])

    def test_it_refuses_another_way_to_send_files(self, settings):
        settings.ASSETS_SERVED_BY = "ngnix"
        assert ids(file_checks.check_assets()) == ["chatsite.E012"]

    def test_it_does_not_look_where_files_go_to_s3(self, settings):
        settings.ASSETS_ROOT = Path("/dev/null")
        settings.S3_BUCKET = "clinic"
        assert file_checks.check_assets() == []


class TestLibmagic:
    def test_it_accepts_the_one_here(self):
        assert file_checks.check_libmagic() == []

    def test_it_refuses_to_go_without(self):
        with mock.patch.object(file_checks, "sniff_type", side_effect=ImportError("failed to find libmagic")):
            assert ids(file_checks.check_libmagic()) == ["chatsite.E006"]
