"""HTTP through Django, `/ws/chat` through our own endpoint."""

import asyncio
import io
import os

from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django_application = get_asgi_application()

from chat.live.socket import chat_socket, refuse  # noqa: E402 - needs Django to be set up
from chatsite.checks import demand_secret  # noqa: E402
from chatsite.http.error_pages import unavailable  # noqa: E402
from chatsite.http.limits import refuse_body  # noqa: E402
from chatsite.http.middleware import ApiEnvelopeMiddleware  # noqa: E402

demand_secret()
away = ApiEnvelopeMiddleware(unavailable)


async def http(scope, receive, send):
    """Refuse a body before it is read: Django's handler would first store all of it. Django still answers."""
    # Django would read X_Forwarded_For as X-Forwarded-For, which no proxy in front overwrites.
    scope["headers"] = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    scope["refusal"] = refuse_body(scope["path"], headers.get(b"content-length"), headers.get(b"transfer-encoding"))
    if scope["refusal"]:
        await django_application(scope, _nothing_to_read(), _closing(send))
    else:
        await _until_cut_off(scope, receive, send)


async def _until_cut_off(scope, receive, send):
    """Let Django answer; when the stop of the server cancels that, say 503: whoever sends it again does no harm."""
    begun = cut_off = False

    async def send_in_time(message):
        nonlocal begun
        if not cut_off:
            begun = True
            await send(message)

    # Left to itself when it is cut off: to Django the client is gone, and a thread may hang in the database.
    request = asyncio.ensure_future(django_application(scope, receive, send_in_time))
    try:
        await asyncio.shield(request)
    except asyncio.CancelledError:
        cut_off = True
        if not begun:
            await django_application.send_response(away(ASGIRequest(scope, io.BytesIO())), _closing(send))


def _nothing_to_read():
    """An empty body; whoever then waits for the client to leave waits until cancelled."""
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        return messages.pop() if messages else await asyncio.Future()

    return receive


def _closing(send):
    """What was not read must not be taken for the next request."""

    async def closing(message):
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return closing


async def websocket(scope, receive, send):
    if scope["path"] == "/ws/chat":
        await chat_socket(scope, receive, send)
    else:
        await receive()
        await refuse(scope, send, 404)


async def application(scope, receive, send):
    """The ASGI application: HTTP and WebSocket; uvicorn is told that there is no lifespan."""
    await (websocket if scope["type"] == "websocket" else http)(scope, receive, send)
