"""Reading a send: JSON, form or multipart; text, attachments uploaded before, or the documented `file` beside it."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop as _

from accounts.requests import PersonApiRequest
from chat.errors import EmptyMessage, Invalid
from chat.input import clean_text, id_if_given, optional_id, parse_client_id, parse_ids
from chat.publication import Posted
from chat.sending.post import post
from chat.services import chats
from chatsite import budgets
from chatsite.budgets import buckets

_NO_FILE = _("file must be an uploaded file (multipart/form-data).")


class ChatRequest(PersonApiRequest):
    """What a view of the chat gets; its parsers accept one JSON object or a form."""

    data: dict[str, Any]


def post_message(request: ChatRequest) -> Posted:
    """Post the message of a `POST /api/chat/message`."""
    data = request.data
    uploads = request.FILES.getlist("file")
    if not uploads and data.get("file"):
        # The content of an empty file, or text where a file belongs.
        raise Invalid(_NO_FILE) if data.get("message_text") else EmptyMessage
    ids = _attachment_ids(data)
    if uploads and ids:
        raise Invalid(_("Send file or attachment_ids, not both."))
    # Every refusal that needs no database comes before anything is created.
    text = clean_text(data.get("message_text"), required=not uploads and not ids)
    client_id, reply_to = client_id_of(request), optional_id(data, "reply_to")
    return post(
        request.user,
        chat_id=_chat_id(request),
        text=text,
        attachment_ids=ids,
        uploads=uploads,
        client_id=client_id,
        reply_to=reply_to,
    )


def the_file(request: ChatRequest) -> UploadedFile:
    """Return the one file of the request."""
    files: list[UploadedFile] = request.FILES.getlist("file")
    if len(files) > 1:
        raise Invalid(_("Send one file at a time: each is an attachment of its own."))
    if not files:
        raise Invalid(_NO_FILE)
    return files[0]


def client_id_of(request: ChatRequest) -> str | None:
    """Return the key of this send: `client_id` in the body, else the `Idempotency-Key` header."""
    written = request.data.get("client_id")
    return parse_client_id(request.headers.get("Idempotency-Key") if written is None else written)


def up_to_of(request: ChatRequest) -> int | None:
    """Return the message up to which to mark; None: all messages."""
    return id_if_given(request.data, "up_to_message_id")


def _chat_id(request: ChatRequest) -> int:
    """The chat by its id, which the posting checks, or by its two people, created where missing."""
    chat_id = optional_id(request.data, "chat_id")
    if chat_id is not None:
        return chat_id
    doctor_id, patient_id = optional_id(request.data, "doctor_id"), optional_id(request.data, "patient_id")
    if doctor_id is None or patient_id is None:
        raise Invalid(_("Send chat_id, or doctor_id and patient_id together."))
    chat = chats.of_pair(request.user, doctor_id=doctor_id, patient_id=patient_id)
    if chat is None:
        # Here too, nobody may try which patients there are.
        buckets.spend(budgets.openings(request.user.pk))
        chat, _created = chats.get_or_create(request.user, doctor_id=doctor_id, patient_id=patient_id)
    return chat.pk


def _attachment_ids(data: Mapping[str, Any]) -> tuple[int, ...]:
    # A form repeats the field; JSON has a list.
    many = data.getlist("attachment_ids") if hasattr(data, "getlist") else data.get("attachment_ids")
    return parse_ids(many, "attachment_ids")
