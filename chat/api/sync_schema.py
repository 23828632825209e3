"""The OpenAPI description of the sync."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s

from audit.errors import AuditUnavailable
from chat import errors
from chat.api import examples, serializers
from chat.api.schema import in_chat
from chat.services.sync import MOST
from chatsite.http.openapi import answer, envelope

SYNC = in_chat(
    "sync",
    "Get everything that changed since a cursor",
    "One request after any absence. Store the `cursor` of each answer and send it next time. Without one, returns all "
    "your chats, each with its newest message. With one, returns the chats that changed, and their new and changed "
    f"messages. An answer has at most {MOST} messages; with `more: true`, send its cursor at once for the rest. Some "
    "things come twice: of a message, keep the one with the higher `seq`. `private` is null if it did not change. "
    "`reset: true` means that the server was restored: forget what you have, this answer is the beginning. After "
    "`invalid_cursor`, do the same without a cursor.",
    safe=True,
    parameters=[OpenApiParameter("cursor", OpenApiTypes.STR, description="The `cursor` of the last answer; opaque")],
    answers={
        200: answer(
            envelope(
                "Synced",
                chats=serializers.ChatSerializer(many=True, help_text="The chats that changed, as in your list"),
                messages=serializers.MessageSerializer(
                    many=True, help_text="By chat, in each the latest change first; any message of a chat may change"
                ),
                private=serializers.PrivateStateSerializer(
                    many=True,
                    allow_null=True,
                    help_text="Your own state of all chats, in the last answer (`more: false`) if it changed. A chat "
                    "that is not in it has nothing unread, no mark and no draft, and you may write in it",
                ),
                more=s.BooleanField(help_text="Send the cursor again at once"),
                cursor=s.CharField(help_text="Opaque: what to send next. It is valid for you alone, and for any time"),
                reset=s.BooleanField(required=False, help_text="Only if true: forget what you have"),
            ),
            "Changes retrieved successfully",
            examples.SYNCED,
        )
    },
    refusals=[errors.InvalidCursor, AuditUnavailable],
)
