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
    return post(
        request.user, chat_id=_chat_id(request), text=text, attachment_ids=ids, upload=upload, client_id=client_id
    )


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


def _chat_id(request) -> int:
    """The chat named by its id, whose people are checked as it is posted to, or by its people, made where missing."""
    chat_id = _optional_id(request.data, "chat_id")
    if chat_id is not None:
        return chat_id
    doctor_id, patient_id = _optional_id(request.data, "doctor_id"), _optional_id(request.data, "patient_id")
    if doctor_id is None or patient_id is None:
        raise Invalid("Send chat_id, or doctor_id and patient_id together.")
    return chats.get_or_create(request.user, doctor_id=doctor_id, patient_id=patient_id)[0].pk


def _attachment_ids(data) -> tuple[int, ...]:
    # A form repeats the field; JSON has a list.
    many = data.getlist("attachment_ids") if hasattr(data, "getlist") else data.get("attachment_ids")
    return parse_ids(many, "attachment_ids")


def _optional_id(data, name: str) -> int | None:
    value = data.get(name)
    return None if value in (None, "") else parse_id(value, name)
