"""Backups in a bucket: as those in a folder, and what is wrong with a bucket is a sentence."""

import os
import urllib.request
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from backups import buckets
from backups.errors import BackupRefused
from backups.places import place_at
from backups.sealing import Open, opener, seal_for
from backups.services import reading
from backups.services.make import make, prune
from backups.services.verify import verify
from backups.tests.conftest import FILE, TEXTS
from bench.stack import free_port
from chatsite.testing import object_store

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
AGE = """#!/bin/sh
while [ $# -gt 1 ]; do case $1 in --output) out=$2;; --decrypt) how=-d;; esac; shift; done
base64 $how < "$1" > "$out"
"""


@pytest.fixture(scope="module")
def server():
    with object_store.serving() as url:
        yield url


@pytest.fixture
def bucket(server, settings, monkeypatch):
    """A client, the name of a bucket, and the settings that reach it."""
    settings.S3_ACCESS = object_store.access(server)
    monkeypatch.setattr(buckets, "_TRIES", 1)
    return object_store.new_bucket(server)


@pytest.fixture
def address(bucket):
    return f"s3://{bucket[1]}/clinic"


def keys(bucket) -> set[str]:
    client, name = bucket
    return {found["Key"] for found in client.list_objects_v2(Bucket=name).get("Contents", [])}


def there(server: str) -> dict[str, str]:
    """The settings of another machine that reaches it."""
    return {"S3_ACCESS_KEY": "k", "S3_SECRET_KEY": "s", "S3_REGION": object_store.REGION, "S3_ENDPOINT_URL": server}


def texts_of(elsewhere) -> list[str]:
    code = "from chat.models import Message\nprint(json.dumps(list(Message.objects.order_by('pk')"
    return elsewhere.ask(f"{code}.values_list('message_text', flat=True))))")


def test_it_keeps_what_is_new_and_all_comes_back(conversation, bucket, address, server, elsewhere, tmp_path):
    place = place_at(address)
    first = make(place, Open(), now=NOW)
    before = bucket[0].head_object(Bucket=bucket[1], Key=f"clinic/files/{FILE}")["LastModified"]
    default_storage.save("chat_files/chat-file-01.pdf", ContentFile(b"%PDF-2"))
    second = make(place, Open(), now=NOW.replace(hour=11))
    assert bucket[0].head_object(Bucket=bucket[1], Key=f"clinic/files/{FILE}")["LastModified"] == before
    assert verify(place, second, Open(), now=NOW) == []
    assert prune(place, keep=1) == [first.name]
    parts = {f"{second.name}/database.gz", f"{second.name}/manifest.json", *(f"files/{path}" for path in second.files)}
    assert keys(bucket) == {f"clinic/{part}" for part in parts}

    elsewhere.environment |= there(server)
    done = elsewhere.run("restore", address)
    assert (done.returncode, done.stderr) == (0, "")
    assert texts_of(elsewhere) == TEXTS
    assert (tmp_path / "elsewhere" / FILE).read_bytes() == b"%PDF"


def test_it_is_encrypted(conversation, bucket, address, server, elsewhere, tmp_path, monkeypatch):
    (tmp_path / "age").write_text(AGE)
    (tmp_path / "age").chmod(0o755)
    (tmp_path / "key.txt").touch()
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    manifest = make(place_at(address), seal_for("age1xyz"), now=NOW)
    assert f"clinic/{manifest.name}/secrets.json" in keys(bucket)
    client, name = bucket
    assert b"%PDF" not in client.get_object(Bucket=name, Key=f"clinic/files/{FILE}")["Body"].read()
    with pytest.raises(BackupRefused, match="encrypted to age1xyz: go on so, or begin a new place"):
        make(place_at(address), Open(), now=NOW.replace(hour=11))
    # Without the private key it is compared as it is.
    assert verify(place_at(address), manifest, opener("age"), now=NOW) == []

    elsewhere.environment |= there(server)
    assert "--identity" in elsewhere.run("restore", address).stderr
    done = elsewhere.run("restore", address, "--identity", str(tmp_path / "key.txt"))
    assert (done.returncode, done.stderr) == (0, "")
    assert texts_of(elsewhere) == TEXTS


def test_one_that_broke_off_counts_for_nothing(conversation, bucket, address, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(buckets.Bucket, "put", break_at(2))
        with pytest.raises(ConnectionAbortedError):
            make(place_at(address), Open(), now=NOW)
    assert len(keys(bucket)) == 1
    with pytest.raises(BackupRefused, match="no finished backup"):
        reading.choose(place_at(address), "")

    whole = make(place_at(address), Open(), now=NOW.replace(hour=11))
    assert verify(place_at(address), whole, Open(), now=NOW) == []
    prune(place_at(address), keep=3)
    assert {key.split("/")[1] for key in keys(bucket)} == {whole.name, "files"}


def break_at(number: int):
    put, calls = buckets.Bucket.put, iter(range(1, number + 1))

    def broken(self, name, source):
        if next(calls) == number:
            raise ConnectionAbortedError
        put(self, name, source)

    return broken


@pytest.mark.parametrize("command", ["backup", "verify_backup", "restore"])
def test_what_is_wrong_with_it_is_a_sentence(bucket, server, settings, command, cast):
    with pytest.raises(CommandError, match=r"NoSuchBucket.*make it, or correct the address"):
        call_command(command, "s3://chat-that-is-not-there")

    settings.S3_ACCESS |= {"endpoint_url": f"http://127.0.0.1:{free_port()}"}
    with pytest.raises(CommandError, match=r"cannot be reached\. Is S3_ENDPOINT_URL right"):
        call_command(command, f"s3://{bucket[1]}")

    settings.S3_ACCESS |= {"endpoint_url": server}
    demand_keys(server, b"0")
    try:
        with pytest.raises(CommandError, match=r"\(InvalidAccessKeyId\). S3_ACCESS_KEY and S3_SECRET_KEY are wrong"):
            call_command(command, f"s3://{bucket[1]}")
    finally:
        demand_keys(server, b"inf")


def test_an_upload_that_is_refused_is_a_sentence(conversation, bucket, address, server, monkeypatch):
    """The upload itself has an error of its own, which hides why."""
    dump = make.__globals__["dumps"].dump

    def dump_and_lock(target):
        size = dump(target)
        demand_keys(server, b"0")
        return size

    monkeypatch.setattr("backups.services.make.dumps.dump", dump_and_lock)
    try:
        with pytest.raises(CommandError, match="S3_ACCESS_KEY and S3_SECRET_KEY are wrong"):
            call_command("backup", address)
    finally:
        demand_keys(server, b"inf")


def demand_keys(server: str, after: bytes):
    """From so many requests on, the store knows only keys that were made there: none."""
    kind = {"Content-Type": "text/plain"}
    urllib.request.urlopen(urllib.request.Request(f"{server}/moto-api/reset-auth", after, kind)).close()
