"""The refusals of chat requests. Their codes are a contract, listed in docs/api.md."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from chat.limits import (
    MAX_FILES,
    MAX_PINS,
    MAX_TEXT_BYTES,
    QUERY_LONGEST,
    QUERY_SHORTEST,
    WAITING_BYTES,
    WAITING_FILES,
)
from chatsite.http.errors import Refusal
from chatsite.http.sentences import sentence, translated


class Invalid(Refusal):
    status, code = 400, "invalid"


class InvalidCursor(Refusal):
    status, code = 400, "invalid_cursor"
    message = _("This cursor cannot be used here. Forget it, and synchronise again without one.")


class DatesReversed(Invalid):
    message = _("from must not be later than to.")


class ChatNotFound(Refusal):
    status, code, message = 404, "chat_not_found", _("Chat not found.")


class UserNotFound(Refusal):
    status, code, message = 404, "user_not_found", _("No such active doctor or patient.")


class NotAParticipant(Refusal):
    status, code, message = 403, "not_a_participant", _("You do not take part in this chat.")


class MayNotTalk(Refusal):
    status, code, message = 403, "may_not_talk", _("This doctor and this patient may not open a chat.")


class RecipientInactive(Refusal):
    status, code = 403, "recipient_inactive"
    message = _("The other person can no longer be reached here: you can read this chat but no longer write in it.")


class MessageNotFound(Refusal):
    status, code, message = 404, "message_not_found", _("Message not found.")


class NotTheAuthor(Refusal):
    status, code, message = 403, "not_the_author", _("Only its author may correct or retract a message.")


class TooLate(Refusal):
    status, code = 403, "too_late"
    message = _("This message is too old to be corrected or retracted. Send another one.")


class MessageRetracted(Refusal):
    status, code, message = 409, "message_retracted", _("This message was retracted.")


class SystemMessage(Refusal):
    status, code = 409, "system_message"
    message = _("This line tells about an appointment. It cannot be changed, answered or pinned. Write a message.")


class UnknownReaction(Refusal):
    status, code, message = 400, "unknown_reaction", _("This reaction is not one of those offered.")


class TooManyPins(Refusal):
    status, code = 409, "too_many_pins"
    message = sentence(_("A conversation has at most {max_pins} pinned messages. Unpin one first."), max_pins=MAX_PINS)


class FileRetracted(Refusal):
    status, code, message = 410, "file_retracted", _("The message with this file was retracted.")


class QueryTooShort(Refusal):
    status, code = 400, "query_too_short"
    message = sentence(_("q must have at least {shortest} characters."), shortest=QUERY_SHORTEST)


class QueryTooLong(Refusal):
    status, code = 400, "query_too_long"
    message = sentence(_("q may have at most {longest} characters."), longest=QUERY_LONGEST)


class EmptyMessage(Refusal):
    status, code, message = 400, "empty_message", _("Write some text or attach a file.")


class TextNotStorable(Refusal):
    status, code = 400, "text_not_storable"
    message = _("The text holds characters that cannot be stored (NUL or half of a surrogate pair).")


class TextTooLong(Refusal):
    status, code = 400, "text_too_long"
    message = sentence(
        _("The text is longer than {max_bytes} bytes. Send it in several messages."), max_bytes=f"{MAX_TEXT_BYTES:,}"
    )


class AttachmentNotFound(Refusal):
    status, code = 404, "attachment_not_found"
    message = _("One of the attachments does not exist in this chat or was not uploaded by you. Upload it again.")


class AttachmentTaken(Refusal):
    status, code = 409, "attachment_taken"
    message = _("One of the attachments already belongs to a message. Upload it again.")


class FileQuota(Refusal):
    status, code = 409, "file_quota"
    message = sentence(
        _(
            "At most {files} of your files, and {megabytes} MB, may wait for a message."
            " Send them in a message, or try again in an hour."
        ),
        files=WAITING_FILES,
        megabytes=WAITING_BYTES // 1024**2,
    )


class TooManyAttachments(Refusal):
    status, code = 400, "too_many_attachments"
    message = sentence(_("A message takes at most {max_files} attachments."), max_files=MAX_FILES)


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """One of several files, by its index, and why it was refused."""

    index: int
    file_name: str
    code: str
    message: str


class FilesRefused(Refusal):
    status, code = 400, "files_refused"
    message = _("Some of the files cannot be accepted, so nothing was sent. See errors.")

    def __init__(self, files: list[RefusedFile]) -> None:
        self.files = files
        super().__init__()

    @property
    def content(self) -> dict[str, Any]:  # type: ignore[override]
        """The files at fault, each with its reason in the active language."""
        return {"errors": [{**asdict(file), "message": translated(file.message)} for file in self.files]}


class ClientIdReused(Refusal):
    status, code = 409, "client_id_reused"
    message = _("This client_id was already used for something else. Make a new one.")


class Busy(Refusal):
    status, code, retry_after = 503, "busy", 1
    message = _("Too many messages are waiting. Send it again in a moment.")


class Unavailable(Refusal):
    status, code, retry_after = 503, "unavailable", 5
    message = _("The database cannot be reached. Send it again in a moment.")


class SearchTimedOut(Unavailable):
    message = _("The search took too long. Try again in a moment.")


class IndexBroken(Unavailable):
    message = _("The index of the messages cannot be used at the moment. Try again in a moment.")


class RowLocked(Unavailable):
    """Another transaction has locked a row that the send needs."""
