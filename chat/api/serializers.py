"""What the API answers, as OpenAPI describes it. `chat.representation` makes this JSON."""

from typing import Any

from rest_framework import serializers as s

from chat.limits import MAX_FILES
from chat.models.message import MessageType, SystemLine
from chat.models.side import SenderRole
from chat.representation import PASSAGE
from chat.search import passages
from chatsite.files.images import THUMBNAIL_SIDE
from chatsite.http.openapi import BigField, CodeField, IdField

# ENUM_NAME_OVERRIDES finds the values by this name.
MESSAGE_TYPES = MessageType.values


def _role() -> s.Field:
    return s.ChoiceField(SenderRole.values)


def type_field(**options: Any) -> s.Field:
    return s.ChoiceField(MESSAGE_TYPES, **options)


def _moment(**options: Any) -> s.Field:
    return s.DateTimeField(allow_null=True, **options)


def _written() -> s.Field:
    return _moment(help_text="UTC. Null only if another program wrote the row without a time")


class AttachmentSerializer(s.Serializer):
    attachment_id = IdField()
    file_name = s.CharField()
    file_type = s.CharField(help_text="Its media type")
    file_size = s.IntegerField(help_text="Bytes")
    file_url = s.CharField(help_text="GET it from this host with the same token; 410 after its message was retracted")
    thumbnail_url = s.CharField(
        allow_null=True, help_text=f"A WebP of at most {THUMBNAIL_SIDE} pixels a side; null for documents"
    )
    width = s.IntegerField(allow_null=True, help_text="Of an image, in pixels, as it is shown")
    height = s.IntegerField(allow_null=True)
    is_protected = s.BooleanField(help_text="Whether it opens with a password only; a PDF")


class QuoteSerializer(s.Serializer):
    """The message that another one answers, as it is now."""

    message_id = IdField()
    sender_id = IdField()
    sender_role = _role()
    message_type = type_field()
    message_text = s.CharField(allow_null=True, help_text=f"Its first {PASSAGE} characters")
    file_name = s.CharField(allow_null=True)
    edited_at = _moment(help_text="If later than the answer, the answer replied to an earlier text")
    retracted_at = _moment()


class ReactionSerializer(s.Serializer):
    emoji = s.CharField()
    user_ids = s.ListField(child=IdField())


class SystemDataSerializer(s.Serializer):
    """What a line that nobody wrote tells of."""

    appointment_id = IdField()
    starts_at = s.DateTimeField()
    previous_starts_at = _moment(help_text="Of one that was moved: when it was before")


class MessageSerializer(s.Serializer):
    """A message; the same for both people. The five `file_` keys are those of the first attachment."""

    message_id = IdField()
    chat_id = IdField()
    sender_id = IdField()
    sender_role = _role()
    message_type = type_field()
    message_text = s.CharField(allow_null=True, help_text="Null for files without a text, and after a retraction")
    file_url = s.CharField(allow_null=True)
    file_name = s.CharField(allow_null=True)
    file_type = s.CharField(allow_null=True)
    file_size = s.IntegerField(allow_null=True)
    is_read = s.BooleanField(help_text="Whether the recipient has read it")
    read_at = _moment()
    created_at = _written()
    seq = BigField(help_text="The change number at which this message last changed")
    client_id = s.UUIDField(allow_null=True)
    attachments = AttachmentSerializer(many=True, help_text=f"At most {MAX_FILES}, in the sender's order")
    reply_to = QuoteSerializer(allow_null=True)
    reactions = ReactionSerializer(many=True)
    pinned_at = _moment()
    pinned_by = IdField(allow_null=True, help_text="Who pinned it")
    edited_at = _moment(help_text="When it was last corrected")
    retracted_at = _moment()
    system = s.CharField(
        allow_null=True,
        help_text=f"Null for a message of a person. Else nobody wrote it, and it tells: {', '.join(SystemLine.values)}",
    )
    system_data = SystemDataSerializer(allow_null=True)


class RevisionSerializer(s.Serializer):
    message_text = s.CharField(allow_null=True)
    file_names = s.ListField(
        child=s.CharField(),
        help_text="Names of its files, in the sender's order; the files of a retracted message answer 410",
    )
    written_at = _written()
    replaced_at = s.DateTimeField()


class ReceiptSerializer(s.Serializer):
    sent_at = _written()
    notified_at = _moment(
        required=False,
        help_text="When the recipient was first told that a message waits, before reading it; null: not yet. Absent "
        "where nothing tells people of messages",
    )
    notified_by = s.ChoiceField(
        ["device", "email", "sms"],
        allow_null=True,
        required=False,
        help_text="By what: a push to a device, a mail, or a text message",
    )
    delivered_at = _moment(help_text="When a device of the recipient received it")
    read_at = _moment()


class FiledSerializer(AttachmentSerializer):
    message_id = IdField()
    sender_id = IdField()
    sender_role = _role()
    created_at = _written()


class DraftSerializer(s.Serializer):
    message_text = s.CharField()
    reply_to = QuoteSerializer(allow_null=True)
    client_id = s.UUIDField(allow_null=True)
    updated_at = s.DateTimeField()


class PassageSerializer(s.Serializer):
    text = s.CharField(
        help_text=f"About {passages.LENGTH} characters around the first word that was found, on one line"
    )
    marks = s.ListField(
        child=s.ListField(child=s.IntegerField(), min_length=2, max_length=2),
        help_text="[start, end] of each word that was found, in characters (Unicode code points) of the text",
    )


class SearchResultSerializer(s.Serializer):
    chat_id = IdField()
    other_name = s.CharField(help_text="Name of the other person in this chat")
    passage = PassageSerializer()
    file_names = PassageSerializer(many=True, help_text="Names of files with words that are not in the passage")
    message_data = MessageSerializer()


class WatermarkSerializer(s.Serializer):
    up_to = IdField(allow_null=True, help_text="Read up to this message_id")
    read_at = _moment()
    delivered_up_to = IdField(allow_null=True, help_text="Received up to this message_id")
    delivered_at = _moment()


class ReadsSerializer(s.Serializer):
    """How far each side has received and read."""

    doctor = WatermarkSerializer()
    patient = WatermarkSerializer()


class LastReactionSerializer(s.Serializer):
    message_id = IdField()
    user_id = IdField(help_text="Who reacted")
    emoji = s.CharField()
    created_at = s.DateTimeField()


class OpenedChatSerializer(s.Serializer):
    chat_id = IdField()
    doctor_id = IdField()
    patient_id = IdField()
    last_message_at = _moment()
    created_at = _written()


class ChatSerializer(OpenedChatSerializer):
    """A row of your list of chats."""

    doctor_name = s.CharField()
    doctor_profile = s.CharField(allow_null=True, help_text="Address of the picture, on this host")
    patient_name = s.CharField()
    patient_profile = s.CharField(allow_null=True)
    unread_count = s.IntegerField(
        help_text="Messages that you have not read; at least 1 while you have the chat marked as unread"
    )
    last_message_text = s.CharField(allow_null=True)
    last_message_type = type_field(allow_null=True)
    last_message_id = IdField(allow_null=True)
    last_message_file_name = s.CharField(allow_null=True)
    last_message_sender_id = IdField(allow_null=True)
    last_message_system = s.CharField(allow_null=True, help_text="As `system` of a message")
    last_message_system_data = SystemDataSerializer(allow_null=True)
    last_reaction = LastReactionSerializer(
        allow_null=True, help_text="The last answer, where that is a reaction: it came after the last message"
    )
    seq = BigField(help_text="Counts the changes both people see: the cursor for `since`")
    message_count = s.IntegerField()
    reads = ReadsSerializer()
    can_reply = s.BooleanField(help_text="Whether you may write in this chat now")
    reply_blocked_reason = CodeField(
        allow_null=True, help_text="If you may not write, the code of the refusal: `recipient_inactive`"
    )
    marked_unread = s.BooleanField()
    draft = DraftSerializer(allow_null=True, help_text="Your own")
    not_reached_since = _moment(
        help_text="For doctors: since when the oldest message waits that the patient has neither read nor been told "
        "of. Null where there is none, and for fewer days than the practice chose"
    )
    not_seen_since = _moment(
        help_text="If the practice shows it: since when your oldest message waits that the other person has not read"
    )


class PrivateStateSerializer(s.Serializer):
    """The keys of a chat that change for you alone; they replace those of its row."""

    chat_id = IdField()
    unread_count = s.IntegerField()
    marked_unread = s.BooleanField()
    draft = DraftSerializer(allow_null=True)
    can_reply = s.BooleanField()
    reply_blocked_reason = s.CharField(allow_null=True)
