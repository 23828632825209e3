"""Files on their way into a message: uploaded first, claimed later, dropped when nobody claims them."""

import hashlib

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from chat.errors import ClientIdReused
from chat import files
from chat.models import Attachment, Chat


def add_attachment(
    user, *, chat_id: int, upload: UploadedFile, client_id: str | None = None
) -> tuple[Attachment, bool]:
    """Check, clean and store an upload of a participant; return its row and whether it is new.

    The same bytes under the same client_id are the same attachment; other bytes are ClientIdReused.
    """
    chat = Chat.objects.open_for(user, chat_id)
    digest = received_digest(upload)
    if client_id and (known := _find(user, client_id, chat, digest)):
        return known, False
    received = files.receive(upload)
    try:
        with transaction.atomic():
            attachment = Attachment.objects.create(
                uploader=user,
                chat=chat,
                client_id=client_id,
                digest=digest,
                stored_name=received.stored_name,
                thumbnail_name=received.thumbnail_name,
                file_name=received.file_name,
                file_type=received.file_type,
                file_size=received.file_size,
                width=received.width,
                height=received.height,
                sha256=received.sha256,
            )
    except IntegrityError:
        # Another try of the same upload came first.
        files.remove(received.stored_name, received.thumbnail_name)
        known = client_id and _find(user, client_id, chat, digest)
        if not known:
            raise
        return known, False
    except Exception:
        files.remove(received.stored_name, received.thumbnail_name)
        raise
    return attachment, True


def _find(user, client_id: str, chat: Chat, digest: str) -> Attachment | None:
    known = Attachment.objects.filter(uploader=user, client_id=client_id).first()
    if known and (known.chat_id != chat.pk or known.digest != digest):
        raise ClientIdReused
    return known


def discard(attachment: Attachment) -> None:
    """Drop an attachment that no message has claimed, and its files."""
    deleted, _ = Attachment.objects.filter(pk=attachment.pk, message=None).delete()
    if deleted:
        files.remove(attachment.stored_name, attachment.thumbnail_name)


def received_digest(upload: UploadedFile) -> str:
    """SHA-256 of the bytes as they came, and of the name."""
    digest = hashlib.sha256((upload.name or "").encode("utf-8", "surrogatepass"))
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
