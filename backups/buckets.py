"""A bucket with the S3 API as the place of backups."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from backups.errors import BackupRefused
from chatsite.files.bucket_failures import INSTALL, meaning_of

# Unlike that of the uploads, nobody waits for it. A bucket that cannot be reached is known in half a minute.
_CONNECT_SECONDS, _READ_SECONDS, _TRIES = 3, 30, 4


class Bucket:
    """Reached as the store of uploads is: S3_ACCESS_KEY, S3_SECRET_KEY, S3_REGION, S3_ENDPOINT_URL."""

    def __init__(self, bucket: str, folder: str) -> None:
        self._prefix = f"{folder}/" if folder else ""
        self._bucket = _connection().Bucket(bucket)

    def put(self, name: str, source: Path) -> None:
        self._bucket.upload_file(str(source), self._prefix + name)

    def get(self, name: str) -> IO[bytes]:
        from botocore.exceptions import ClientError

        try:
            return self._bucket.Object(self._prefix + name).get()["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                raise FileNotFoundError(name) from error
            raise

    def sizes(self, folder: str) -> dict[str, int]:
        return dict(self._sizes(self._prefix + folder))

    def _sizes(self, prefix: str) -> Iterator[tuple[str, int]]:
        for found in self._bucket.objects.filter(Prefix=prefix):
            yield found.key.removeprefix(self._prefix), found.size

    def drop(self, name: str) -> None:
        self._bucket.Object(self._prefix + name).delete()


def refusal_of(error: Exception) -> BackupRefused | None:
    """What to do about an error of the bucket; None for what is none."""
    meaning = meaning_of(error)
    return BackupRefused(str(meaning)) if meaning else None


def _connection() -> Any:
    try:
        import boto3

        from chatsite.files.object_storage import client_config
    except ImportError as error:
        raise BackupRefused(f"A bucket needs a package. {INSTALL}") from error
    config = client_config(connect=_CONNECT_SECONDS, read=_READ_SECONDS, tries=_TRIES)
    return boto3.resource("s3", **settings.S3_ACCESS, config=config)
