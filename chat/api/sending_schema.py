"""The OpenAPI description of sending messages, and of the pages of a chat."""

from datetime import timedelta

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s

from audit.errors import AuditUnavailable
from chat import errors
from chat.api import bodies, examples, refused_files, serializers
from chat.api.schema import LIMIT, in_chat, on_chat, query_id, query_number
from chat.limits import MAX_FILES, max_megabytes
from chat.services.cleaning_rules import GRACE
from chatsite.http.errors import TooManyRequests
from chatsite.http.openapi import BigField, answer, body, envelope

TAG = "Messages"
_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID; may be sent instead of client_id"
)
TEXT_REFUSED = (errors.EmptyMessage, errors.TextTooLong, errors.TextNotStorable)
_FORM_REFUSED = (errors.TooManyAttachments, *refused_files.EACH, *refused_files.NOT_OPENED)
MESSAGE_DATA = envelope("Message", message_data=serializers.MessageSerializer())

_SENT = "Message sent successfully"
SEND = in_chat(
    "send_message",
    "Send a message: text, files, or both",
    "Sends to `chat_id`, or to the chat of `doctor_id` and `patient_id`, which is created if it does not exist. Give "
    "each message a UUID of your own in `client_id`: a repeated request answers 200 with the same message and posts "
    "nothing. Without one, a retry may post twice. Send files with the message (`file`, repeated, multipart), or "
    f"upload them before and send `attachment_ids`: at most {MAX_FILES} files, each a {bodies.FILE_TYPES} of at "
    f"most {max_megabytes()} MiB. Either everything is posted or nothing is. If any of several files is refused, "
    "`files_refused` names each one. This schema has the body in JSON only: a generated client uploads first, so that "
    "a lost answer costs one file and not all.",
    tag=TAG,
    parameters=[_KEY],
    request=body(bodies.SendSerializer, examples.SEND),
    answers={
        200: answer(MESSAGE_DATA, _SENT, {"message_data": examples.SENT}, when="Already sent under the same key"),
        201: answer(MESSAGE_DATA, _SENT, {"message_data": examples.SENT}),
    },
    refusals=[
        TooManyRequests,
        errors.FileQuota,
        errors.Invalid("Send chat_id, or doctor_id and patient_id together."),
        *TEXT_REFUSED,
        *_FORM_REFUSED,
        refused_files.SEVERAL,
        errors.MayNotTalk,
        errors.RecipientInactive,
        errors.ChatNotFound,
        errors.UserNotFound,
        errors.MessageNotFound,
        errors.AttachmentNotFound,
        errors.ClientIdReused,
        errors.SystemMessage,
        errors.AttachmentTaken,
        errors.Busy,
    ],
)
_ATTACHMENT = envelope("Attachment", attachment=serializers.AttachmentSerializer())
_PHOTO = {"attachment": examples.PHOTO_FILE}
_UPLOADED = "File uploaded successfully"
ATTACH = in_chat(
    "upload_attachment",
    "Upload a file for a message to be sent later",
    f"One {bodies.FILE_TYPES} of at most {max_megabytes()} MiB. Only you see it. It is deleted after "
    f"{GRACE // timedelta(hours=1)} hours unless a message includes it in `attachment_ids`.",
    tag=TAG,
    parameters=[_KEY],
    request=body(bodies.UploadSerializer, examples.UPLOAD, media_type="multipart/form-data"),
    answers={
        200: answer(_ATTACHMENT, _UPLOADED, _PHOTO, when="Already uploaded under the same key"),
        201: answer(_ATTACHMENT, _UPLOADED, _PHOTO),
    },
    refusals=[
        TooManyRequests,
        errors.FileQuota,
        errors.Invalid("file must be an uploaded file (multipart/form-data)."),
        *_FORM_REFUSED,
        errors.RecipientInactive,
        errors.ChatNotFound,
        errors.ClientIdReused,
    ],
)
MESSAGES = on_chat(
    "list_messages",
    "Read the messages of a chat, oldest first",
    "Send at most one of `offset`, `newest`, `before`, `after` and `since`; without any, the page begins with the "
    "oldest message. All but `offset` also return `has_more`, `next_since` and `epoch`. To stay up to date, request "
    "`since=<next_since>&epoch=<epoch>`: it returns each new or changed message once, in the order of the changes. "
    "`reset: true` means that the server was restored: load again from `newest=1`. With `from=<message_id>`, the "
    "oldest message that you have loaded, `since` leaves out older ones, and `next_since` moves past them. After a "
    "page of `before` or `after`, continue from the smaller of its `next_since` and yours.",
    tag=TAG,
    safe=True,
    parameters=[
        LIMIT,
        query_number("offset", "The number of oldest messages to skip; 0 counts as absent", least=0),
        query_number("newest", "Send 1 for the newest messages", least=1, maximum=1),
        query_id("before", "A message_id: returns the messages just before it"),
        query_id("after", "A message_id: returns the messages just after it"),
        query_number("since", "A seq: returns the messages that changed after it", least=0),
        OpenApiParameter(
            "epoch", OpenApiTypes.STR, description="Beside `since`: the `epoch` of the answer with that seq"
        ),
        query_number(
            "from", "Beside `since`, a number: leaves out the messages whose message_id is below it; 0: none", least=0
        ),
    ],
    answers={
        200: answer(
            envelope(
                "Messages",
                messages=serializers.MessageSerializer(many=True),
                total=s.IntegerField(help_text="Messages of the chat"),
                reads=serializers.ReadsSerializer(),
                has_more=s.BooleanField(required=False),
                next_since=BigField(required=False, help_text="The seq to send as the next `since`"),
                epoch=s.CharField(required=False, help_text="Names the history that this seq belongs to; opaque"),
                reset=s.BooleanField(required=False, help_text="Only after `since`, and only if true"),
            ),
            "Messages retrieved successfully",
            examples.PAGE | {"has_more": False, "next_since": examples.ANSWER["seq"], "epoch": examples.EPOCH},
        )
    },
    refusals=[AuditUnavailable],
)
