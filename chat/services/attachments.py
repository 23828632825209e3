"""Uploaded files before and when a message claims them. Until then only their uploader sees them."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress

from django.core.files.uploadedfile import UploadedFile
from django.db import Error, IntegrityError, transaction

from accounts.models import User
from chat import files
from chat.errors import AttachmentNotFound, AttachmentTaken, ClientIdReused, FileQuota, RowLocked
from chat.files.names import shown_name, with_extension
from chat.models import Attachment, Chat, Message
from chat.services.waiting import make_room, room_for
from chat.services.writing import writing_side
from chatsite.database.locking import retry_on_conflict
from chatsite.files.uploads import extension_of


def add_attachment(
    user: User, *, chat_id: int, upload: UploadedFile, client_id: str | None = None, waits: bool = True
) -> tuple[Attachment, bool]:
    """Check, store and record an uploaded file; return it and whether it is new.

    `waits`: for a message that is sent later, so that it counts among the files that wait.

    The same client_id with the same file returns the first row. Raises ChatNotFound, NotAParticipant,
    RecipientInactive, ClientIdReused, FileQuota, FileRefused or FileUnavailable.
    """
    chat = Chat.objects.open_for(user, chat_id)
    if client_id and (sent := _find(user, client_id)):
        return _same_upload(sent, chat, shown_name(upload.name), files.digest_of(upload)), False
    writing_side(chat, user.pk)
    # Before the file is inspected, and again, with the lock, before its row.
    if waits:
        make_room(user, upload.size or 0)
    received = files.receive(upload)
    try:
        with room_for(user, received.file_size) if waits else nullcontext():
            return record(user, chat, received, client_id=client_id), True
    except FileQuota:
        received.discard()
        raise
    except IntegrityError:
        # The same upload arrived twice at once, and the other one committed first.
        received.discard()
        sent = _find(user, client_id) if client_id else None
        if not sent:
            raise
        return _same_upload(sent, chat, received.file_name, received.digest), False
    except Error:
        # The commit may have succeeded, and only its answer was lost. Where the database cannot say, the files stay.
        with suppress(Error):
            _take_back(received)
        raise


def _take_back(received: files.Received) -> None:
    """Delete the row of an upload, if there is one, then its files."""
    # It waits for a commit that is still under way.
    row = Attachment.objects.filter(stored_name=received.stored_name)
    row.filter(message=None).delete()
    if not row.exists():
        received.discard()


@retry_on_conflict
@transaction.atomic
def record(user: User, chat: Chat, received: files.Received, *, client_id: str | None = None) -> Attachment:
    """Insert the row of a received file. Its foreign key waits while another transaction has locked the chat."""
    return Attachment.objects.create(
        uploader=user,
        chat=chat,
        client_id=client_id,
        stored_name=received.stored_name,
        thumbnail_name=received.thumbnail_name,
        file_name=received.file_name,
        file_type=received.file_type,
        file_size=received.file_size,
        width=received.width,
        height=received.height,
        is_protected=received.is_protected,
        sha256=received.sha256,
        digest=received.digest,
    )


def find_for_claim(ids: Sequence[int], *, waits: bool = True) -> dict[int, Attachment | None]:
    """Load and lock the attachments of a batch in one query; without ids there is none.

    Without `waits` it maps an attachment that another transaction has locked to None.
    """
    if not ids:
        return {}
    asked = Attachment.objects.filter(pk__in=ids)
    found: dict[int, Attachment | None] = {
        file.pk: file for file in asked.select_for_update(skip_locked=not waits).order_by("pk")
    }
    if waits or len(found) == len(set(ids)):
        return found
    return dict.fromkeys(asked.values_list("pk", flat=True)) | found


def check_claim(
    ids: Sequence[int], files: Mapping[int, Attachment | None], *, sender_id: int, chat_id: int
) -> list[Attachment]:
    """Return the attachments in the order of the ids, or refuse; marks them so that a batch claims each once."""
    chosen: list[Attachment] = []
    for pk in ids:
        file = files.get(pk)
        if file is None and pk in files:
            raise RowLocked
        if file is None or file.uploader_id != sender_id or file.chat_id != chat_id:
            raise AttachmentNotFound
        if file.message_id is not None or file.position:
            raise AttachmentTaken
        chosen.append(file)
    for position, file in enumerate(chosen, start=1):
        file.position = position
    return chosen


def claim(message: Message, files: Sequence[Attachment]) -> None:
    """Assign the attachments to their stored message."""
    for file in files:
        file.message = message
    if files:
        Attachment.objects.bulk_update(files, ["message", "position"])


def _find(user: User, client_id: str) -> Attachment | None:
    return Attachment.objects.filter(uploader=user, client_id=client_id).first()


def _same_upload(sent: Attachment, chat: Chat, file_name: str, digest: str) -> Attachment:
    """Return the earlier upload; raises ClientIdReused unless the retry has the same file for the same chat.

    The row has the name with its true extension, the retry the one that was sent.
    """
    file_name = with_extension(file_name, extension_of(sent.stored_name))
    if (sent.chat_id, sent.file_name, sent.digest) != (chat.pk, file_name, digest):
        raise ClientIdReused
    return sent
