"""An object store in memory, and one fixture for what must be the same on it and on a disk."""

import os
import runpy
import uuid
from unittest import mock

import boto3
import pytest
from django.conf import settings
from moto.server import ThreadedMotoServer

KEYS = {"access_key": "test", "secret_key": "test", "region_name": "eu-west-3"}


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server, settings):
    """A private bucket of its own, as the default storage with the options of the real settings."""
    name = f"chat-{uuid.uuid4().hex}"
    with mock.patch.dict(os.environ, {"S3_BUCKET": name, "S3_ENDPOINT_URL": server}):
        options = s3_options()
    client = boto3.client(
        "s3",
        endpoint_url=server,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name=KEYS["region_name"],
    )
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": KEYS["region_name"]})
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "chatsite.files.object_storage.ObjectStorage", "OPTIONS": {**options, **KEYS}},
    }
    return client, name


def s3_options() -> dict:
    """The options that `chatsite.settings` would use with S3_BUCKET in the environment."""
    with_bucket = runpy.run_path(str(settings.BASE_DIR / "chatsite" / "settings.py"))
    assert with_bucket["STORAGES"]["default"]["BACKEND"] == "chatsite.files.object_storage.ObjectStorage"
    return with_bucket["STORAGES"]["default"]["OPTIONS"]


@pytest.fixture(params=["disk", "s3"])
def store(request) -> str:
    """The default storage: once a folder, once a bucket."""
    if request.param == "s3":
        request.getfixturevalue("bucket")
    return request.param
