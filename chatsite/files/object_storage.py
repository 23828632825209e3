"""Uploaded files in an object store with the S3 API."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage

# With botocore's defaults, a store that hangs would block a request for five minutes.
CONNECT_SECONDS, READ_SECONDS, TRIES = 3, 10, 2


def client_config(*, read_seconds: float | None = None, tries: int = TRIES) -> Config:
    """Limits for each answer of the store; by default those of a request."""
    return Config(
        s3={"addressing_style": "path"},
        signature_version="s3v4",
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds or READ_SECONDS,
        retries={"total_max_attempts": tries, "mode": "standard"},
    )


class ObjectStorage(S3Storage):
    """S3 with a timeout of half a minute in all. A request that meets it is answered with `storage_unavailable`."""

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {"client_config": client_config()}
