"""A message takes the attachments that wait for it. Called by `messages` with the chat's row locked."""

from collections.abc import Sequence

from chat.errors import AttachmentNotFound, AttachmentTaken, Held
from chat.models import Attachment, Message


def find(ids: Sequence[int], *, waits: bool = True) -> dict[int, Attachment | None]:
    """Load and lock the attachments that a batch asks for, in one query; none asked for, none made.

    Without waiting, None stands for one that somebody else holds.
    """
    if not ids:
        return {}
    asked = Attachment.objects.filter(pk__in=ids)
    found = {file.pk: file for file in asked.select_for_update(skip_locked=not waits).order_by("pk")}
    if waits or len(found) == len(set(ids)):
        return found
    return dict.fromkeys(asked.values_list("pk", flat=True)) | found


def check(ids: Sequence[int], files: dict[int, Attachment | None], draft) -> list[Attachment]:
    """Return the attachments in the order asked for, or refuse; marks them so that a batch claims each once."""
    chosen = []
    for pk in ids:
        file = files.get(pk)
        if file is None and pk in files:
            raise Held
        if file is None or file.uploader_id != draft.sender_id or file.chat_id != draft.chat_id:
            raise AttachmentNotFound
        if file.message_id is not None or file.position:
            raise AttachmentTaken
        chosen.append(file)
    for position, file in enumerate(chosen, start=1):
        file.position = position
    return chosen


def claim(message: Message) -> None:
    """Tie the attachments to their stored message."""
    for file in message.files:
        file.message = message
    if message.files:
        Attachment.objects.bulk_update(message.files, ["message", "position"])
