"""The OpenAPI description of the endpoints of messages: sending, listing, and changing one."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers as s

from audit.errors import AuditUnavailable
from chat import errors
from chat.api import bodies, examples, refused_files, serializers
from chat.api.schema import LIMIT, MARKED, bad_id, in_chat, on_chat, path_id, query_id, query_number
from chat.limits import MAX_FILES, MAX_PINS, max_megabytes
from chat.services.cleaning_rules import GRACE
from chat.services.reactions import offered
from chatsite.http.errors import TooManyRequests
from chatsite.http.openapi import BigField, answer, body, envelope

_TAG = "Messages"
_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="A UUID; may be sent instead of client_id"
)
_TEXT_REFUSED = (errors.EmptyMessage, errors.TextTooLong, errors.TextNotStorable)
_FORM_REFUSED = (errors.TooManyAttachments, *refused_files.EACH, *refused_files.NOT_OPENED)
_MESSAGE = envelope("Message", message_data=serializers.MessageSerializer())

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
    tag=_TAG,
    parameters=[_KEY],
    request=body(bodies.SendSerializer, examples.SEND),
    answers={
        200: answer(_MESSAGE, _SENT, {"message_data": examples.SENT}, when="Already sent under the same key"),
        201: answer(_MESSAGE, _SENT, {"message_data": examples.SENT}),
    },
    refusals=[
        TooManyRequests,
        errors.FileQuota,
        errors.Invalid("Send chat_id, or doctor_id and patient_id together."),
        *_TEXT_REFUSED,
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
    tag=_TAG,
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
    tag=_TAG,
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
_IN_TIME = f"Possible for {settings.CHAT_CORRECTION_HOURS} hours, a limit that the clinic sets."

# --- One message


def _on_message(
    *args: Any, parameters: Iterable[OpenApiParameter] = (), refusals: Iterable[Any] = (), **more: Any
) -> dict[str, Any]:
    """An operation on the message named in the address."""
    refusals = [bad_id("id"), errors.MessageNotFound, *refusals]
    parameters = [path_id("message_id", examples.QUESTION_ID), *parameters]
    return in_chat(*args, tag=_TAG, parameters=parameters, refusals=refusals, **more)


def _change(
    operation_id: str, summary: str, description: str, message: str, example: dict, *refused: Any, **more: Any
) -> dict[str, Any]:
    """A change that answers with the message as it is now."""
    return _on_message(
        operation_id,
        summary,
        f"{description} A repeated request changes and publishes nothing.",
        answers={200: answer(_MESSAGE, message, {"message_data": example})},
        refusals=[TooManyRequests, errors.RecipientInactive, errors.SystemMessage, *refused],
        **more,
    )


_EMOJI = OpenApiParameter(
    "emoji",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    description=f"One of the reactions that this clinic offers: {' '.join(offered())}; percent-encoded UTF-8",
    examples=[OpenApiExample("Understood", value="👍")],
)
MESSAGE = _on_message(
    "get_message",
    "Read one message and its receipt",
    "The receipt shows when it was sent, when the recipient was told that it waits, when a device of theirs received "
    "it, and when it was read.",
    safe=True,
    answers={
        200: answer(
            envelope(
                "OneMessage", message_data=serializers.MessageSerializer(), receipt=serializers.ReceiptSerializer()
            ),
            "Message found",
            {"message_data": examples.QUESTION, "receipt": examples.RECEIPT},
        )
    },
    refusals=[AuditUnavailable],
)
REVISIONS = _on_message(
    "list_revisions",
    "List the earlier texts of a message",
    "Each earlier text with the names of its files, oldest first. The text of a retracted message is included. Both "
    "people of the chat may read them.",
    safe=True,
    answers={
        200: answer(
            envelope(
                "Revisions",
                message_data=serializers.MessageSerializer(),
                revisions=serializers.RevisionSerializer(many=True),
            ),
            "Revisions retrieved successfully",
            {"message_data": examples.RETRACTED_PHOTO, "revisions": examples.REVISIONS},
        )
    },
    refusals=[AuditUnavailable],
)
READ_MESSAGE = _on_message(
    "mark_read_up_to_message",
    "Mark the other side's messages as read, up to this one",
    "The same as `PUT /api/chat/messages/{chat_id}/read` with this message_id.",
    answers={200: answer(MARKED, "Messages marked as read", {"updated_count": 1})},
)
CORRECT = _change(
    "correct_message",
    "Correct your own message",
    f"{_IN_TIME} Send the whole text. The earlier text stays in the revisions.",
    "Message corrected",
    examples.CORRECTED,
    *_TEXT_REFUSED,
    *(errors.NotTheAuthor, errors.TooLate, errors.MessageRetracted),
    request=body(bodies.TextSerializer, examples.CORRECTION),
)
RETRACT = _change(
    "retract_message",
    "Retract your own message",
    f"{_IN_TIME} The message keeps its place and shows no text, no files and no pin. Its text stays in the revisions; "
    "its files answer 410.",
    "Message retracted",
    examples.RETRACTED,
    *(errors.NotTheAuthor, errors.TooLate),
)
REACT = _change(
    "add_reaction",
    "React to a message",
    "A person may add several different reactions to a message, each once.",
    "Reaction added",
    examples.REACTED,
    *(errors.UnknownReaction, errors.MessageRetracted),
    parameters=[_EMOJI],
)
WITHDRAW_REACTION = _change(
    "withdraw_reaction",
    "Withdraw your reaction",
    "This also works for a reaction that the clinic no longer offers.",
    "Reaction withdrawn",
    examples.LATER,
    parameters=[_EMOJI],
)
PIN = _change(
    "pin_message",
    "Pin a message, for both people",
    f"Both people may pin. A chat has at most {MAX_PINS} pinned messages.",
    "Message pinned",
    examples.PINNED,
    *(errors.MessageRetracted, errors.TooManyPins),
)
UNPIN = _change(
    "unpin_message",
    "Unpin a message, whoever pinned it",
    "It is unpinned for both people.",
    "Message unpinned",
    examples.LATER,
)
