"""The frames of `/ws/chat`: JSON text in, JSON text out. Those of events are in `events`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

import orjson
from django.utils.translation import gettext_noop as _

from chat.errors import Invalid
from chat.input import id_if_given, optional_id, parse_client_id, parse_id, parse_ids
from chat.loading import FullMessage
from chat.representation import message_json, time_json
from chatsite.http.errors import Refusal
from chatsite.http.sentences import sentence, translated

PROTOCOL = "chat.v1"
MAX_BYTES = 64 * 1024
HEARTBEAT_SECONDS = 25


class BadFrame(Refusal):
    status, code, message = 400, "bad_frame", _("The frame is not a JSON object of a known type.")


@dataclass(frozen=True, slots=True)
class Send:
    client_id: str
    # As the client wrote it, for the answer.
    spelling: str
    chat_id: int
    text: object
    attachment_ids: tuple[int, ...]
    reply_to: int | None


@dataclass(frozen=True, slots=True)
class Read:
    chat_id: int
    up_to: int | None


@dataclass(frozen=True, slots=True)
class Delivered:
    chat_id: int
    up_to: int | None


@dataclass(frozen=True, slots=True)
class Typing:
    chat_id: int
    typing: bool


@dataclass(frozen=True, slots=True)
class Watch:
    chat_id: int
    watching: bool


@dataclass(frozen=True, slots=True)
class Looking:
    chat_id: int
    looking: bool


@dataclass(frozen=True, slots=True)
class Ping:
    pass


Frame = Send | Read | Delivered | Typing | Watch | Looking | Ping


def load(text: str | None) -> dict:
    """Return the JSON object of a text frame, or raise BadFrame."""
    if text is None:
        raise BadFrame(_("Send text frames, not binary ones."))
    # Four bytes each at most: most frames need not be encoded.
    if len(text) * 4 > MAX_BYTES and len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise BadFrame(sentence(_("A frame may have {kilobytes} KB."), kilobytes=MAX_BYTES // 1024))
    try:
        content = _decode(text)
    except (ValueError, RecursionError) as error:
        raise BadFrame from error
    if not isinstance(content, dict):
        raise BadFrame
    return content


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


# Made once: `json.loads` would make one for each frame.
_decode = json.JSONDecoder(parse_constant=_no_constant).decode


def parse(content: dict) -> Frame:
    """Turn a JSON object into a frame, or raise a Refusal that explains what is wrong."""
    match content.get("type"):
        case "send":
            client_id = parse_client_id(content.get("client_id"))
            if client_id is None:
                raise Invalid(_("A send needs a client_id: a UUID made by the client."))
            ids = parse_ids(content.get("attachment_ids"), "attachment_ids")
            return Send(
                client_id,
                content["client_id"],
                parse_id(content.get("chat_id"), "chat_id"),
                content.get("message_text"),
                ids,
                optional_id(content, "reply_to"),
            )
        case "read":
            return Read(parse_id(content.get("chat_id"), "chat_id"), id_if_given(content, "up_to"))
        case "delivered":
            return Delivered(parse_id(content.get("chat_id"), "chat_id"), id_if_given(content, "up_to"))
        case "typing":
            return Typing(parse_id(content.get("chat_id"), "chat_id"), _switch(content, "typing"))
        case "watch":
            return Watch(parse_id(content.get("chat_id"), "chat_id"), _switch(content, "watching"))
        case "looking":
            return Looking(parse_id(content.get("chat_id"), "chat_id"), _switch(content, "looking"))
        case "ping":
            return Ping()
    raise BadFrame


def _switch(content: dict, name: str) -> bool:
    if not isinstance(content.get(name), bool):
        raise Invalid(sentence(_("{name} must be true or false."), name=name))
    return content[name]


def dump(content: dict) -> str:
    """The text of a frame."""
    try:
        return orjson.dumps(content).decode()
    except TypeError:
        # A number of more than 64 bits, which a client sent and an error names.
        return _encode(content)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

PONG = dump({"type": "pong"})
SESSION_ENDED = dump({"type": "session.ended"})
SESSION_LOCKED = dump({"type": "session.locked"})


def welcome(user_id: int, now: datetime, epoch: str) -> str:
    """The first frame of a socket; the epoch names the history of the database."""
    return dump(
        {
            "type": "welcome",
            "user_id": user_id,
            "server_time": time_json(now),
            "heartbeat_s": HEARTBEAT_SECONDS,
            "epoch": epoch,
        }
    )


def status(live: bool) -> str:
    """Whether events of other processes arrive."""
    return dump({"type": "status", "live": live})


def with_message(head: dict, full: FullMessage) -> str:
    """A frame that ends with the message; the JSON of the message is made once for its ack and its event."""
    if full.json is None:
        prepare([full])
    return f'{dump(head)[:-1]},"message":{full.json}}}'


def prepare(messages: Iterable[FullMessage]) -> None:
    """Make the JSON of these messages."""
    for full in messages:
        full.json = dump(message_json(full))


def error(refusal: Refusal, client_id: object = None, chat_id: object = None) -> str:
    """An `error` frame in the active language; it names the send or the chat that it answers, as they were written."""
    content: dict[str, str | int] = {"type": "error", "code": refusal.code, "message": translated(refusal.message)}
    if isinstance(client_id, str) and len(client_id) <= 100 and client_id.isascii():
        content["client_id"] = client_id
    if isinstance(chat_id, int) and not isinstance(chat_id, bool):
        content["chat_id"] = chat_id
    return dump(content)
