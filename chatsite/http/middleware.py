"""What every request passes: the envelope of the API, the limit on bodies, and the page for wrong links."""

import weakref
from functools import partial
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import cached_property

from chatsite.http.envelope import enveloped, failure_response
from chatsite.http.error_pages import bad_request, not_allowed, not_found
from chatsite.http.keeping import keep_nowhere
from chatsite.http.language import DOCUMENTED, asked_language
from chatsite.http.limits import ALLOWED_METHODS, KNOWN_METHODS, is_api, is_for_programs, refuse_body
from chatsite.http.multipart import FormParser


class ApiEnvelopeMiddleware(MiddlewareMixin):
    """Outermost: errors that never reached a view (bad Host, unknown path, CSRF) have the API's envelope, too.

    Sentences of refusals are in the language of the client's Accept-Language.
    """

    def process_request(self, request: HttpRequest) -> None:
        if is_for_programs(request.path_info):
            translation.activate(asked_language(request.headers.get("Accept-Language", "")))

    # As those around it are not: each change costs two threads.
    async_capable = False

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response = enveloped(request, response)
        if response.status_code >= 400 and is_for_programs(request.path_info):
            response.headers["Content-Language"] = translation.get_language() or DOCUMENTED
            patch_vary_headers(response, ["Accept-Language"])
        return response


class PolicyMiddleware(CSPMiddleware):
    """What browsers may keep, use and run. Pages and JSON are about people, so nothing keeps them.

    An answer in JSON has no nonce, so all of them have one Content-Security-Policy, built once.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        # The descriptions of the API have types of their own.
        if is_api(request.path_info) or kind.startswith(("application/json", "text/html")):
            keep_nowhere(response)
        if kind.startswith("text/html"):
            response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        if response.status_code >= 400 or kind != "application/json":
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._of_json)
        return response

    @cached_property
    def _of_json(self) -> str:
        return super().process_response(HttpRequest(), HttpResponse()).headers[HEADER]


class BodyLimitMiddleware(MiddlewareMixin):
    """Refuse a body that is too large, or of unknown length, before a byte of it is read."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        # Under ASGI the body was refused before this, and is empty by now.
        refusal = getattr(request, "scope", {}).get("refusal") or refuse_body(
            request.path_info, request.META.get("CONTENT_LENGTH"), request.META.get("HTTP_TRANSFER_ENCODING")
        )
        if refusal is None:
            return None
        return failure_response(*refusal) if is_api(request.path_info) else bad_request(request)


class FileNamesMiddleware(MiddlewareMixin):
    """Forms of pages keep the names of files as the API does. Before anything reads `request.POST`."""

    def process_request(self, request: HttpRequest) -> None:
        # Weak: a request that holds itself would keep its files until the next collection.
        parse = partial(_parse, weakref.proxy(request))
        request.parse_file_upload = parse  # type: ignore[method-assign]


def _parse(request: HttpRequest, meta: dict[str, Any], body: Any) -> Any:
    return FormParser(meta, body, request.upload_handlers, request.encoding).parse()


class MethodMiddleware(MiddlewareMixin):
    """Refuse every method that nothing here has, which some views would take for a GET.

    Innermost, so that all others give the answer its form.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        return None if request.method in KNOWN_METHODS else HttpResponseNotAllowed(ALLOWED_METHODS)


class OwnErrorPagesMiddleware(MiddlewareMixin):
    """A wrong link shows the product's page with DEBUG on, too: the demo is the first thing that many people see.

    So does the address of a form that is opened by a link, for which Django has an empty page.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if isinstance(response, HttpResponseNotAllowed) and not is_for_programs(request.path_info):
            page = not_allowed(request)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        if not settings.DEBUG or response.status_code != 404 or is_api(request.path_info):
            return response
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return not_found(request)
