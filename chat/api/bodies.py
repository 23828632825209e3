"""What clients send to the API, as OpenAPI describes it. `chat.input` and the services read it."""

from typing import Any

from rest_framework import serializers as s

from chat.api.serializers import type_field
from chat.files import EXTENSIONS
from chat.input import DEFAULT_LIMIT, MAX_LIMIT
from chat.limits import MAX_FILES, MAX_TEXT_BYTES, QUERY_LONGEST, QUERY_SHORTEST, max_megabytes
from chatsite.http.openapi import IdField, shape

FILE_TYPES = f"{', '.join(EXTENSIONS[:-1])} or {EXTENSIONS[-1]}"
_OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}
_CLIENT_ID = "A UUID of your own for each message: a request repeated with it posts nothing twice"


class PairSerializer(s.Serializer):
    doctor_id = IdField()
    patient_id = IdField()


class SendSerializer(s.Serializer):
    chat_id = IdField(**_OPTIONAL, help_text="Or send doctor_id and patient_id; chat_id takes precedence")
    doctor_id = IdField(**_OPTIONAL)
    patient_id = IdField(**_OPTIONAL)
    message_text = s.CharField(
        **_OPTIONAL,
        allow_blank=True,
        help_text=f"At most {MAX_TEXT_BYTES:,} bytes of UTF-8; optional if the message has files",
    )
    attachment_ids = s.ListField(
        child=IdField(),
        max_length=MAX_FILES,
        **_OPTIONAL,
        help_text="Files uploaded before, in the order in which to show them",
    )
    client_id = s.UUIDField(**_OPTIONAL, help_text=_CLIENT_ID)
    reply_to = IdField(**_OPTIONAL, help_text="The message_id that it answers, in the same chat")


class UploadSerializer(s.Serializer):
    chat_id = IdField()
    file = s.FileField(help_text=f"{FILE_TYPES}, up to {max_megabytes()} MiB")
    client_id = s.UUIDField(
        required=False, help_text="A UUID of your own: a repeated request answers with the same attachment"
    )


class UpToSerializer(s.Serializer):
    up_to_message_id = IdField(**_OPTIONAL, help_text="Without it, the newest message at that moment")


class TextSerializer(s.Serializer):
    message_text = s.CharField(
        allow_null=True, allow_blank=True, help_text="The whole new text; it may be empty only if the message has files"
    )


class DraftTextSerializer(s.Serializer):
    message_text = s.CharField(
        allow_null=True, allow_blank=True, help_text="The text so far; an empty text or null deletes the draft"
    )
    reply_to = IdField(**_OPTIONAL, help_text="The message_id that it answers, in the same chat")
    client_id = s.UUIDField(**_OPTIONAL, help_text="The key under which it will be sent")


_SEARCH: dict[str, s.Field] = {
    "q": s.CharField(
        min_length=QUERY_SHORTEST,
        max_length=QUERY_LONGEST,
        help_text="Words or beginnings of words; a message must contain all of them",
    ),
    "chat_id": IdField(**_OPTIONAL, help_text="Search only this chat"),
    "type": type_field(**_OPTIONAL, help_text="text: without a file; image or file: with at least one of that kind"),
    "from": s.DateField(**_OPTIONAL, help_text="The first day, in your time zone"),
    "to": s.DateField(**_OPTIONAL, help_text="The last day, in your time zone"),
    "before": IdField(**_OPTIONAL, help_text="A message_id: returns the results before it"),
    "limit": s.IntegerField(**_OPTIONAL, min_value=1, help_text=f"At most {MAX_LIMIT}; without it, {DEFAULT_LIMIT}"),
}
SearchSerializer = shape("Search", **_SEARCH)
