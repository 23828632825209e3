"""What every request passes: the envelope of the API and the limit on bodies."""

from django.utils.deprecation import MiddlewareMixin

from chatsite.api import failure_response
from chatsite.limits import refuse_body


class ApiEnvelopeMiddleware(MiddlewareMixin):
    """Outermost: errors that never reached a view (bad Host, unknown path, CSRF) still answer as the API does."""

    def process_response(self, request, response):
        if not request.path_info.startswith("/api/") or response.status_code < 400:
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
        refusal = refuse_body(request.META.get("CONTENT_LENGTH"), request.META.get("HTTP_TRANSFER_ENCODING"))
        return failure_response(*refusal) if refusal else None
