"""Correcting and retracting. Earlier versions are kept, and both people can read them."""

from dataclasses import dataclass

from accounts.models import User
from chat.input import clean_text
from chat.loading import FullMessage
from chat.models import Attachment, Revision
from chat.search import index
from chat.services import pins, reactions
from chat.services.changes import Target, change_message, open_message


def correct(user: User, *, message_id: int, text: object) -> FullMessage:
    """Replace the text of one's own message; the earlier text is kept."""

    def apply(target: Target) -> bool:
        message = target.message
        target.refuse_others()
        target.refuse_retracted()
        new = clean_text(text, required=message.file_url is None)
        # Before the time limit: a late repeat of a correction is no new one; nor are added blanks.
        if (new or "").strip() == (message.message_text or "").strip():
            return False
        target.refuse_late()
        _keep_revision(target)
        known = index.keys_of(message)
        message.message_text, message.edited_at = new, target.moment
        index.replace(message, before=known)
        target.touch_replies()
        return True

    return change_message(user, message_id, apply)


def retract(user: User, *, message_id: int) -> FullMessage:
    """Retract one's own message: its row stays, without text and files. A repeat changes nothing."""

    def apply(target: Target) -> bool:
        message = target.message
        target.refuse_others()
        if message.retracted_at is not None:
            return False
        target.refuse_late()
        _keep_revision(target)
        known = index.keys_of(message)
        message.message_text, message.retracted_at = None, target.moment
        message.file_url = message.file_name = message.file_type = message.file_size = None
        index.replace(message, before=known)
        pins.drop(message)
        target.reacts = reactions.no_longer_last(message)
        target.touch_replies()
        return True

    return change_message(user, message_id, apply)


@dataclass(frozen=True, slots=True)
class Versions:
    """A message as it is now, and its earlier texts, oldest first."""

    present: FullMessage
    earlier: list[Revision]
    # No correction changes the files, and a retraction keeps their rows: every version had these.
    file_names: list[str]


def versions(user: User, *, message_id: int) -> Versions:
    """The present and earlier texts of a message; for its two people."""
    present = open_message(user, message_id)
    names = Attachment.objects.filter(message=present.pk).values_list("file_name", flat=True)
    return Versions(present, list(present.message.revisions.all()), list(names))


def _keep_revision(target: Target) -> None:
    message = target.message
    Revision.objects.create(
        message=message,
        message_text=message.message_text,
        written_at=message.edited_at or message.created_at,
        replaced_at=target.moment,
    )
