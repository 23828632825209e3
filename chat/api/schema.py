"""What OpenAPI says of each endpoint: what it takes, and which of the `shapes` it answers with."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers as s

from chat.api.shapes import (
    AttachmentSerializer,
    ChatSerializer,
    DraftSerializer,
    ErrorSerializer,
    FiledSerializer,
    MessageSerializer,
    OpenedChatSerializer,
    ReadsSerializer,
    ReceiptSerializer,
    RevisionSerializer,
    SearchResultSerializer,
    SendErrorSerializer,
    SendSerializer,
)


def _envelope(name: str, **content) -> s.Serializer:
    return inline_serializer(name, {"success": s.BooleanField(), "message": s.CharField(), **content})


_ERRORS = dict.fromkeys((400, 401, 403, 404), ErrorSerializer)


def _query(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.INT, description=description)


_CHAT_ID = OpenApiParameter("chat_id", OpenApiTypes.INT, OpenApiParameter.PATH)
_MESSAGE_ID = OpenApiParameter("message_id", OpenApiTypes.INT, OpenApiParameter.PATH)
_EMOJI = OpenApiParameter("emoji", OpenApiTypes.STR, OpenApiParameter.PATH, description="Percent-encoded UTF-8")
_LIMIT = _query("limit", "Default 50, at most 100")
_KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.UUID, OpenApiParameter.HEADER, description="As client_id")

_OPENED = {"chat": OpenedChatSerializer()}
GET_OR_CREATE = {
    "operation_id": "get_or_create_chat",
    "request": inline_serializer("Pair", {"doctor_id": s.IntegerField(), "patient_id": s.IntegerField()}),
    "responses": {
        200: _envelope("ChatFound", **_OPENED),
        201: _envelope("ChatCreated", **_OPENED),
        **_ERRORS,
    },
}
LIST_CHATS = {
    "operation_id": "list_chats",
    "parameters": [
        _query("limit", "All chats without it; at most 100"),
        _query("before", "A last_message_id: the chats after that one in the list"),
        _query("before_chat_id", "Among the chats without a message: those after this one"),
    ],
    "responses": {
        200: _envelope("Chats", chats=ChatSerializer(many=True), has_more=s.BooleanField()),
        **_ERRORS,
    },
}
SEND = {
    "operation_id": "send_message",
    "parameters": [_KEY],
    "request": {"multipart/form-data": SendSerializer, "application/json": SendSerializer},
    "responses": {
        200: _envelope("SentBefore", message_data=MessageSerializer()),
        201: _envelope("Sent", message_data=MessageSerializer()),
        409: ErrorSerializer,
        503: ErrorSerializer,
        **_ERRORS,
        400: SendErrorSerializer,
    },
}
ATTACH = {
    "operation_id": "upload_attachment",
    "parameters": [_KEY],
    "request": {
        "multipart/form-data": inline_serializer(
            "Upload",
            {"chat_id": s.IntegerField(), "file": s.FileField(), "client_id": s.UUIDField(required=False)},
        )
    },
    "responses": {
        200: _envelope("UploadedBefore", attachment=AttachmentSerializer()),
        201: _envelope("Uploaded", attachment=AttachmentSerializer()),
        409: ErrorSerializer,
        **_ERRORS,
    },
}
MESSAGES = {
    "operation_id": "list_messages",
    "parameters": [
        _CHAT_ID,
        _LIMIT,
        _query("offset", "From the oldest"),
        _query("newest", "1: the newest messages"),
        _query("before", "A message_id: the messages just before it"),
        _query("after", "A message_id: the messages just after it"),
        _query("since", "A seq: what changed after it"),
    ],
    "responses": {
        200: _envelope(
            "Messages",
            messages=MessageSerializer(many=True),
            total=s.IntegerField(),
            reads=ReadsSerializer(),
            has_more=s.BooleanField(required=False),
            next_since=s.IntegerField(required=False),
            reset=s.BooleanField(required=False),
        ),
        **_ERRORS,
    },
}
READ = {
    "operation_id": "mark_read",
    "parameters": [_CHAT_ID],
    "request": inline_serializer("UpTo", {"up_to_message_id": s.IntegerField(required=False)}),
    "responses": {200: _envelope("MarkedRead", updated_count=s.IntegerField()), **_ERRORS},
}
WS_TICKET = {
    "operation_id": "issue_ws_ticket",
    "request": None,
    "responses": {200: _envelope("Ticket", ticket=s.CharField(), expires_in=s.IntegerField()), **_ERRORS},
}


def _on_message(operation_id: str, name: str, *parameters, request=None, conflicts: bool = True, **content) -> dict:
    """An operation on one message that answers with it."""
    answer = _envelope(name, message_data=MessageSerializer(), **content)
    refusals = {409: ErrorSerializer} if conflicts else {}
    return {
        "operation_id": operation_id,
        "parameters": [_MESSAGE_ID, *parameters],
        "request": request,
        "responses": {200: answer, **refusals, **_ERRORS},
    }


_TEXT = inline_serializer("Text", {"message_text": s.CharField()})
MESSAGE = _on_message("get_message", "OneMessage", conflicts=False, receipt=ReceiptSerializer())
CORRECT = _on_message("correct_message", "Corrected", request=_TEXT)
RETRACT = _on_message("retract_message", "Retracted", conflicts=False)
REVISIONS = _on_message("list_revisions", "Revisions", conflicts=False, revisions=RevisionSerializer(many=True))
REACT = _on_message("add_reaction", "Reacted", _EMOJI)
WITHDRAW_REACTION = _on_message("withdraw_reaction", "ReactionWithdrawn", _EMOJI, conflicts=False)
PIN = _on_message("pin_message", "Pinned")
UNPIN = _on_message("unpin_message", "Unpinned", conflicts=False)
READ_MESSAGE = {
    "operation_id": "mark_read_up_to_message",
    "parameters": [_MESSAGE_ID],
    "request": None,
    "responses": {200: _envelope("MarkedReadUpTo", updated_count=s.IntegerField()), **_ERRORS},
}
DELIVERED = {
    "operation_id": "mark_delivered",
    "parameters": [_CHAT_ID],
    "request": inline_serializer("DeliveredUpTo", {"up_to_message_id": s.IntegerField(required=False)}),
    "responses": {200: _envelope("MarkedDelivered", up_to=s.IntegerField(allow_null=True)), **_ERRORS},
}
MARK_UNREAD = {
    "operation_id": "mark_unread",
    "parameters": [_CHAT_ID],
    "request": None,
    "responses": {200: _envelope("MarkedUnread", unread_count=s.IntegerField()), **_ERRORS},
}
PINS = {
    "operation_id": "list_pins",
    "parameters": [_CHAT_ID],
    "responses": {200: _envelope("Pins", messages=MessageSerializer(many=True)), **_ERRORS},
}
PRESENCE = {
    "operation_id": "get_presence",
    "parameters": [_CHAT_ID],
    "responses": {
        200: _envelope(
            "Presence",
            online=s.BooleanField(allow_null=True, help_text="Null where the other person does not show it"),
            last_seen_at=s.DateTimeField(allow_null=True, help_text="Null while online, and where it is not known"),
            usually_answers_within=s.IntegerField(allow_null=True, help_text="Seconds; to patients, of their doctor"),
        ),
        **_ERRORS,
    },
}
FILES = {
    "operation_id": "list_files",
    "parameters": [
        _CHAT_ID,
        _LIMIT,
        OpenApiParameter("kind", OpenApiTypes.STR, enum=["image", "document"]),
        _query("before", "An attachment_id: the files before it"),
    ],
    "responses": {200: _envelope("Files", files=FiledSerializer(many=True), has_more=s.BooleanField()), **_ERRORS},
}
SAVE_DRAFT = {
    "operation_id": "save_draft",
    "parameters": [_CHAT_ID],
    "request": inline_serializer(
        "DraftText",
        {
            "message_text": s.CharField(allow_blank=True),
            "reply_to": s.IntegerField(required=False),
            "client_id": s.UUIDField(required=False, help_text="The key under which it will be sent"),
        },
    ),
    "responses": {200: _envelope("SavedDraft", draft=DraftSerializer(allow_null=True)), **_ERRORS},
}
SEARCH = {
    "operation_id": "search_messages",
    "request": inline_serializer(
        "Search",
        {
            "q": s.CharField(min_length=2, max_length=200),
            "chat_id": s.IntegerField(required=False, help_text="In this chat alone"),
            "type": s.CharField(required=False, help_text="text, image or file"),
            "from": s.DateField(required=False, help_text="In the person's time zone"),
            "to": s.DateField(required=False, help_text="That day included"),
            "before": s.IntegerField(required=False, help_text="A message_id: what was found before it"),
            "limit": s.IntegerField(required=False, help_text="Default 50, at most 100"),
        },
    ),
    "responses": {
        200: _envelope("Found", results=SearchResultSerializer(many=True), has_more=s.BooleanField()),
        **_ERRORS,
    },
}
