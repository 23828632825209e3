"""The AsyncAPI description of `/ws/chat`: its address, credentials, frames both ways, and closes."""

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

from chat.api.client_frames import SENT_BY_CLIENTS
from chat.api.server_frames import EVENTS, SENT_BY_SERVER
from chat.live.frames import MAX_BYTES, PROTOCOL
from chat.live.hub import FACTOR_REQUIRED, GOING_AWAY, SIGN_IN_ENDED, SIGN_IN_LOCKED, TOO_MANY
from chat.services.tickets import LIFETIME_SECONDS
from chatsite import __version__
from chatsite.http.request_id import GIVEN, HEADER

Json = dict[str, Any]

_DESCRIPTION = f"""One socket serves all chats of a person. Frames are JSON texts of at most {MAX_BYTES // 1024} KB, \
each with its `type`. Ignore types, keys and codes that you do not know: new ones may come.

- *Event before ack.* A message that was sent here comes back on this same socket twice: first as the event \
`message.created`, as to every socket of both people, then in the `ack` of its `client_id`. A repeated send has \
`chat.seq` before its `ack`. Between different sockets there is no order.
- Events are hints, and one may be lost. The database has everything: move the cursor of a chat only to `seq` + 1, \
and at a gap ask `GET /api/chat/messages/{{chat_id}}?since=`.
- A handshake is refused with 403 (credentials, or a foreign `Origin`), 404 (another path), or 503 with `Retry-After`.
"""
_CREDENTIALS: Json = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token."},
    "ticket": {
        "type": "httpApiKey",
        "in": "query",
        "name": "ticket",
        "description": f"From `POST /api/chat/ws-ticket`: once, within {LIFETIME_SECONDS} seconds.",
    },
    "session": {
        "type": "httpApiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "For the pages of this site: needs its own Origin.",
    },
}
# What an operation is answered with, beside a refusal.
_REPLIES = {
    "sendMessage": "ack",
    "markRead": "chatRead",
    "markDelivered": "chatDelivered",
    "watchPresence": "presence",
    "ping": "pong",
}
_CLOSES = (
    (GOING_AWAY, "The server restarts.", "Reconnect, after a short random pause."),
    (1006, "No close frame: the connection was lost, or the client read too slowly.", "Reconnect and catch up."),
    (1002, "The client sent something that is no WebSocket frame.", "Mend the client."),
    (1007, "The client sent a text that is not UTF-8.", "Mend the client."),
    (TOO_MANY, "Too many frames, or too many sockets of one person.", "Reconnect after 20 to 60 seconds."),
    (1009, "A message of more than 1 MiB.", "Mend the client."),
    (SIGN_IN_ENDED, "The sign-in has ended.", "Sign in again; do not reconnect before."),
    (FACTOR_REQUIRED, "The practice demands a second factor.", "Lead the person to `set_up` of a 403, then sign in."),
    (SIGN_IN_LOCKED, "Nobody used the sign-in for a while.", "Unlock it, then reconnect."),
)


@cache
def document() -> Json:
    """The AsyncAPI document. It has the shapes of the REST API to which its frames refer."""
    server = urlsplit(settings.PUBLIC_URL)
    messages = {name: frame.message() for name, frame in (SENT_BY_CLIENTS | SENT_BY_SERVER).items()}
    made = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Chat: the socket",
            "version": __version__,
            "description": _DESCRIPTION,
            "contact": settings.SPECTACULAR_SETTINGS["CONTACT"],
        },
        "defaultContentType": "application/json",
        "servers": {
            "chat": {
                "host": server.netloc,
                "protocol": "wss" if server.scheme == "https" else "ws",
                "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in _CREDENTIALS],
            }
        },
        "channels": {"chat": _channel(messages)},
        "operations": _operations(),
        "components": {
            "messages": messages,
            "schemas": _shared_by(messages),
            "securitySchemes": _CREDENTIALS,
        },
    }
    # Through JSON, as a client gets it, and without objects that are shared.
    return json.loads(json.dumps(made, default=str))


def _channel(names: Iterable[str]) -> Json:
    return {
        "address": "/ws/chat",
        "title": "The socket of a person",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "ws": {
                "method": "GET",
                "query": {
                    "type": "object",
                    "properties": {
                        "ticket": {"type": "string", "description": "Instead of another credential"},
                        "reconnect": {"type": "string", "const": "1", "description": "After a lost socket: a metric"},
                    },
                },
                "headers": {
                    "type": "object",
                    "properties": {
                        "Sec-WebSocket-Protocol": {"type": "string", "const": PROTOCOL},
                        HEADER: {
                            "type": "string",
                            "pattern": f"^{GIVEN}$",
                            "description": "Finds the lines about this socket in the log of the server. The answer "
                            "of the handshake has it, too, or one that was made for it",
                        },
                    },
                },
                "bindingVersion": "0.1.0",
            }
        },
        # AsyncAPI has no place for them.
        "x-close-codes": [{"code": code, "meaning": meaning, "do": action} for code, meaning, action in _CLOSES],
    }


def _operations() -> Json:
    """As AsyncAPI sees them, from the side of the server: it receives what clients send."""
    channel = {"$ref": "#/channels/chat"}
    taken = {
        name: {
            "action": "receive",
            "channel": channel,
            "title": frame.kind,
            "description": f"{frame.summary}.",
            "messages": _in_channel([name]),
            "reply": {
                "channel": channel,
                "messages": _in_channel([_REPLIES[name], "refusal"] if name in _REPLIES else ["refusal"]),
            },
        }
        for name, frame in SENT_BY_CLIENTS.items()
    }
    published = {
        "action": "send",
        "channel": channel,
        "title": "events",
        "description": "What happens in the chats of the person, after each commit.",
        "messages": _in_channel(EVENTS),
    }
    return {**taken, "publishEvents": published}


def _in_channel(names: Iterable[str]) -> list[Json]:
    return [{"$ref": f"#/channels/chat/messages/{name}"} for name in names]


def _shared_by(messages: Json) -> Json:
    """The shapes of the REST API that these messages refer to, directly or through each other."""
    with translation.override("en"):
        known = SchemaGenerator().get_schema(public=True)["components"]["schemas"]
    shared: Json = {}
    waiting = _named_in(messages)
    while waiting:
        name = waiting.pop()
        shared[name] = known[name]
        waiting |= _named_in(known[name]) - shared.keys()
    return dict(sorted(shared.items()))


def _named_in(part: Json) -> set[str]:
    return set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(part, default=str)))
