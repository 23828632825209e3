"""HTTP through Django, `/ws/chat` through our own endpoint."""

import asyncio
import io
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from corsheaders.middleware import CorsMiddleware
from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIRequest
from django.utils import translation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django_application = get_asgi_application()

from chat.live.socket import chat_socket, refuse  # noqa: E402 - needs Django to be set up
from chatsite.checks import demand_production_settings  # noqa: E402
from chatsite.http.error_pages import unavailable  # noqa: E402
from chatsite.http.limits import refuse_body  # noqa: E402
from chatsite.http.middleware import ApiEnvelopeMiddleware  # noqa: E402
from chatsite.http.observed import ObservingMiddleware  # noqa: E402
from chatsite.http.request_id import HEADER, RequestIdMiddleware, accepted, serving  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

demand_production_settings()

# The answer of a stop, past Django's middleware: a client reads it as any other. The ignore: what CorsMiddleware takes,
# and answers, may be asynchronous, too.
_answer_unavailable = RequestIdMiddleware(
    ObservingMiddleware(CorsMiddleware(ApiEnvelopeMiddleware(unavailable)))  # type: ignore[arg-type]
)


async def http(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a body before Django's handler stores all of it. Django still writes the answer."""
    # Django would read X_Forwarded_For as X-Forwarded-For, and no proxy in front overwrites the former.
    scope["headers"] = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    scope["refusal"] = refuse_body(scope["path"], headers.get(b"content-length"), headers.get(b"transfer-encoding"))
    if scope["refusal"]:
        await django_application(scope, _nothing_to_read(), _closing(send))
    else:
        await _until_cancelled(scope, receive, send)


async def _until_cancelled(scope: Scope, receive: Receive, send: Send) -> None:
    """Let Django answer. If the stop of the server cancels that, answer 503, which tells the client to retry."""
    begun = cancelled = False

    async def send_in_time(message: Mapping[str, Any]) -> None:
        nonlocal begun
        if not cancelled:
            begun = True
            await send(message)

    # Shielded from the cancellation: its thread may hang in the database, and Django sees only a client that is gone.
    request = asyncio.ensure_future(django_application(scope, receive, send_in_time))
    try:
        await asyncio.shield(request)
    except asyncio.CancelledError:
        cancelled = True
        if not begun:
            unanswered = ASGIRequest(scope, io.BytesIO())
            with translation.override(None):
                response = _answer_unavailable(unanswered)
            await django_application.send_response(response, _closing(send))


def _nothing_to_read() -> Receive:
    """An empty body. A second read, which waits for the client to disconnect, waits until it is cancelled."""
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else await asyncio.Future()

    return receive


def _closing(send: Send) -> Send:
    """Close the connection after the answer: the unread body must not be parsed as the next request."""

    async def closing(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return closing


async def websocket(scope: Scope, receive: Receive, send: Send) -> None:
    scope["begin"] = time.perf_counter()
    given = dict(scope["headers"]).get(HEADER.lower().encode(), b"")
    with serving(accepted(given.decode("latin-1"))):
        if scope["path"] == "/ws/chat":
            await chat_socket(scope, receive, send)
        else:
            await receive()
            await refuse(scope, send, 404)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application: HTTP and WebSocket. uvicorn's configuration turns lifespan off."""
    await (websocket if scope["type"] == "websocket" else http)(scope, receive, send)
