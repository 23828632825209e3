"""Uploaded files in an object store with the S3 API."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage

# With botocore's defaults, a store that hangs would block a request for five minutes.
CONNECT_SECONDS, READ_SECONDS, TRIES = 3, 10, 2


class ObjectStorage(S3Storage):
    """S3 with a timeout of half a minute in all. A request that meets it is answered with `storage_unavailable`."""

    def get_default_settings(self) -> dict[str, Any]:
        config = Config(
            s3={"addressing_style": "path"},
            signature_version="s3v4",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
        )
        return super().get_default_settings() | {"client_config": config}
