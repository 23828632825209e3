"""Compression of pages and JSON, in this one place: only the application knows which answers have a secret."""

import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# Fewer fit into one packet anyway.
LEAST_BYTES = 500
# JSON has several names: that of the descriptions of the API is application/vnd.oai.openapi+json.
_COMPRESSED = re.compile(r"text/html|application/([\w.-]+\+)?json")


class CompressionMiddleware(GZipMiddleware):
    """gzip for whoever accepts it; never for files, which are streamed, and never against `no-transform`.

    Django adds random bytes, so that the length says little about what a page repeats of a request (BREACH).
    """

    # Between others that are not: each change costs two threads.
    async_capable = False

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or len(getattr(response, "content", b"")) < LEAST_BYTES:
            return response
        if not _COMPRESSED.match(response.headers.get("Content-Type", "")):
            return response
        if "no-transform" in response.headers.get("Cache-Control", ""):
            return response
        return super().process_response(request, response)
