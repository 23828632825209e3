"""Building blocks of the apps' schemas: envelopes, answers with an example, refusals as the API words them."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.utils import translation
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiRequest,
    OpenApiResponse,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import exceptions
from rest_framework import serializers as s

from chatsite.http.envelope import exception_handler, failure_body
from chatsite.http.errors import FileRefused
from chatsite.http.limits import max_megabytes
from chatsite.http.request_id import HEADER

ID = {"type": "integer", "format": "int64", "minimum": 1}
# An enum for those who write a client, and any text for a client that is older than a code.
CODE = {"anyOf": [{"$ref": "#/components/schemas/RefusalCode"}, {"type": "string"}]}

# An exception that the API answers. Where there is none: a status, and perhaps a code.
Refused = Exception | type[Exception] | tuple[int] | tuple[int, str]
_ANYWHERE: tuple[Refused, ...] = ((400,), exceptions.NotAcceptable, (500,), (500, "database_error"), (503,))
_WITH_A_BODY: tuple[Refused, ...] = (
    exceptions.ParseError("The body is not valid JSON."),
    RequestDataTooBig,
    TooManyFieldsSent,
    FileRefused("file_too_large", f"The request has 150.0 MB; a file may have {max_megabytes()} MB."),
    (411,),
    exceptions.UnsupportedMediaType("text/plain"),
)
_HEADERS = (
    OpenApiParameter(
        HEADER,
        str,
        OpenApiParameter.HEADER,
        description="A name of your own for this request, 8 to 64 letters, digits and hyphens: the log has it, too",
    ),
    OpenApiParameter(
        HEADER,
        str,
        OpenApiParameter.HEADER,
        response=True,
        description="By which the lines about this request are found in the log: yours, or a new one",
    ),
    OpenApiParameter(
        "Retry-After",
        int,
        OpenApiParameter.HEADER,
        response=[429, 503],
        description="Seconds to wait before the next try",
    ),
    OpenApiParameter(
        "WWW-Authenticate", str, OpenApiParameter.HEADER, response=[401], description="The scheme of authentication"
    ),
)


@extend_schema_field({"type": "integer", "format": "int64"})
class BigField(s.IntegerField):
    """A number that outgrows 32 bits."""


@extend_schema_field(ID)
class IdField(s.IntegerField):
    pass


@extend_schema_field(CODE)
class CodeField(s.CharField):
    """The stable code of a refusal."""


class RefusedFileSerializer(s.Serializer):
    index = s.IntegerField(help_text="Its place among the files, from 0")
    file_name = s.CharField()
    code = CodeField()
    message = s.CharField()


class RefusalSerializer(s.Serializer):
    """Every refusal: a sentence for people, a stable code for programs."""

    success = s.BooleanField(help_text="false")
    message = s.CharField(help_text="A sentence in the language of Accept-Language; in English by default")
    error = CodeField(help_text="A stable code. Each operation lists its codes; new ones may be added")
    mfa_token = s.CharField(required=False, help_text="With second_step_required only")
    methods = s.ListField(
        child=s.CharField(),
        required=False,
        help_text="With second_step_required only: whose codes the person may send, totp or recovery_codes",
    )

    set_up = s.URLField(required=False, help_text="With second_factor_required only: a page for the person")

    def get_fields(self) -> dict[str, s.Field]:
        """`errors` is the name of a property of every serializer, so it cannot be declared above."""
        refused = RefusedFileSerializer(many=True, required=False, help_text="With files_refused only")
        numbers = s.ListField(
            child=s.CharField(), required=False, help_text="With audit_unavailable only: whom to call in an emergency"
        )
        return {**super().get_fields(), "errors": refused, "emergency_numbers": numbers}


def shape(name: str, **fields: s.Field) -> type[s.Serializer]:
    """A named object with these fields: a single object even where the name of the view's action suggests a list."""
    return extend_schema_serializer(many=False)(type(f"{name}Serializer", (s.Serializer,), fields))


def envelope(name: str, **content: s.Field) -> type[s.Serializer]:
    """The shape `<name>Answer`: the documented envelope with this content."""
    return shape(f"{name}Answer", success=s.BooleanField(help_text="true"), message=s.CharField(), **content)


def body(
    of: type[s.Serializer], example: dict[str, Any], *, media_type: str = "application/json"
) -> dict[str, OpenApiRequest]:
    """What an operation takes, with an example. One media type: a generated client cannot choose between several."""
    return {media_type: OpenApiRequest(of, examples=[OpenApiExample("Request", value=example)])}


def answer(
    of: type[s.Serializer], message: str, example: dict[str, Any] | None = None, *, when: str = ""
) -> OpenApiResponse:
    """What an operation answers with this message; `when` describes the case where the message does not."""
    value = {"success": True, "message": message, **(example or {})}
    return OpenApiResponse(of, description=when or message, examples=[OpenApiExample(message, value=value)])


def path_text(name: str, example: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.PATH, examples=[OpenApiExample("Id", value=example)])


def operation(
    operation_id: str,
    summary: str,
    description: str,
    *,
    tag: str,
    answers: dict[int, OpenApiResponse],
    refusals: Iterable[Refused],
    request: dict[str, OpenApiRequest] | None = None,
    parameters: Iterable[OpenApiParameter] = (),
    anywhere: Iterable[Refused] = _ANYWHERE,
) -> dict[str, Any]:
    """The arguments of `extend_schema`, with the refusals that every operation may have."""
    return {
        "operation_id": operation_id,
        "summary": summary,
        "description": description,
        "tags": [tag],
        "request": request,
        "parameters": [*parameters, *_HEADERS],
        "responses": answers | _refused([*refusals, *(_WITH_A_BODY if request else ()), *anywhere]),
    }


def _refused(refusals: Iterable[Refused]) -> dict[int, OpenApiResponse]:
    """One answer for each status, with an example for each code."""
    bodies: dict[int, dict[str, dict[str, Any]]] = {}
    for refusal in refusals:
        status, content = _answer_to(refusal)
        bodies.setdefault(status, {}).setdefault(content["error"], content)
    return {
        status: OpenApiResponse(
            RefusalSerializer,
            description=", ".join(f"`{code}`" for code in by_code),
            examples=[OpenApiExample(code, value=content) for code, content in by_code.items()],
        )
        for status, by_code in sorted(bodies.items())
    }


def _answer_to(refusal: Refused) -> tuple[int, dict[str, Any]]:
    """The status and body with which the API answers."""
    if isinstance(refusal, tuple):
        return refusal[0], failure_body(*refusal)
    # Django translates its sentences; the API is in English.
    with translation.override("en"):
        answered = exception_handler(refusal() if isinstance(refusal, type) else refusal, {})
    return answered.status_code, answered.data
