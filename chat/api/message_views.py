"""One message: its receipt, its corrections, and what both people do with it."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.viewsets import ViewSet

from chat.api import message_schema as schema
from chat.api.permissions import IsDoctorOrPatient
from chat.errors import Invalid
from chat.input import parse_id
from chat.representation import message_json, receipt_json, revision_json
from chat.services import changes, corrections, pins, reactions, reading, receipts
from chatsite.http.envelope import success


class MessageViewSet(ViewSet):
    permission_classes = [IsAuthenticated, IsDoctorOrPatient]

    @extend_schema(**schema.MESSAGE)
    def retrieve(self, request, message_id):
        receipt = receipts.receipt(request.user, message_id=_id(message_id))
        return success("Message found", message_data=message_json(receipt.full), receipt=receipt_json(receipt))

    @extend_schema(**schema.CORRECT)
    def correct(self, request, message_id):
        # Left out is not emptied: the words beside a file would be lost by an oversight.
        if "message_text" not in request.data:
            raise Invalid("message_text: send the whole text, as it should be now.")
        text = request.data["message_text"]
        message = corrections.correct(request.user, message_id=_id(message_id), text=text)
        return success("Message corrected", message_data=message_json(message))

    @extend_schema(**schema.RETRACT)
    def retract(self, request, message_id):
        message = corrections.retract(request.user, message_id=_id(message_id))
        return success("Message retracted", message_data=message_json(message))

    @extend_schema(**schema.REVISIONS)
    def revisions(self, request, message_id):
        versions = corrections.versions(request.user, message_id=_id(message_id))
        rows = [revision_json(revision, versions.file_names) for revision in versions.earlier]
        return success("Revisions retrieved successfully", message_data=message_json(versions.present), revisions=rows)

    @extend_schema(**schema.READ_MESSAGE)
    def read(self, request, message_id):
        message = changes.open_message(request.user, _id(message_id)).message
        read = reading.mark_read(request.user, chat_id=message.chat_id, up_to=message.pk)
        return success("Messages marked as read", updated_count=read.updated_count)

    @extend_schema(**schema.REACT)
    def react(self, request, message_id, emoji):
        message = reactions.react(request.user, message_id=_id(message_id), emoji=emoji)
        return success("Reaction added", message_data=message_json(message))

    @extend_schema(**schema.WITHDRAW_REACTION)
    def withdraw_reaction(self, request, message_id, emoji):
        message = reactions.withdraw(request.user, message_id=_id(message_id), emoji=emoji)
        return success("Reaction withdrawn", message_data=message_json(message))

    @extend_schema(**schema.PIN)
    def pin(self, request, message_id):
        message = pins.pin(request.user, message_id=_id(message_id))
        return success("Message pinned", message_data=message_json(message))

    @extend_schema(**schema.UNPIN)
    def unpin(self, request, message_id):
        message = pins.unpin(request.user, message_id=_id(message_id))
        return success("Message unpinned", message_data=message_json(message))


def _id(value: str) -> int:
    return parse_id(value, "id")
