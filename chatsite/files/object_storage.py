"""Uploaded files in an object store with the S3 API."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage

# With botocore's defaults, a store that hangs would block a request for five minutes.
CONNECT_SECONDS, READ_SECONDS, TRIES = 3, 10, 2


def client_config(*, connect: int, read: int, tries: int) -> Config:
    """As every store with the S3 API understands it: most know buckets by their path alone."""
    return Config(
        s3={"addressing_style": "path"},
        signature_version="s3v4",
        connect_timeout=connect,
        read_timeout=read,
        retries={"total_max_attempts": tries, "mode": "standard"},
    )


class ObjectStorage(S3Storage):
    """S3 with a timeout of half a minute in all. A request that meets it is answered with `storage_unavailable`."""

    def get_default_settings(self) -> dict[str, Any]:
        config = client_config(connect=CONNECT_SECONDS, read=READ_SECONDS, tries=TRIES)
        return super().get_default_settings() | {"client_config": config}
