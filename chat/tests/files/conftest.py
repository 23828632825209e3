"""An object store in memory, and one fixture for what must be the same on it and on a disk."""

import os
import runpy
from unittest import mock

import pytest
from django.conf import settings

from chatsite.testing import object_store

KEYS = {"access_key": "test", "secret_key": "test", "region_name": object_store.REGION}


@pytest.fixture(scope="module")
def server():
    with object_store.serving() as url:
        yield url


@pytest.fixture
def bucket(server, settings):
    """A private bucket of its own, as the default storage with the options of the real settings."""
    client, name = object_store.new_bucket(server)
    with mock.patch.dict(os.environ, {"S3_BUCKET": name, "S3_ENDPOINT_URL": server}):
        options = s3_options()
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


# Which database has the rows is the same to a bucket.
@pytest.fixture(params=["disk", pytest.param("s3", marks=pytest.mark.any_database)])
def store(request) -> str:
    """The default storage: once a folder, once a bucket."""
    if request.param == "s3":
        request.getfixturevalue("bucket")
    return request.param
