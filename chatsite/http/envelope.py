"""The documented envelope: every answer under /api/ has `success` and `message`, errors a stable code in `error`."""

import logging
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _
from rest_framework import exceptions
from rest_framework.response import Response

from chatsite.database.failures import in_brief
from chatsite.http.errors import Refusal
from chatsite.http.keeping import keep_nowhere
from chatsite.http.limits import MAX_FILES, is_for_programs
from chatsite.http.sentences import sentence, translated

logger = logging.getLogger("chat.api")

_BY_STATUS = {
    400: ("bad_request", _("The request could not be understood.")),
    401: ("not_authenticated", _("Sign in first: send a valid token.")),
    403: ("forbidden", _("You may not do this.")),
    404: ("not_found", _("There is nothing at this address.")),
    405: ("method_not_allowed", _("This method is not allowed here.")),
    406: ("not_acceptable", _("Only JSON can be answered.")),
    411: ("length_required", _("Send the request with a Content-Length.")),
    413: ("body_too_large", _("The request is too large.")),
    415: ("unsupported_media_type", _("Send JSON, a form or multipart/form-data.")),
    429: ("too_many_requests", _("Too many requests. Try again later.")),
    500: ("server_error", _("Something went wrong on our side. Try again later.")),
    503: ("unavailable", _("The service is away for a moment. Try again.")),
}

STATUS_CODES = frozenset(code for code, _ in _BY_STATUS.values())

# Codes of DRF that say no more than the status, which has a documented code of its own.
_NAMED_BY_STATUS = {"error", "permission_denied", "throttled", "authentication_failed"}


def success(message: str, *, status: int = 200, **content: object) -> Response:
    """The documented success envelope with its content beside it."""
    return Response({"success": True, "message": message, **content}, status=status)


def failure_body(
    status_code: int, code: str | None = None, message: str | None = None, **extra: object
) -> dict[str, object]:
    """The body of a refusal, with its sentence in the active language."""
    default_code, default_message = _BY_STATUS.get(status_code, _BY_STATUS[400])
    words = translated(message or default_message)
    return {"success": False, "message": words, "error": code or default_code, **extra}


def failure_response(status_code: int, code: str | None = None, message: str | None = None) -> JsonResponse:
    """The error envelope outside DRF: middleware, catch-all routes."""
    return keep_nowhere(JsonResponse(failure_body(status_code, code, message), status=status_code))


def refusal_response(refusal: Refusal) -> JsonResponse:
    """The same of a refusal."""
    body = failure_body(refusal.status, refusal.code, refusal.message, **refusal.content)
    response = JsonResponse(body, status=refusal.status)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return keep_nowhere(response)


def enveloped(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """An error of the API, or of its files, in the envelope; any other response as it is."""
    # 416 has no body: its headers say all.
    if not is_for_programs(request.path_info) or response.status_code < 400 or response.status_code == 416:
        return response
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return response
    failure = failure_response(response.status_code)
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response.headers:
            failure[name] = response.headers[name]
    return failure


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response:
    """Turn what a view raised into the envelope; an unexpected exception is logged and becomes a 500."""
    if isinstance(exc, Refusal):
        return _respond(exc.status, exc.code, exc.message, retry_after=exc.retry_after, **exc.content)
    if isinstance(exc, exceptions.APIException):
        return _respond_to_api_exception(exc)
    if isinstance(exc, Http404):
        return _respond(404)
    if isinstance(exc, PermissionDenied):
        return _respond(403)
    if isinstance(exc, TooManyFilesSent):
        return _respond(
            400, "too_many_attachments", sentence(_("A request takes at most {max_files} files."), max_files=MAX_FILES)
        )
    if isinstance(exc, TooManyFieldsSent):
        return _respond(400, "too_many_fields", _("The form has too many fields."))
    if isinstance(exc, RequestDataTooBig):
        return _respond(400, "body_too_large", _("The request is too large."))
    if isinstance(exc, (SuspiciousOperation, BadRequest)):
        return _respond(400)
    if isinstance(exc, (OperationalError, InterfaceError)):
        logger.warning("database unavailable: %s", in_brief(exc))
        return _respond(503, retry_after=5)
    logger.exception("unforeseen error", exc_info=exc)
    return _respond(500, "database_error" if isinstance(exc, DatabaseError) else None)


def _respond(
    status_code: int,
    code: str | None = None,
    message: str | None = None,
    *,
    retry_after: int | None = None,
    headers: dict[str, str] | None = None,
    **content: object,
) -> Response:
    headers = dict(headers or {})
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return Response(failure_body(status_code, code, message, **content), status=status_code, headers=headers)


def _respond_to_api_exception(exc: exceptions.APIException) -> Response:
    headers = {}
    # DRF sets these two on some exceptions only.
    if auth_header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if isinstance(exc, exceptions.ValidationError):
        return _respond(400, "invalid", _first_sentence(exc.detail))
    code = exc.get_codes()
    own_code = code if isinstance(code, str) and code not in _NAMED_BY_STATUS else None
    detail = exc.detail if isinstance(exc.detail, str) else None
    return _respond(exc.status_code, own_code, detail and str(detail), headers=headers)


def _first_sentence(detail: object, field: str = "") -> str:
    """The first fault, as "field: sentence"."""
    if isinstance(detail, dict):
        name, inner = next(iter(detail.items()), ("", ""))
        return _first_sentence(inner, "" if name == "non_field_errors" else str(name))
    if isinstance(detail, list):
        return _first_sentence(detail[0] if detail else "", field)
    words = translated(str(detail))
    return f"{field}: {words}" if field else words
