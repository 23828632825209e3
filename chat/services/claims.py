"""A message takes the attachments that wait for it. Called by `messages` with the chat's row locked."""

from collections.abc import Sequence

from chat.errors import AttachmentNotFound, AttachmentTaken
from chat.models import Attachment, Message


def find(ids: Sequence[int]) -> dict[int, Attachment]:
    """Load and lock the attachments that a batch asks for, in one query; none asked for, none made."""
    if not ids:
        return {}
    return {file.pk: file for file in Attachment.objects.select_for_update().filter(pk__in=ids).order_by("pk")}


def check(ids: Sequence[int], files: dict[int, Attachment], draft) -> list[Attachment]:
    """Return the attachments in the order asked for, or refuse; marks them so that a batch claims each once."""
    chosen = []
    for pk in ids:
        file = files.get(pk)
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
