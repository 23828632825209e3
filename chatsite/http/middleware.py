"""What every request passes: the envelope of the API, the limit on bodies, and the page for wrong links."""

from django.conf import settings
from django.utils.deprecation import MiddlewareMixin

from chatsite.http.envelope import failure_response
from chatsite.http.error_pages import bad_request, not_found
from chatsite.http.limits import is_api, refuse_body


class ApiEnvelopeMiddleware(MiddlewareMixin):
    """Outermost: errors that never reached a view (bad Host, unknown path, CSRF) still answer as the API does."""

    def process_response(self, request, response):
        if not is_api(request.path_info) or response.status_code < 400:
            return response
        if response.headers.get("Content-Type", "").startswith("application/json"):
            return response
        enveloped = failure_response(response.status_code)
        for name in ("Allow", "Retry-After", "WWW-Authenticate"):
            if name in response.headers:
                enveloped[name] = response.headers[name]
        return enveloped


class BodyLimitMiddleware(MiddlewareMixin):
    """Refuse a body that is too large, or of unknown length, before a byte of it is read."""

    def process_request(self, request):
        # Under ASGI the body was refused before this, and is empty by now.
        refusal = getattr(request, "scope", {}).get("refusal") or refuse_body(
            request.path_info, request.META.get("CONTENT_LENGTH"), request.META.get("HTTP_TRANSFER_ENCODING")
        )
        if refusal is None:
            return None
        return failure_response(*refusal) if is_api(request.path_info) else bad_request(request)


class OwnNotFoundMiddleware(MiddlewareMixin):
    """With DEBUG on too, a wrong link leads to the product's page: the first thing many see is the demo."""

    def process_response(self, request, response):
        if not settings.DEBUG or response.status_code != 404 or is_api(request.path_info):
            return response
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return not_found(request)
