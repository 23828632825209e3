"""`manage.py check_files`, and the look at a file after somebody opened it."""

import logging
from unittest import mock

import pytest
from botocore import exceptions
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from chat.files import checking
from chat.files.checking import Checker
from chat.files.names import file_path
from chat.services.attachments import add_attachment
from chat.tests.files import samples
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def attachment(cast):
    return add_attachment(cast.ben, chat_id=cast.chat.pk, upload=samples.upload(samples.pdf(), "canary.pdf"))[0]


def change(attachment, data: bytes = b"another") -> None:
    path = file_path(attachment.stored_name)
    default_storage.delete(path)
    if data:
        default_storage.save(path, ContentFile(data))


def test_it_says_that_all_is_well(attachment, capsys):
    call_command("check_files")
    assert "1 files are what was stored" in capsys.readouterr().out


@pytest.mark.parametrize(("data", "fault"), [(b"another", "changed"), (b"", "missing")])
def test_it_names_what_is_wrong(attachment, capsys, data, fault):
    change(attachment, data)
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("check_files")
    said = capsys.readouterr().out
    assert f"{fault}: chat_files/{attachment.stored_name}" in said
    assert "canary" not in said


def test_it_stops_where_a_bucket_does_not_answer(attachment, capsys, monkeypatch):
    """Or it would call each file one to restore."""
    away = exceptions.EndpointConnectionError(endpoint_url="http://canary")
    monkeypatch.setattr(default_storage, "open", mock.Mock(side_effect=away))
    with pytest.raises(CommandError, match="The bucket cannot be reached"):
        call_command("check_files")
    assert capsys.readouterr().out == ""


def test_a_download_has_the_file_looked_at(cast, attachment, monkeypatch):
    noted = []
    monkeypatch.setattr(checking.checker, "note", lambda *about: noted.append(about))
    assert api_client(cast.ben).get(attachment.url).status_code == 200
    assert noted == [(attachment.stored_name, attachment.sha256)]


def test_a_changed_file_is_told_once_a_day(attachment, caplog, monkeypatch):
    change(attachment)
    monkeypatch.setattr(Checker, "_start", lambda self: None)
    checker, before = Checker(), checking.CHANGED._value.get()
    for _ in range(2):
        checker.note(attachment.stored_name, attachment.sha256)
    assert checker._files.qsize() == 1
    with caplog.at_level(logging.ERROR, "chat.files"):
        checker.check(*checker._files.get())
    assert f"a stored file was changed: chat_files/{attachment.stored_name}" in caplog.text
    assert checking.CHANGED._value.get() == before + 1
