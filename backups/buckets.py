"""A bucket with the S3 API as the place of backups."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from backups.errors import BackupRefused

# Unlike that of the uploads, nobody waits for it. A bucket that cannot be reached is known in half a minute.
_CONNECT_SECONDS, _READ_SECONDS, _TRIES = 3, 30, 4
_ACCESS = "S3_ACCESS_KEY and S3_SECRET_KEY are wrong, or may not use the bucket: correct them, or give them the right."
_REMEDIES = {
    "NoSuchBucket": "There is no such bucket: make it, or correct the address.",
    "PermanentRedirect": "It is in another region: correct S3_REGION.",
    "AuthorizationHeaderMalformed": "It is in another region: correct S3_REGION.",
    "RequestTimeTooSkewed": "The clock of this machine is wrong: correct it.",
    **dict.fromkeys(["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403"], _ACCESS),
}
_UNREACHED = ("EndpointConnectionError", "ConnectTimeoutError", "ConnectionClosedError", "ReadTimeoutError", "SSLError")


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
    """What to do about an error of the bucket; None for what is none. boto3 raises any of several unrelated classes."""
    if type(error).__module__.split(".")[0] not in {"boto3", "botocore", "s3transfer", "urllib3"}:
        return None
    # An upload hides the answer behind an error of its own.
    response = getattr(error, "response", None) or getattr(error.__context__, "response", None) or {}
    code = response.get("Error", {}).get("Code", "")
    if code in _REMEDIES:
        return BackupRefused(f"The bucket refused ({code}). {_REMEDIES[code]}")
    if type(error).__name__ == "NoCredentialsError":
        return BackupRefused("For a bucket set S3_ACCESS_KEY and S3_SECRET_KEY.")
    names = {type(error).__name__, type(error.__context__).__name__}
    if names & set(_UNREACHED):
        return BackupRefused("The bucket cannot be reached. Is S3_ENDPOINT_URL right, and does its server answer?")
    return BackupRefused(f"The bucket refused: {error}")


def _connection() -> Any:
    try:
        import boto3

        from chatsite.files.object_storage import client_config
    except ImportError as error:
        raise BackupRefused("For a bucket install requirements/s3.txt.") from error
    config = client_config(connect=_CONNECT_SECONDS, read=_READ_SECONDS, tries=_TRIES)
    return boto3.resource("s3", **settings.S3_ACCESS, config=config)
