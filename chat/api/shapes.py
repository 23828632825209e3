"""The JSON of the API as OpenAPI describes it. The code that makes it is in `serializers`."""

from rest_framework import serializers as s


class ErrorSerializer(s.Serializer):
    """Every refusal. `error` is a stable code, listed in docs/api.md."""

    success = s.BooleanField(default=False)
    message = s.CharField()
    error = s.CharField()


class RefusedFileSerializer(s.Serializer):
    index = s.IntegerField(help_text="Its place among the files, from 0")
    file_name = s.CharField()
    code = s.CharField()
    message = s.CharField()


class SendErrorSerializer(ErrorSerializer):
    """`errors` with `files_refused` only."""

    errors = RefusedFileSerializer(many=True, required=False)


class AttachmentSerializer(s.Serializer):
    attachment_id = s.IntegerField()
    file_name = s.CharField()
    file_type = s.CharField()
    file_size = s.IntegerField(help_text="Bytes")
    file_url = s.CharField()
    thumbnail_url = s.CharField(allow_null=True)
    width = s.IntegerField(allow_null=True)
    height = s.IntegerField(allow_null=True)


class QuoteSerializer(s.Serializer):
    """The message that another one answers, as it is now."""

    message_id = s.IntegerField()
    sender_id = s.IntegerField()
    sender_role = s.ChoiceField(["doctor", "patient"])
    message_type = s.ChoiceField(["text", "file", "image"])
    message_text = s.CharField(allow_null=True, help_text="Its first 200 characters")
    file_name = s.CharField(allow_null=True)
    retracted_at = s.DateTimeField(allow_null=True)


class ReactionSerializer(s.Serializer):
    emoji = s.CharField()
    user_ids = s.ListField(child=s.IntegerField())


class MessageSerializer(s.Serializer):
    message_id = s.IntegerField()
    chat_id = s.IntegerField()
    sender_id = s.IntegerField()
    sender_role = s.ChoiceField(["doctor", "patient"])
    message_type = s.ChoiceField(["text", "file", "image"])
    message_text = s.CharField(allow_null=True)
    file_url = s.CharField(allow_null=True)
    file_name = s.CharField(allow_null=True)
    file_type = s.CharField(allow_null=True)
    file_size = s.IntegerField(allow_null=True)
    is_read = s.BooleanField()
    read_at = s.DateTimeField(allow_null=True)
    created_at = s.DateTimeField()
    seq = s.IntegerField(help_text="The change number at which this message last changed.")
    client_id = s.UUIDField(allow_null=True)
    attachments = AttachmentSerializer(many=True)
    reply_to = QuoteSerializer(allow_null=True)
    reactions = ReactionSerializer(many=True)
    pinned_at = s.DateTimeField(allow_null=True)
    pinned_by = s.IntegerField(allow_null=True)
    edited_at = s.DateTimeField(allow_null=True)
    retracted_at = s.DateTimeField(allow_null=True)


class RevisionSerializer(s.Serializer):
    message_text = s.CharField(allow_null=True)
    written_at = s.DateTimeField(allow_null=True)
    replaced_at = s.DateTimeField()


class ReceiptSerializer(s.Serializer):
    sent_at = s.DateTimeField()
    delivered_at = s.DateTimeField(allow_null=True)
    read_at = s.DateTimeField(allow_null=True)


class FiledSerializer(AttachmentSerializer):
    message_id = s.IntegerField()
    sender_id = s.IntegerField()
    sender_role = s.ChoiceField(["doctor", "patient"])
    created_at = s.DateTimeField()


class DraftSerializer(s.Serializer):
    message_text = s.CharField()
    reply_to = QuoteSerializer(allow_null=True)
    client_id = s.UUIDField(allow_null=True)
    updated_at = s.DateTimeField()


class PassageSerializer(s.Serializer):
    text = s.CharField(help_text="About 160 characters around the first word that was found, on one line")
    marks = s.ListField(
        child=s.ListField(child=s.IntegerField(), min_length=2, max_length=2),
        help_text="[start, end] of each word that was found, in characters (Unicode code points) of the text",
    )


class SearchResultSerializer(s.Serializer):
    chat_id = s.IntegerField()
    other_name = s.CharField()
    passage = PassageSerializer()
    message_data = MessageSerializer()


class WatermarkSerializer(s.Serializer):
    up_to = s.IntegerField(allow_null=True, help_text="A message_id")
    read_at = s.DateTimeField(allow_null=True)
    delivered_up_to = s.IntegerField(allow_null=True, help_text="A message_id")
    delivered_at = s.DateTimeField(allow_null=True)


class ReadsSerializer(s.Serializer):
    doctor = WatermarkSerializer()
    patient = WatermarkSerializer()


class OpenedChatSerializer(s.Serializer):
    chat_id = s.IntegerField()
    doctor_id = s.IntegerField()
    patient_id = s.IntegerField()
    last_message_at = s.DateTimeField(allow_null=True)
    created_at = s.DateTimeField()


class ChatSerializer(OpenedChatSerializer):
    doctor_name = s.CharField()
    doctor_profile = s.CharField(allow_null=True)
    patient_name = s.CharField()
    patient_profile = s.CharField(allow_null=True)
    unread_count = s.IntegerField()
    last_message_text = s.CharField(allow_null=True)
    last_message_type = s.CharField(allow_null=True, help_text="text, file or image")
    last_message_id = s.IntegerField(allow_null=True)
    last_message_file_name = s.CharField(allow_null=True)
    last_message_sender_id = s.IntegerField(allow_null=True)
    seq = s.IntegerField()
    message_count = s.IntegerField()
    reads = ReadsSerializer()
    can_reply = s.BooleanField()
    marked_unread = s.BooleanField()
    draft = DraftSerializer(allow_null=True)


class SendSerializer(s.Serializer):
    chat_id = s.IntegerField(required=False)
    doctor_id = s.IntegerField(required=False)
    patient_id = s.IntegerField(required=False)
    message_text = s.CharField(required=False)
    file = s.ListField(child=s.FileField(), required=False, max_length=10)
    attachment_ids = s.ListField(child=s.IntegerField(), required=False)
    client_id = s.UUIDField(required=False)
    reply_to = s.IntegerField(required=False, help_text="The message_id it answers")
