"""The description of the frames of `/ws/chat`, each with an example. `chat.live` reads and makes the frames."""

from dataclasses import dataclass, field
from typing import Any

from chat.api import examples
from chat.limits import MAX_FILES, MAX_TEXT_BYTES
from chat.live.frames import HEARTBEAT_SECONDS, MAX_BYTES
from chat.live.presence import MOST_WATCHED
from chat.models.side import SenderRole
from chat.services import looking
from chatsite.http.openapi import CODE, ID

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FrameSchema:
    """One kind of frame: the keys beside its `type`, of which `optional` ones may be absent."""

    kind: str
    summary: str
    keys: dict[str, Schema] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    example: dict[str, Any] = field(default_factory=dict)

    def message(self) -> Schema:
        """As AsyncAPI describes a message."""
        return {
            "name": self.kind,
            "title": self.kind,
            "summary": self.summary,
            "contentType": "application/json",
            "payload": {
                "type": "object",
                "properties": {"type": {"type": "string", "const": self.kind}, **self.keys},
                "required": ["type", *(key for key in self.keys if key not in self.optional)],
            },
            "examples": [{"name": self.kind, "payload": {"type": self.kind, **self.example}}],
        }


def _described(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _or_null(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


def _shared(name: str) -> Schema:
    """A shape of the REST API."""
    return {"$ref": f"#/components/schemas/{name}"}


_BOOLEAN: Schema = {"type": "boolean"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_NUMBER: Schema = {"type": "integer", "format": "int64", "minimum": 0}
_ROLE: Schema = {"type": "string", "enum": SenderRole.values}
_CHAT = {"chat_id": ID}
_SEQ = {"seq": _described(_NUMBER, "The number of this change in its chat: see the cursor")}
_IN_CHAT = {"chat_id": examples.CHAT_ID}
_UP_TO = _described(_or_null(ID), "A message_id; absent or null: all messages")
_CLIENT_ID = "The client_id of the send, as the client wrote it"

# --- What a client sends

SENT_BY_CLIENTS = {
    "sendMessage": FrameSchema(
        "send",
        "Send a message: text, files that were uploaded before, or both",
        {
            **_CHAT,
            "client_id": {"type": "string", "format": "uuid", "description": "A UUID of your own for each message"},
            "message_text": {
                "type": ["string", "null"],
                "description": f"At most {MAX_TEXT_BYTES:,} bytes of UTF-8; the frame, {MAX_BYTES // 1024} KB in all",
            },
            "attachment_ids": {"type": "array", "items": ID, "maxItems": MAX_FILES, "uniqueItems": True},
            "reply_to": _described(_or_null(ID), "The message_id that it answers, in the same chat"),
        },
        optional=("message_text", "attachment_ids", "reply_to"),
        example={**examples.SEND, "attachment_ids": [], "reply_to": None},
    ),
    "markRead": FrameSchema(
        "read",
        "The person has read the other side's messages, up to this one",
        {**_CHAT, "up_to": _UP_TO},
        optional=("up_to",),
        example={**_IN_CHAT, "up_to": examples.ANSWER_ID},
    ),
    "markDelivered": FrameSchema(
        "delivered",
        "This device has received all messages up to this one",
        {**_CHAT, "up_to": _UP_TO},
        optional=("up_to",),
        example={**_IN_CHAT, "up_to": examples.ANSWER_ID},
    ),
    "watchPresence": FrameSchema(
        "watch",
        "Receive the presence of the other person, now and at each change, until `false`",
        {**_CHAT, "watching": _described(_BOOLEAN, f"At most {MOST_WATCHED} chats per socket")},
        example={**_IN_CHAT, "watching": True},
    ),
    "reportTyping": FrameSchema(
        "typing",
        "The person types, or has stopped; `true` counts at most once every 2 s",
        {**_CHAT, "typing": _BOOLEAN},
        example={**_IN_CHAT, "typing": True},
    ),
    "reportLooking": FrameSchema(
        "looking",
        "The chat is on the screen in front of the person, or no longer: its device is not told of what arrives there. "
        f"Repeat `true` every 30 s; it holds for {looking.KEPT_SECONDS} s, and ends with the socket",
        {**_CHAT, "looking": _described(_BOOLEAN, "A socket looks at one chat: another takes the place of the last")},
        example={**_IN_CHAT, "looking": True},
    ),
    "ping": FrameSchema("ping", "Ask whether the line is alive; answered by `pong`"),
}

# --- What the server sends

_MESSAGE = {**_CHAT, **_SEQ, "message": _shared("Message")}
_DELIVERED = {"delivered_up_to": ID, "delivered_at": _or_null(_MOMENT)}
_READ_AT, _DELIVERED_AT = examples.QUESTION["read_at"], examples.RECEIPT["delivered_at"]

ANSWERS = {
    "ack": FrameSchema(
        "ack",
        "The message of a `send` is committed. Its event came before, unless that was lost",
        {"client_id": {"type": "string", "description": _CLIENT_ID}, "message": _shared("Message")},
        example={"client_id": examples.SEND["client_id"], "message": examples.QUESTION},
    ),
    "refusal": FrameSchema(
        "error",
        "A frame was refused; it names the send or the chat that it is about",
        {
            "code": _described(CODE, "A code of the REST API, or `bad_frame`"),
            "message": {"type": "string", "description": "A sentence for people"},
            "client_id": {"type": "string", "maxLength": 100, "description": _CLIENT_ID},
            "chat_id": {"type": "integer", "description": "The chat_id of the frame, as the client wrote it"},
        },
        optional=("client_id", "chat_id"),
        example={
            "code": "message_not_found",
            "message": "Message not found.",
            "client_id": examples.ANSWER["client_id"],
            **_IN_CHAT,
        },
    ),
    "pong": FrameSchema("pong", "The answer to `ping`"),
}
EVENTS = {
    "welcome": FrameSchema(
        "welcome",
        "The first frame of a socket",
        {
            "user_id": ID,
            "server_time": _MOMENT,
            "heartbeat_s": _described(_NUMBER, "Seconds between the pings of a client"),
            "epoch": _described({"type": "string"}, "Names the history of the server; of another one: load again"),
        },
        example={
            "user_id": examples.PATIENT_ID,
            "server_time": "2026-03-09T10:29:00Z",
            "heartbeat_s": HEARTBEAT_SECONDS,
            "epoch": examples.EPOCH,
        },
    ),
    "messageCreated": FrameSchema(
        "message.created",
        "A new message; to every socket of both people, the sender's own too",
        _MESSAGE,
        example={**_IN_CHAT, "seq": examples.ANSWER["seq"], "message": examples.ANSWER},
    ),
    "messageChanged": FrameSchema(
        "message.changed",
        "A message was corrected, retracted, reacted to or pinned, or quotes one that was; its present state",
        {
            **_MESSAGE,
            "last_reaction": _described(
                _or_null(_shared("LastReaction")),
                "As in the list of chats; only where the reactions to the message changed, or it was retracted",
            ),
        },
        optional=("last_reaction",),
        example={
            **_IN_CHAT,
            "seq": examples.REACTED["seq"],
            "last_reaction": examples.LAST_REACTION,
            "message": examples.REACTED,
        },
    ),
    "chatRead": FrameSchema(
        "chat.read",
        "One side has read, up to this message",
        {
            **_CHAT,
            **_SEQ,
            "reader_role": _ROLE,
            "up_to": ID,
            "read_at": _MOMENT,
            **_DELIVERED,
            "unread_count": _described(_NUMBER, "What is left; only to the reader's own sockets"),
        },
        optional=("unread_count",),
        example={
            **_IN_CHAT,
            "seq": 59,
            "reader_role": "doctor",
            "up_to": examples.QUESTION_ID,
            "read_at": _READ_AT,
            "delivered_up_to": examples.QUESTION_ID,
            "delivered_at": _DELIVERED_AT,
            "unread_count": 0,
        },
    ),
    "chatDelivered": FrameSchema(
        "chat.delivered",
        "A device of one side has received all messages up to this one",
        {**_CHAT, **_SEQ, "recipient_role": _ROLE, "up_to": ID, "delivered_at": _MOMENT},
        example={
            **_IN_CHAT,
            "seq": 61,
            "recipient_role": "patient",
            "up_to": examples.ANSWER_ID,
            "delivered_at": "2026-03-09T10:34:01Z",
        },
    ),
    "chatBadge": FrameSchema(
        "chat.badge",
        "The person marked the chat as unread, or removed that mark; to their own sockets, without a `seq`",
        {**_CHAT, "unread_count": _NUMBER, "marked_unread": _BOOLEAN},
        example={**_IN_CHAT, "unread_count": 1, "marked_unread": True},
    ),
    "chatDraft": FrameSchema(
        "chat.draft",
        "The person's own draft, null when it is gone; to their own sockets, without a `seq`",
        {**_CHAT, "draft": _or_null(_shared("Draft"))},
        example={**_IN_CHAT, "draft": examples.DRAFT},
    ),
    "presence": FrameSchema(
        "presence",
        "Whether the other person of a watched chat is online; both null where they do not show it",
        {**_CHAT, "user_id": ID, "online": {"type": ["boolean", "null"]}, "last_seen_at": _or_null(_MOMENT)},
        example={
            **_IN_CHAT,
            "user_id": examples.DOCTOR_ID,
            "online": False,
            "last_seen_at": "2026-03-09T10:35:00Z",
        },
    ),
    "chatChanged": FrameSchema(
        "chat.changed",
        "A conversation was opened",
        {**_CHAT, **_SEQ, "chat": _shared("Chat")},
        example={**_IN_CHAT, "seq": 0, "chat": examples.JUST_OPENED},
    ),
    "chatSeq": FrameSchema(
        "chat.seq",
        "The current `seq` of the chat: a client that is behind asks by `since`. It has no row: no cursor follows it",
        {**_CHAT, **_SEQ},
        example={**_IN_CHAT, "seq": 62},
    ),
    "chatReachable": FrameSchema(
        "chat.reachable",
        "The other person's account was closed, opened again or given another role; without a `seq`",
        {**_CHAT, "can_reply": _BOOLEAN, "reply_blocked_reason": _or_null(CODE)},
        example={**_IN_CHAT, "can_reply": False, "reply_blocked_reason": "recipient_inactive"},
    ),
    "appointmentChanged": FrameSchema(
        "appointment.changed",
        "An appointment was made, moved, cancelled, concluded or given to another doctor; to both its people, a former "
        "doctor too",
        {"appointment_id": ID, "chat_id": _described(_or_null(ID), "The chat of the two; null while they have none")},
        example={"appointment_id": examples.APPOINTMENT_ID, **_IN_CHAT},
    ),
    "typing": FrameSchema(
        "typing",
        "The other person types, or has stopped; drop it 5 s after the last",
        {**_CHAT, "user_id": ID, "typing": _BOOLEAN},
        example={**_IN_CHAT, "user_id": examples.DOCTOR_ID, "typing": True},
    ),
    "status": FrameSchema(
        "status",
        "Whether this process receives the events of the others; while not, ask by `since` on a slow timer",
        {"live": _BOOLEAN},
        example={"live": True},
    ),
    "sessionEnded": FrameSchema("session.ended", "The sign-in has ended; the socket closes with 4401"),
    "sessionLocked": FrameSchema("session.locked", "Nobody used the sign-in for a while; the socket closes with 4423"),
}
SENT_BY_SERVER = ANSWERS | EVENTS
