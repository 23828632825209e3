"""What this installation sees of a request that came through its proxies. Only whoever has its key may ask."""

from django.core import signing
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from chatsite.http.addresses import client_address, is_from_proxy
from chatsite.http.keeping import keep_nowhere

PATH = ".well-known/chat-doctor"
HEADER = "X-Doctor"
_SALT, _VALID_SECONDS = "chatsite.doctor", 120


def new_token() -> str:
    return signing.dumps("echo", salt=_SALT)


@require_safe
def echo(request: HttpRequest) -> JsonResponse:
    try:
        signing.loads(request.headers.get(HEADER, ""), salt=_SALT, max_age=_VALID_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    seen = {
        "address": client_address(request),
        "peer": request.META.get("REMOTE_ADDR", ""),
        "is_from_proxy": is_from_proxy(request),
        "forwarded_for": "HTTP_X_FORWARDED_FOR" in request.META,
        "is_secure": request.is_secure(),
    }
    return keep_nowhere(JsonResponse(seen))
