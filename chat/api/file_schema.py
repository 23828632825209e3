"""The OpenAPI description of `/assets/chat_files/<name>`, whose view (`chat.pages.files`) does not use DRF."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from chat.api import examples
from chat.errors import FileRetracted
from chatsite.http.errors import StorageUnavailable
from chatsite.http.openapi import operation

_PATH = "/assets/chat_files/{name}"


def _header(name: str, description: str, *, response: list[int] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, response=response or False)


def _bytes(description: str) -> OpenApiResponse:
    return OpenApiResponse(OpenApiTypes.BINARY, description=description)


# By status, or by status and media type.
_ANSWERS: dict[Any, OpenApiResponse] = {
    (200, "*/*"): _bytes("The file, in the media type of its attachment; a thumbnail is WebP"),
    (206, "*/*"): _bytes("The bytes that were asked for"),
    302: OpenApiResponse(description="To an address signed for one minute, where an object store sends the bytes"),
    304: OpenApiResponse(description="As one has it"),
    416: OpenApiResponse(description="The range is not in the file"),
}
FILE = operation(
    "get_file",
    "Get a file or its thumbnail",
    "At the `file_url` and `thumbnail_url` of attachments, for the two people of the chat and, before a message takes "
    "it, for its uploader. To anybody else there is nothing here. Originals are never kept by a browser (`no-store`).",
    tag="Messages",
    parameters=[
        OpenApiParameter(
            "name",
            str,
            OpenApiParameter.PATH,
            examples=[OpenApiExample("Name", value=examples.PHOTO_FILE["file_url"].rpartition("/")[2])],
        ),
        _header("Range", "One range of bytes; several, or another unit, mean the whole file"),
        _header("If-Range", "The ETag of the file that the range is of"),
        _header("If-None-Match", "The ETag of what one has"),
        _header("ETag", "Of the file", response=[200, 206, 304, 416]),
        _header("Content-Range", "Which bytes of how many", response=[206, 416]),
        _header("Location", "The signed address", response=[302]),
    ],
    answers=_ANSWERS,
    refusals=[exceptions.NotAuthenticated, (404,), FileRetracted, StorageUnavailable],
    anywhere=(),
)


class _ChatFile(APIView):
    """Represents the view in the schema; no address leads here."""

    @extend_schema(**FILE)
    def get(self, request: Request, name: str) -> None:
        """Is described, and never called."""


def add_files(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The endpoints of the schema, with the one that DRF does not know."""
    return [*endpoints, (_PATH, _PATH, "GET", _ChatFile.as_view())]
