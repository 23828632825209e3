"""The OpenAPI description of the endpoints of one message: reading and changing it."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from audit.errors import AuditUnavailable
from chat import errors
from chat.api import bodies, examples, serializers
from chat.api.schema import MARKED, bad_id, in_chat, path_id
from chat.api.sending_schema import MESSAGE_DATA, TAG, TEXT_REFUSED
from chat.limits import MAX_PINS
from chat.services.reactions import offered
from chatsite.http.errors import TooManyRequests
from chatsite.http.openapi import answer, body, envelope

_IN_TIME = f"Possible for {settings.CHAT_CORRECTION_HOURS} hours, a limit that the clinic sets."


def _on_message(
    *args: Any, parameters: Iterable[OpenApiParameter] = (), refusals: Iterable[Any] = (), **more: Any
) -> dict[str, Any]:
    """An operation on the message named in the address."""
    refusals = [bad_id("id"), errors.MessageNotFound, *refusals]
    parameters = [path_id("message_id", examples.QUESTION_ID), *parameters]
    return in_chat(*args, tag=TAG, parameters=parameters, refusals=refusals, **more)


def _change(
    operation_id: str, summary: str, description: str, message: str, example: dict, *refused: Any, **more: Any
) -> dict[str, Any]:
    """A change that answers with the message as it is now."""
    return _on_message(
        operation_id,
        summary,
        f"{description} A repeated request changes and publishes nothing.",
        answers={200: answer(MESSAGE_DATA, message, {"message_data": example})},
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
    *TEXT_REFUSED,
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
