"""The description of the frames that the server sends on `/ws/chat`: answers, and the events of `chat.live.events`."""

from chat.api import examples
from chat.api.frame_schema import BOOLEAN, CHAT, IN_CHAT, MOMENT, NUMBER, SEQ, FrameSchema, Schema, described, or_null
from chat.live.frames import HEARTBEAT_SECONDS
from chat.models.side import SenderRole
from chatsite.http.openapi import CODE, ID


def _shared(name: str) -> Schema:
    """A shape of the REST API."""
    return {"$ref": f"#/components/schemas/{name}"}


_ROLE: Schema = {"type": "string", "enum": SenderRole.values}
_CLIENT_ID = "The client_id of the send, as the client wrote it"
_MESSAGE = {**CHAT, **SEQ, "message": _shared("Message")}
_DELIVERED = {"delivered_up_to": ID, "delivered_at": or_null(MOMENT)}
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
            "code": described(CODE, "A code of the REST API, or `bad_frame`"),
            "message": {"type": "string", "description": "A sentence for people"},
            "client_id": {"type": "string", "maxLength": 100, "description": _CLIENT_ID},
            "chat_id": {"type": "integer", "description": "The chat_id of the frame, as the client wrote it"},
        },
        optional=("client_id", "chat_id"),
        example={
            "code": "message_not_found",
            "message": "Message not found.",
            "client_id": examples.ANSWER["client_id"],
            **IN_CHAT,
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
            "server_time": MOMENT,
            "heartbeat_s": described(NUMBER, "Seconds between the pings of a client"),
            "epoch": described({"type": "string"}, "Names the history of the server; of another one: load again"),
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
        example={**IN_CHAT, "seq": examples.ANSWER["seq"], "message": examples.ANSWER},
    ),
    "messageChanged": FrameSchema(
        "message.changed",
        "A message was corrected, retracted, reacted to or pinned, or quotes one that was; its present state",
        {
            **_MESSAGE,
            "last_reaction": described(
                or_null(_shared("LastReaction")),
                "As in the list of chats; only where the reactions to the message changed, or it was retracted",
            ),
        },
        optional=("last_reaction",),
        example={
            **IN_CHAT,
            "seq": examples.REACTED["seq"],
            "last_reaction": examples.LAST_REACTION,
            "message": examples.REACTED,
        },
    ),
    "chatRead": FrameSchema(
        "chat.read",
        "One side has read, up to this message",
        {
            **CHAT,
            **SEQ,
            "reader_role": _ROLE,
            "up_to": ID,
            "read_at": MOMENT,
            **_DELIVERED,
            "unread_count": described(NUMBER, "What is left; only to the reader's own sockets"),
        },
        optional=("unread_count",),
        example={
            **IN_CHAT,
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
        {**CHAT, **SEQ, "recipient_role": _ROLE, "up_to": ID, "delivered_at": MOMENT},
        example={
            **IN_CHAT,
            "seq": 61,
            "recipient_role": "patient",
            "up_to": examples.ANSWER_ID,
            "delivered_at": "2026-03-09T10:34:01Z",
        },
    ),
    "chatBadge": FrameSchema(
        "chat.badge",
        "The person marked the chat as unread, or removed that mark; to their own sockets, without a `seq`",
        {**CHAT, "unread_count": NUMBER, "marked_unread": BOOLEAN},
        example={**IN_CHAT, "unread_count": 1, "marked_unread": True},
    ),
    "chatDraft": FrameSchema(
        "chat.draft",
        "The person's own draft, null when it is gone; to their own sockets, without a `seq`",
        {**CHAT, "draft": or_null(_shared("Draft"))},
        example={**IN_CHAT, "draft": examples.DRAFT},
    ),
    "presence": FrameSchema(
        "presence",
        "Whether the other person of a watched chat is online; both null where they do not show it",
        {**CHAT, "user_id": ID, "online": {"type": ["boolean", "null"]}, "last_seen_at": or_null(MOMENT)},
        example={
            **IN_CHAT,
            "user_id": examples.DOCTOR_ID,
            "online": False,
            "last_seen_at": "2026-03-09T10:35:00Z",
        },
    ),
    "chatChanged": FrameSchema(
        "chat.changed",
        "A conversation was opened",
        {**CHAT, **SEQ, "chat": _shared("Chat")},
        example={**IN_CHAT, "seq": 0, "chat": examples.JUST_OPENED},
    ),
    "chatSeq": FrameSchema(
        "chat.seq",
        "The current `seq` of the chat: a client that is behind asks by `since`. It has no row: no cursor follows it",
        {**CHAT, **SEQ},
        example={**IN_CHAT, "seq": 62},
    ),
    "chatReachable": FrameSchema(
        "chat.reachable",
        "The other person's account was closed, opened again or given another role; without a `seq`",
        {**CHAT, "can_reply": BOOLEAN, "reply_blocked_reason": or_null(CODE)},
        example={**IN_CHAT, "can_reply": False, "reply_blocked_reason": "recipient_inactive"},
    ),
    "appointmentChanged": FrameSchema(
        "appointment.changed",
        "An appointment was made, moved, cancelled, concluded or given to another doctor; to both its people, a former "
        "doctor too",
        {"appointment_id": ID, "chat_id": described(or_null(ID), "The chat of the two; null while they have none")},
        example={"appointment_id": examples.APPOINTMENT_ID, **IN_CHAT},
    ),
    "typing": FrameSchema(
        "typing",
        "The other person types, or has stopped; drop it 5 s after the last",
        {**CHAT, "user_id": ID, "typing": BOOLEAN},
        example={**IN_CHAT, "user_id": examples.DOCTOR_ID, "typing": True},
    ),
    "status": FrameSchema(
        "status",
        "Whether this process receives the events of the others; while not, ask by `since` on a slow timer",
        {"live": BOOLEAN},
        example={"live": True},
    ),
    "sessionEnded": FrameSchema("session.ended", "The sign-in has ended; the socket closes with 4401"),
    "sessionLocked": FrameSchema("session.locked", "Nobody used the sign-in for a while; the socket closes with 4423"),
}
SENT_BY_SERVER = ANSWERS | EVENTS
