"""Uploaded files in an object store that speaks S3."""

from botocore.config import Config
from storages.backends.s3 import S3Storage

# botocore's own would keep a request for five minutes behind a store that hangs.
CONNECT_SECONDS, READ_SECONDS, TRIES = 3, 10, 2


class ObjectStorage(S3Storage):
    """S3 that is given up in half a minute; what it raises then is answered as `storage_unavailable`."""

    def get_default_settings(self) -> dict:
        config = Config(
            s3={"addressing_style": "path"},
            signature_version="s3v4",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
        )
        return super().get_default_settings() | {"client_config": config}
