"""One message: its receipt, its corrections, reactions and pins."""

from django.utils.translation import gettext_noop as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.models import User
from audit import trail
from chat.api import message_schema as schema
from chat.api.permissions import IsDoctorOrPatient
from chat.api.requests import ChatRequest
from chat.errors import Invalid
from chat.input import parse_id
from chat.loading import FullMessage
from chat.representation import message_json, receipt_json, revision_json
from chat.services import changes, corrections, pins, reactions, reading, receipts
from chat.services.seen import note_page, note_read
from chatsite import budgets
from chatsite.budgets import buckets
from chatsite.http.envelope import success


class MessageViewSet(ViewSet):
    """One message of a conversation."""

    permission_classes = [IsAuthenticated, IsDoctorOrPatient]

    @extend_schema(**schema.MESSAGE)
    def retrieve(self, request: ChatRequest, message_id: str) -> Response:
        trail.demand()
        receipt = receipts.receipt(request.user, message_id=_id(message_id))
        note_page(receipt.full.message.chat_id, [receipt.full])
        return success("Message found", message_data=message_json(receipt.full), receipt=receipt_json(receipt))

    @extend_schema(**schema.CORRECT)
    def correct(self, request: ChatRequest, message_id: str) -> Response:
        # A missing key is no empty text: an oversight would delete the words beside a file.
        if "message_text" not in request.data:
            raise Invalid(_("message_text: send the whole text, as it should be now."))
        text = request.data["message_text"]
        message = corrections.correct(_changing(request), message_id=_id(message_id), text=text)
        return _changed("Message corrected", message)

    @extend_schema(**schema.RETRACT)
    def retract(self, request: ChatRequest, message_id: str) -> Response:
        message = corrections.retract(_changing(request), message_id=_id(message_id))
        return _changed("Message retracted", message)

    @extend_schema(**schema.REVISIONS)
    def revisions(self, request: ChatRequest, message_id: str) -> Response:
        trail.demand()
        versions = corrections.versions(request.user, message_id=_id(message_id))
        note_page(versions.present.message.chat_id, [versions.present])
        rows = [revision_json(revision, versions.file_names) for revision in versions.earlier]
        return success("Revisions retrieved successfully", message_data=message_json(versions.present), revisions=rows)

    @extend_schema(**schema.READ_MESSAGE)
    def read(self, request: ChatRequest, message_id: str) -> Response:
        message = changes.open_message(request.user, _id(message_id)).message
        read = reading.mark_read(request.user, chat_id=message.chat_id, up_to=message.pk)
        note_read(read)
        return success("Messages marked as read", updated_count=read.updated_count)

    @extend_schema(**schema.REACT)
    def react(self, request: ChatRequest, message_id: str, emoji: str) -> Response:
        message = reactions.react(_changing(request), message_id=_id(message_id), emoji=emoji)
        return _changed("Reaction added", message)

    @extend_schema(**schema.WITHDRAW_REACTION)
    def withdraw_reaction(self, request: ChatRequest, message_id: str, emoji: str) -> Response:
        message = reactions.withdraw(_changing(request), message_id=_id(message_id), emoji=emoji)
        return _changed("Reaction withdrawn", message)

    @extend_schema(**schema.PIN)
    def pin(self, request: ChatRequest, message_id: str) -> Response:
        message = pins.pin(_changing(request), message_id=_id(message_id))
        return _changed("Message pinned", message)

    @extend_schema(**schema.UNPIN)
    def unpin(self, request: ChatRequest, message_id: str) -> Response:
        message = pins.unpin(_changing(request), message_id=_id(message_id))
        return _changed("Message unpinned", message)


def _changed(words: str, message: FullMessage) -> Response:
    """The message as it is now. Whoever changes one, if only by a repeat, sees it."""
    note_page(message.message.chat_id, [message])
    return success(words, message_data=message_json(message))


def _changing(request: ChatRequest) -> User:
    """Who changes a message. A change stores and publishes as much as a send."""
    buckets.spend(budgets.sends(request.user.pk))
    return request.user


def _id(value: str) -> int:
    return parse_id(value, "id")
