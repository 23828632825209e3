"""The OpenAPI description of `/assets/chat_files/<name>`, whose view (`chat.pages.files`) does not use DRF."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.errors import SecondFactorRequired, SignInLocked
from audit.errors import AuditUnavailable
from chat.api import examples
from chat.errors import FileRetracted
from chatsite.http.errors import StorageUnavailable
from chatsite.http.openapi import operation

_PATH = "/assets/chat_files/{name}"


def _header(name: str, description: str, *, response: list[int] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, response=response or False)


def _bytes(description: str) -> OpenApiResponse:
    return OpenApiResponse(OpenApiTypes.BINARY, description=description)


_WHOLE = _bytes("The file, in the media type of its attachment; a thumbnail is WebP")
_PART = _bytes("The requested range of bytes")
# By status, or by status and media type. A generated client knows that the general one is bytes.
_ANSWERS: dict[Any, OpenApiResponse] = {
    (200, "application/octet-stream"): _WHOLE,
    (200, "*/*"): _WHOLE,
    (206, "application/octet-stream"): _PART,
    (206, "*/*"): _PART,
    302: OpenApiResponse(description="To an address signed for one minute, if the files are in an object store"),
    304: OpenApiResponse(description="The file is the one that the client already has"),
    416: OpenApiResponse(description="The range is not in the file"),
}
FILE = operation(
    "get_file",
    "Get a file or its thumbnail",
    "The `file_url` and `thumbnail_url` of attachments lead here. The two people of the chat may get the file; before "
    "it is sent in a message, only its uploader may. Anybody else receives 404. Browsers do not store originals "
    "(`no-store`).",
    tag="Messages",
    parameters=[
        OpenApiParameter(
            "name",
            str,
            OpenApiParameter.PATH,
            examples=[OpenApiExample("Name", value=examples.PHOTO_FILE["file_url"].rpartition("/")[2])],
        ),
        _header("Range", "One range of bytes; several ranges, or another unit, return the whole file"),
        _header("If-Range", "The ETag of the file to which the range belongs"),
        _header("If-None-Match", "The ETag of the file that the client already has"),
        _header("ETag", "The version of the file", response=[200, 206, 304, 416]),
        _header("Content-Range", "The range that is sent, and the size of the file", response=[206, 416]),
        _header("Location", "The signed address", response=[302]),
    ],
    answers=_ANSWERS,
    refusals=[
        exceptions.NotAuthenticated,
        SecondFactorRequired,
        (404,),
        FileRetracted,
        SignInLocked,
        StorageUnavailable,
        AuditUnavailable,
    ],
    anywhere=(),
)


class _ChatFile(APIView):
    """Represents the view in the schema; no address leads here."""

    @extend_schema(**FILE)
    def get(self, request: Request, name: str) -> None:
        """Describes the endpoint; it is never called."""


def add_files(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the endpoints of the schema with this one, which DRF does not know."""
    return [*endpoints, (_PATH, _PATH, "GET", _ChatFile.as_view())]
