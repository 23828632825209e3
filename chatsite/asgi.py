"""HTTP through Django, `/ws/chat` through our own endpoint."""

import asyncio
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django_application = get_asgi_application()

from chat.live.socket import chat_socket, refuse  # noqa: E402 - needs Django to be set up
from chatsite.checks import demand_secret  # noqa: E402
from chatsite.limits import refuse_body  # noqa: E402

demand_secret()


async def http(scope, receive, send):
    """Refuse a body before it is read: Django's handler would first store all of it. Django still answers."""
    # Django would read X_Forwarded_For as X-Forwarded-For, which no proxy in front overwrites.
    scope["headers"] = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    scope["refusal"] = refuse_body(scope["path"], headers.get(b"content-length"), headers.get(b"transfer-encoding"))
    if scope["refusal"]:
        await django_application(scope, _nothing_to_read(), _closing(send))
    else:
        await django_application(scope, receive, send)


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
