"""HTTP through Django, `/ws/chat` through our own endpoint."""

import json
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django_application = get_asgi_application()

from chat.live.socket import chat_socket, refuse  # noqa: E402 - needs Django to be set up
from chatsite.api import failure_body  # noqa: E402
from chatsite.checks import demand_secret  # noqa: E402
from chatsite.limits import refuse_body  # noqa: E402

demand_secret()


async def http(scope, receive, send):
    """Refuse a body before it is read: Django's handler would first store all of it."""
    # Django would read X_Forwarded_For as X-Forwarded-For, which no proxy in front overwrites.
    scope["headers"] = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    refusal = refuse_body(headers.get(b"content-length"), headers.get(b"transfer-encoding"))
    if refusal is None:
        return await django_application(scope, receive, send)
    body = json.dumps(failure_body(*refusal)).encode()
    await send(
        {
            "type": "http.response.start",
            "status": refusal[0],
            "headers": [(b"content-type", b"application/json"), (b"connection", b"close")],
        }
    )
    return await send({"type": "http.response.body", "body": body})


async def websocket(scope, receive, send):
    if scope["path"] == "/ws/chat":
        await chat_socket(scope, receive, send)
    else:
        await receive()
        await refuse(scope, send, 404)


async def application(scope, receive, send):
    """The ASGI application: HTTP and WebSocket; uvicorn is told that there is no lifespan."""
    await (websocket if scope["type"] == "websocket" else http)(scope, receive, send)
