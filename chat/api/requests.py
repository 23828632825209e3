"""Reading a send: JSON, form or multipart; text, attachments uploaded before, or the documented `file` beside it."""

from django.core.files.uploadedfile import UploadedFile

from chat.errors import EmptyMessage, Invalid
from chat.input import clean_text, parse_client_id, parse_id, parse_ids
from chat.posting import post
from chat.services import chats
from chat.services.drafts import Posted


def post_message(request) -> Posted:
    """Post what a request of `POST /api/chat/message` says."""
    data = request.data
    upload = the_file(request, required=False)
    ids = _attachment_ids(data)
    if upload is not None and ids:
        raise Invalid("Send file or attachment_ids, not both.")
    # Everything that needs no database is refused before anything is made.
    text = clean_text(data.get("message_text"), required=upload is None and not ids)
    client_id = client_id_of(request)
    chat = chats.resolve(
        request.user,
        chat_id=_optional_id(data, "chat_id"),
        doctor_id=_optional_id(data, "doctor_id"),
        patient_id=_optional_id(data, "patient_id"),
    )
    return post(request.user, chat_id=chat.pk, text=text, attachment_ids=ids, upload=upload, client_id=client_id)


def the_file(request, *, required: bool) -> UploadedFile | None:
    """Return the one file of the request."""
    files = request.FILES.getlist("file")
    if len(files) > 1:
        raise Invalid("Send one file; several go through /api/chat/attachments.")
    if not files and (required or request.data.get("file")):
        # The content of an empty file, or text where a file belongs.
        raise Invalid("file must be an uploaded file (multipart/form-data).") if required else EmptyMessage
    return files[0] if files else None


def client_id_of(request) -> str | None:
    """Return the key of this send: `client_id` in the body, else the `Idempotency-Key` header."""
    written = request.data.get("client_id")
    return parse_client_id(request.headers.get("Idempotency-Key") if written is None else written)


def _attachment_ids(data) -> tuple[int, ...]:
    # A form repeats the field; JSON has a list.
    many = data.getlist("attachment_ids") if hasattr(data, "getlist") else data.get("attachment_ids")
    return parse_ids(many, "attachment_ids")


def _optional_id(data, name: str) -> int | None:
    value = data.get(name)
    return None if value in (None, "") else parse_id(value, name)
