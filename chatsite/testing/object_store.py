"""An object store in memory, with the S3 API."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

REGION = "eu-west-3"


@contextmanager
def serving() -> Iterator[str]:
    """Its address. Any key is accepted."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def access(url: str) -> dict[str, str]:
    """What boto3 needs to reach it."""
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return keys | {"region_name": REGION, "endpoint_url": url}


def new_bucket(url: str) -> tuple[Any, str]:
    """A client, and the name of an empty bucket."""
    client, name = boto3.client("s3", **access(url)), f"chat-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return client, name
