"""The OpenAPI description of the endpoints of conversations: requests, answers and refusals."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers as s

from accounts.api.schema import signed_in
from audit.errors import AuditUnavailable
from chat.api import bodies, examples, serializers
from chat.errors import (
    ChatNotFound,
    Invalid,
    MayNotTalk,
    NotAParticipant,
    TextNotStorable,
    TextTooLong,
    UserNotFound,
)
from chat.input import DEFAULT_LIMIT, MAX_LIMIT
from chat.limits import MAX_PINS
from chat.services import reply_time, tickets
from chatsite.http.errors import TooManyRequests
from chatsite.http.openapi import ID, IdField, answer, body, envelope, operation

_TAG = "Conversations"
MARKED = envelope(
    "MarkedRead", updated_count=s.IntegerField(help_text="How many messages of the other side were marked")
)


def in_chat(
    *args: Any, safe: bool = False, refusals: Iterable[Any] = (), tag: str = _TAG, **more: Any
) -> dict[str, Any]:
    """An operation of a doctor or a patient; `safe` ones change nothing."""
    everybody = (*signed_in(safe=safe), NotAParticipant)
    return operation(*args, tag=tag, refusals=[*refusals, *everybody], **more)


def on_chat(
    *args: Any, parameters: Iterable[OpenApiParameter] = (), refusals: Iterable[Any] = (), **more: Any
) -> dict[str, Any]:
    """An operation on the chat named in the address."""
    refusals = [bad_id("chatId"), ChatNotFound, *refusals]
    return in_chat(*args, parameters=[path_id("chat_id", examples.CHAT_ID), *parameters], refusals=refusals, **more)


def bad_id(name: str) -> Invalid:
    return Invalid(f"{name} must be a whole number from 1 to 2^63-1.")


def path_id(name: str, example: int) -> OpenApiParameter:
    return OpenApiParameter(name, ID, OpenApiParameter.PATH, examples=[OpenApiExample("Id", value=example)])


def query_id(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, ID, description=description)


def query_number(name: str, description: str, *, least: int, **schema: Any) -> OpenApiParameter:
    whole = {"type": "integer", "format": "int64", "minimum": least, **schema}
    return OpenApiParameter(name, whole, description=description)


LIMIT = query_number(
    "limit", f"At most {MAX_LIMIT}; a larger number counts as {MAX_LIMIT}", least=1, default=DEFAULT_LIMIT
)

_OPENED = envelope("OpenedChat", chat=serializers.OpenedChatSerializer())
GET_OR_CREATE = in_chat(
    "get_or_create_chat",
    "Open the chat of a doctor and a patient",
    "There is one chat for each pair. The first call creates it. You must be one of the two.",
    request=body(bodies.PairSerializer, examples.PAIR),
    answers={
        200: answer(_OPENED, "Chat found", {"chat": examples.OPENED_CHAT}),
        201: answer(_OPENED, "Chat created successfully", {"chat": examples.NEW_CHAT}),
    },
    refusals=[bad_id("doctor_id"), MayNotTalk, UserNotFound, TooManyRequests],
)
LIST_CHATS = in_chat(
    "list_chats",
    "List your chats, newest message first",
    "Returns all your chats or, with `limit`, one page. For the next page send the last_message_id of the last row as "
    "`before`. If that row has no message, send its chat_id as `before_chat_id`.",
    safe=True,
    parameters=[
        query_number("limit", f"At most {MAX_LIMIT}; without it, all chats", least=1),
        query_id("before", "A last_message_id: returns the chats that follow it in the list"),
        query_id("before_chat_id", "A chat_id: returns the chats without a message that follow it in the list"),
    ],
    answers={
        200: answer(
            envelope("Chats", chats=serializers.ChatSerializer(many=True), has_more=s.BooleanField()),
            "Chats retrieved successfully",
            {"chats": [examples.CHAT], "has_more": False},
        )
    },
    refusals=[bad_id("before")],
)
READ = on_chat(
    "mark_read",
    "Mark the other side's messages as read",
    "Up to this message; without one, up to the newest message at that moment. What you have read stays read. "
    "If you marked the chat as unread, this removes that mark.",
    request=body(bodies.UpToSerializer, {"up_to_message_id": examples.ANSWER_ID}),
    answers={200: answer(MARKED, "Messages marked as read", {"updated_count": 1})},
)
DELIVERED = on_chat(
    "mark_delivered",
    "Mark the messages as received by this device",
    "Up to this message; without one, up to the newest message. What was received stays received, and what you have "
    "read counts as received. `up_to` is the newest message that your devices have received; null if the chat has no "
    "message.",
    request=body(bodies.UpToSerializer, {"up_to_message_id": examples.ANSWER_ID}),
    answers={
        200: answer(
            envelope("MarkedDelivered", up_to=IdField(allow_null=True)),
            "Messages marked as delivered",
            {"up_to": examples.ANSWER_ID},
        )
    },
)
MARK_UNREAD = on_chat(
    "mark_unread",
    "Mark the chat as unread for yourself",
    "The unread badge appears on all your devices until you next read the chat; `unread_count` is then at least 1. "
    "The other side does not see it.",
    answers={
        200: answer(
            envelope("MarkedUnread", unread_count=s.IntegerField(min_value=1)),
            "Chat marked as unread",
            {"unread_count": 1},
        )
    },
)
SAVE_DRAFT = on_chat(
    "save_draft",
    "Save a draft",
    "Each person has one draft per chat. It is private and appears on all your devices. An empty text deletes it; a "
    "request without `message_text` is refused. Sending the message deletes it. Save it with the `client_id` under "
    "which you will send the message: a save that arrives after that send changes nothing.",
    request=body(bodies.DraftTextSerializer, examples.DRAFT_TEXT),
    answers={
        200: answer(
            envelope("SavedDraft", draft=serializers.DraftSerializer(allow_null=True)),
            "Draft saved",
            {"draft": examples.DRAFT},
            when='"Draft saved", or "No draft kept" with null',
        )
    },
    refusals=[
        Invalid("message_text: send the whole text, or an empty one to forget the draft."),
        TextTooLong,
        TextNotStorable,
    ],
)
PINS = on_chat(
    "list_pins",
    "The pinned messages of a chat, the latest pin first",
    f"At most {MAX_PINS}. Both people see the same pins.",
    safe=True,
    answers={
        200: answer(
            envelope("Pins", messages=serializers.MessageSerializer(many=True)),
            "Pins retrieved successfully",
            {"messages": [examples.PINNED]},
        )
    },
    refusals=[AuditUnavailable],
)
FILES = on_chat(
    "list_files",
    "The files of a chat, newest first",
    "Files of retracted messages are left out. For the next page send the last attachment_id as `before`.",
    safe=True,
    parameters=[
        LIMIT,
        OpenApiParameter("kind", OpenApiTypes.STR, enum=["image", "document"], description="Without it, both kinds"),
        query_id("before", "An attachment_id: returns the files before it"),
    ],
    answers={
        200: answer(
            envelope("Files", files=serializers.FiledSerializer(many=True), has_more=s.BooleanField()),
            "Files retrieved successfully",
            {"files": [examples.FILED], "has_more": False},
        )
    },
    refusals=[AuditUnavailable],
)
PRESENCE = on_chat(
    "get_presence",
    "Get whether the other person is online",
    "`online` and `last_seen_at` are null if the other person does not show them. For patients, "
    "`usually_answers_within` is the number of seconds within which their doctor gave half of the answers of the last "
    f"{reply_time.DAYS} days; null if there were fewer than {reply_time.ENOUGH}.",
    safe=True,
    answers={
        200: answer(
            envelope(
                "Presence",
                online=s.BooleanField(allow_null=True, help_text="Null if the other person does not show it"),
                last_seen_at=s.DateTimeField(allow_null=True, help_text="Null while online, and if unknown"),
                usually_answers_within=s.IntegerField(allow_null=True, help_text="Seconds; null for doctors"),
            ),
            "Presence found",
            {"online": False, "last_seen_at": "2026-03-09T10:35:00Z", "usually_answers_within": 5400},
        )
    },
)
WS_TICKET = in_chat(
    "issue_ws_ticket",
    "Get a ticket for the socket",
    "For clients that cannot set headers on the socket. Connect to `/ws/chat?ticket=…` within "
    f"{tickets.LIFETIME_SECONDS} seconds; a ticket works once.",
    answers={
        200: answer(
            envelope("Ticket", ticket=s.CharField(), expires_in=s.IntegerField(help_text="Seconds")),
            "Ticket issued",
            {"ticket": "hV3qk0yJr8mZ1xT5bN7uWc2dLf9sEa4gPo6iRtYvKzQ", "expires_in": 30},
        )
    },
    refusals=[TooManyRequests],
)
