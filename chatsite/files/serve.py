"""Serves private files: only after the view's own check, with headers that make them inert in a browser."""

import logging
import re
from collections.abc import Callable
from functools import wraps
from pathlib import PurePath
from typing import TYPE_CHECKING, Concatenate, ParamSpec
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import content_disposition_header, parse_etags
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from chatsite import lately
from chatsite.files.storage import is_object_store, note_failure
from chatsite.http.envelope import failure_response, refusal_response
from chatsite.http.errors import Refusal, StorageUnavailable
from chatsite.http.keeping import NO_STORE

if TYPE_CHECKING:
    from django.contrib.auth.models import _User

    from chatsite.files.object_storage import ObjectStorage

P = ParamSpec("P")

logger = logging.getLogger("chat.files")

# A device never keeps an original. It may keep a small picture, and revalidates it each time (304).
REVALIDATE = "private, no-cache"

_INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def person_of(request: HttpRequest) -> "_User | None":
    """Return the person of the Bearer token or session; None without one, or with an expired token.

    Raises Refusal for one who may reach nothing at the moment.
    """
    try:
        user = Request(request, authenticators=APIView().get_authenticators()).user
    except APIException:
        return None
    return user if user.is_authenticated else None


def answers_refusals(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer the Refusal of a view of files in the envelope."""

    @wraps(view)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return refusal_response(refusal)

    return answered


def refuse(
    status: int, code: str | None = None, message: str | None = None, retry_after: int | None = None
) -> HttpResponse:
    """The documented envelope: the same bytes for another person's file and for one that does not exist."""
    response = failure_response(status, code, message)
    response["Cache-Control"] = NO_STORE
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


def serve_stored(
    request: HttpRequest, path: str, *, content_type: str, file_name: str, inline: bool, cache: str
) -> HttpResponse:
    """Answer GET, HEAD and a single Range with the stored file. The caller has checked the permission.

    Where possible, nginx (ASSETS_SERVED_BY=accel) or the object store (a signed URL of one minute) sends the bytes.
    """
    headers = {
        **_INERT,
        "Cache-Control": cache,
        "Content-Disposition": _disposition(file_name, inline=inline),
        # Names are random and content never changes: the name is the validator.
        "ETag": f'"{PurePath(path).stem}"',
        "Accept-Ranges": "bytes",
    }
    if settings.ASSETS_SERVED_BY == "accel":
        headers["X-Accel-Redirect"] = f"/_assets/{path}"
        return HttpResponse(content_type=content_type, headers=headers)
    if headers["ETag"] in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    try:
        if is_object_store(default_storage) and request.method == "GET" and cache == NO_STORE:
            return _redirect_to_signed_url(default_storage, path, content_type, headers)
        return _send(request, path, content_type, headers)
    except FileNotFoundError:
        logger.error("a stored file is missing: %s", path)
        return refuse(404)
    except Exception as error:
        note_failure(f"a stored file could not be read: {path}", error)
        return _away()


def _disposition(file_name: str, *, inline: bool) -> str:
    """Browsers decode "%20" in `filename=`, too: only in `filename*=` can a name say that it has a per cent sign."""
    if "%" in file_name:
        return f"{'inline' if inline else 'attachment'}; filename*=utf-8''{quote(file_name)}"
    return content_disposition_header(not inline, file_name) or "inline"


def _redirect_to_signed_url(
    store: "ObjectStorage", path: str, content_type: str, headers: dict[str, str]
) -> HttpResponse:
    signed = store.url(
        path,
        parameters={
            "ResponseContentType": content_type,
            "ResponseContentDisposition": headers["Content-Disposition"],
            "ResponseCacheControl": NO_STORE,
        },
    )
    return HttpResponseRedirect(signed, headers={**_INERT, "Cache-Control": NO_STORE})


def _send(request: HttpRequest, path: str, content_type: str, headers: dict[str, str]) -> HttpResponse:
    """Read the file whole, one upload at most: under ASGI, Django would collect a streaming answer in memory anyway."""
    size = default_storage.size(path)
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type, headers={**headers, "Content-Length": str(size)})
    wanted = _wanted_range(request, size, headers["ETag"])
    if wanted == (0, 0):
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    with default_storage.open(path) as file:
        start, end = wanted or (0, size)
        file.seek(start)
        body = file.read(end - start)
    lately.worked("storage")
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return HttpResponse(body, status=206 if wanted else 200, content_type=content_type, headers=headers)


def _wanted_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Return (start, end) of the requested range, None for the whole file, (0, 0) for a range outside the file.

    Several ranges, other units and malformed headers mean the whole file, as HTTP allows.
    """
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if found is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    return (start, end) if start < end else (0, 0)


def _away() -> HttpResponse:
    response = failure_response(StorageUnavailable.status, StorageUnavailable.code, StorageUnavailable.message)
    response["Retry-After"] = str(StorageUnavailable.retry_after)
    return response
