"""The description of the frames that clients send on `/ws/chat`, which `chat.live.frames` reads."""

from chat.api import examples
from chat.api.frame_schema import BOOLEAN, CHAT, IN_CHAT, FrameSchema, described, or_null
from chat.limits import MAX_FILES, MAX_TEXT_BYTES
from chat.live.frames import MAX_BYTES
from chat.live.presence import MOST_WATCHED
from chat.services import looking
from chatsite.http.openapi import ID

_UP_TO = described(or_null(ID), "A message_id; absent or null: all messages")

SENT_BY_CLIENTS = {
    "sendMessage": FrameSchema(
        "send",
        "Send a message: text, files that were uploaded before, or both",
        {
            **CHAT,
            "client_id": {"type": "string", "format": "uuid", "description": "A UUID of your own for each message"},
            "message_text": {
                "type": ["string", "null"],
                "description": f"At most {MAX_TEXT_BYTES:,} bytes of UTF-8; the frame, {MAX_BYTES // 1024} KB in all",
            },
            "attachment_ids": {"type": "array", "items": ID, "maxItems": MAX_FILES, "uniqueItems": True},
            "reply_to": described(or_null(ID), "The message_id that it answers, in the same chat"),
        },
        optional=("message_text", "attachment_ids", "reply_to"),
        example={**examples.SEND, "attachment_ids": [], "reply_to": None},
    ),
    "markRead": FrameSchema(
        "read",
        "The person has read the other side's messages, up to this one",
        {**CHAT, "up_to": _UP_TO},
        optional=("up_to",),
        example={**IN_CHAT, "up_to": examples.ANSWER_ID},
    ),
    "markDelivered": FrameSchema(
        "delivered",
        "This device has received all messages up to this one",
        {**CHAT, "up_to": _UP_TO},
        optional=("up_to",),
        example={**IN_CHAT, "up_to": examples.ANSWER_ID},
    ),
    "watchPresence": FrameSchema(
        "watch",
        "Receive the presence of the other person, now and at each change, until `false`",
        {**CHAT, "watching": described(BOOLEAN, f"At most {MOST_WATCHED} chats per socket")},
        example={**IN_CHAT, "watching": True},
    ),
    "reportTyping": FrameSchema(
        "typing",
        "The person types, or has stopped; `true` counts at most once every 2 s",
        {**CHAT, "typing": BOOLEAN},
        example={**IN_CHAT, "typing": True},
    ),
    "reportLooking": FrameSchema(
        "looking",
        "The chat is on the screen in front of the person, or no longer: its device is not told of what arrives there. "
        f"Repeat `true` every 30 s; it holds for {looking.KEPT_SECONDS} s, and ends with the socket",
        {**CHAT, "looking": described(BOOLEAN, "A socket looks at one chat: another takes the place of the last")},
        example={**IN_CHAT, "looking": True},
    ),
    "ping": FrameSchema("ping", "Ask whether the line is alive; answered by `pong`"),
}
