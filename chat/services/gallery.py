"""The photos and documents of a conversation, newest first."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from chat.errors import Invalid
from chat.models import Attachment, Chat
from chatsite.http.sentences import all_of, sentence

KINDS = ("image", "document")


@dataclass(frozen=True, slots=True)
class Files:
    """A page of files with their messages, and whether there are older ones."""

    attachments: list[Attachment]
    has_more: bool


def files_of(chat: Chat, *, limit: int, kind: str | None = None, before: int | None = None) -> Files:
    """The files of a chat, of one kind or both, without retracted ones; `before` is an attachment id of this chat."""
    if kind is not None and kind not in KINDS:
        raise Invalid(sentence(_("kind must be one of {kinds}."), kinds=all_of(KINDS)))
    files = Attachment.objects.filter(chat=chat, message__isnull=False, message__retracted_at=None)
    if kind == "image":
        files = files.filter(file_type__startswith="image/")
    elif kind == "document":
        files = files.exclude(file_type__startswith="image/")
    if before is not None:
        files = files.filter(_older_than(chat, before))
    found = list(files.select_related("message").order_by("-message_id", "-pk")[: limit + 1])
    return Files(found[:limit], len(found) > limit)


def _older_than(chat: Chat, attachment_id: int) -> Q:
    """Files of earlier messages, or earlier files of the same message."""
    message_id = Attachment.objects.filter(pk=attachment_id, chat=chat).values_list("message_id", flat=True).first()
    if message_id is None:
        raise Invalid(_("before must be a file of this conversation."))
    return Q(message_id__lt=message_id) | Q(message_id=message_id, pk__lt=attachment_id)
