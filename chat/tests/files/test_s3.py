"""The same pipeline on an object store: private, signed for a minute, cleaned by the same command."""

import io
import socket
import threading
import time
from contextlib import suppress
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from backups import buckets
from chat.models import Attachment
from chat.services.attachments import add_attachment
from chat.tests.files import samples
from chatsite.doctor.storage import keeping
from chatsite.file_checks import check_assets
from chatsite.files import installation
from chatsite.files.storage import FAILURES, names_in
from chatsite.http.errors import StorageUnavailable
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db


def sent(cast, data=None, name="photo.jpg") -> Attachment:
    upload = samples.upload(data or samples.jpeg(exif=samples.exif()), name)
    attachment, _ = add_attachment(cast.ben, chat_id=cast.chat.pk, upload=upload)
    attachment.message = cast.chat.messages.create(sender=cast.ben, sender_role="patient", message_type="file")
    attachment.save()
    return attachment


def test_it_keeps_files_there_and_private(cast, bucket, server, settings):
    attachment = sent(cast)
    assert names_in("chat_files") == {attachment.stored_name, attachment.thumbnail_name}
    client, name = bucket
    kept = client.get_object(Bucket=name, Key=f"chat_files/{attachment.stored_name}")["Body"].read()
    assert len(kept) == attachment.file_size
    assert b"Secret" not in kept
    unsigned = requests.get(f"{server}/{name}/chat_files/{attachment.stored_name}", timeout=5)
    assert unsigned.status_code == 403
    assert list(settings.ASSETS_ROOT.iterdir()) == []


def test_an_original_leaves_by_a_signed_url_of_one_minute(cast, bucket):
    attachment = sent(cast, samples.pdf(), "Été.pdf")
    answer = api_client(cast.ada).get(attachment.url)
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query["X-Amz-Expires"] == ["60"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    fetched = requests.get(answer["Location"], timeout=5)
    assert (fetched.status_code, fetched.content) == (200, samples.pdf())
    assert fetched.headers["Content-Type"] == "application/pdf"
    assert fetched.headers["Content-Disposition"] == "attachment; filename*=utf-8''%C3%89t%C3%A9.pdf"
    part = requests.get(answer["Location"], headers={"Range": "bytes=0-4"}, timeout=5)
    assert (part.status_code, part.content) == (206, b"%PDF-")


def test_a_stranger_gets_no_signature(cast, bucket):
    attachment = sent(cast)
    assert api_client(cast.ada).get(attachment.url).status_code == 302
    for who in (cast.cora, cast.dan):
        answer = api_client(who).get(attachment.url)
        assert answer.status_code == 404
        assert "Location" not in answer


def test_it_answers_head_itself(cast, bucket):
    attachment = sent(cast)
    answer = api_client(cast.ada).head(attachment.url)
    assert (answer.status_code, answer["Content-Length"]) == (200, str(attachment.file_size))


def test_thumbnails_are_served_by_us_so_that_browsers_keep_them(cast, bucket):
    attachment = sent(cast)
    client = api_client(cast.ada)
    answer = client.get(attachment.thumbnail_url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer.content.startswith(b"RIFF")
    assert client.get(attachment.thumbnail_url, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_it_reports_an_unavailable_store(cast, bucket, settings):
    attachment, failures = sent(cast), FAILURES._value.get()
    away = {**settings.STORAGES["default"]["OPTIONS"], "endpoint_url": "http://127.0.0.1:9"}
    away["client_config"] = boto3.session.Config(retries={"max_attempts": 0}, connect_timeout=1)
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": away}}
    with pytest.raises(StorageUnavailable):
        add_attachment(cast.ben, chat_id=cast.chat.pk, upload=samples.upload(samples.pdf(), "a.pdf"))
    assert Attachment.objects.count() == 1
    answer = api_client(cast.ada).get(attachment.thumbnail_url)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["error"] == "storage_unavailable"
    assert FAILURES._value.get() == failures + 2


def test_it_gives_up_a_store_that_hangs(cast, bucket, settings, monkeypatch):
    monkeypatch.setattr("chatsite.files.object_storage.READ_SECONDS", 0.1)
    tried = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Thread(target=_take, args=(silent, tried), daemon=True).start()
        hangs = {
            **settings.STORAGES["default"]["OPTIONS"],
            "endpoint_url": f"http://127.0.0.1:{silent.getsockname()[1]}",
        }
        settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": hangs}}
        begin = time.monotonic()
        with pytest.raises(StorageUnavailable):
            add_attachment(cast.ben, chat_id=cast.chat.pk, upload=samples.upload(samples.pdf(), "a.pdf"))
        assert time.monotonic() - begin < 30  # botocore itself would try for minutes
    # Twice whether there is such a file, and never to delete what it did not keep: each would take as long.
    assert [line.split()[0] for line in tried] == [b"HEAD", b"HEAD"]


def _take(silent, tried):
    """Take every request, and answer none."""
    kept = []
    with suppress(OSError):
        while True:
            client, _ = silent.accept()
            kept.append(client)
            tried.append(client.makefile("rb").readline())


def test_a_doctor_keeps_reads_and_deletes_a_file_there(bucket, settings):
    client, name = bucket
    assert keeping().sentence == "The bucket keeps, reads and deletes a file."
    assert "Contents" not in client.list_objects_v2(Bucket=name)
    settings.S3_BUCKET = "none"
    elsewhere = {**settings.STORAGES["default"]["OPTIONS"], "bucket_name": "none"}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": elsewhere}}
    answer = keeping()
    assert (answer.state, answer.sentence) == ("fault", "The bucket refused (NoSuchBucket).")
    assert "make it" in answer.remedy


def test_a_request_and_a_backup_wait_for_a_store_half_a_minute_at_most(bucket):
    of_request = default_storage.client_config
    assert of_request.retries["total_max_attempts"] * (of_request.connect_timeout + of_request.read_timeout) <= 30
    of_backup = buckets._connection().meta.client.meta.config
    assert (of_backup.connect_timeout, of_backup.read_timeout) == (3, 30)


def test_clean_files_works_there_too(cast, bucket, monkeypatch):
    attachment, lost = sent(cast), sent(cast)
    default_storage.delete(f"chat_files/{lost.thumbnail_name}")
    client, name = bucket
    client.put_object(Bucket=name, Key="chat_files/chat-file-stray.pdf", Body=b"x")
    installation.mark_store()
    out = io.StringIO()
    call_command("clean_files", stdout=out)
    assert "quarantined 0 files" in out.getvalue()
    tomorrow = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr("chat.services.cleaning.timezone.now", lambda: tomorrow)
    out = io.StringIO()
    call_command("clean_files", stdout=out)
    assert "quarantined: chat_files/chat-file-stray.pdf" in out.getvalue()
    assert f"missing: chat_files/{lost.thumbnail_name}" in out.getvalue()
    assert names_in("chat_files") == {attachment.stored_name, attachment.thumbnail_name, lost.stored_name}


def test_it_reports_that_the_credentials_are_missing(cast, bucket, settings, monkeypatch):
    attachment = sent(cast)
    # Else the library would ask the cloud for credentials.
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    without = {
        name: value
        for name, value in settings.STORAGES["default"]["OPTIONS"].items()
        if name not in ("access_key", "secret_key")
    }
    settings.S3_BUCKET = bucket[1]
    assert check_assets() == []
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": without}}
    assert [problem.id for problem in check_assets()] == ["chatsite.E013"]
    answer = api_client(cast.ada).get(attachment.url)
    assert (answer.status_code, answer.json()["error"]) == (503, "storage_unavailable")
