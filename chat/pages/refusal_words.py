"""The sentences of the pages for refusals, and for why nobody can write in a conversation."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from chat.errors import DatesReversed
from chat.limits import with_limits
from chatsite.http.errors import Refusal
from chatsite.http.sentences import translated
from chatsite.isolation import isolated

_REFUSALS = {
    "busy": _("Many messages are waiting at the moment. Send it again."),
    "unavailable": _("The service is away for a moment. Your text is kept: send it again."),
    "network": _("No connection. Your text is kept."),
    "empty_message": _("Write a message or attach a file."),
    "text_too_long": _("This message is too long. Send it in several parts."),
    "text_not_storable": _("The text holds signs that cannot be kept. Remove them and send it again."),
    "recipient_inactive": _("This person can no longer be reached here. You can read the conversation again."),
    "chat_not_found": _("This conversation does not exist."),
    "not_a_participant": _("You do not take part in this conversation."),
    "invalid": _("This could not be read. Check the dates: day, month and year."),
    "dates_reversed": _("The first day is after the last one. Change one of the two."),
    "query_too_short": _("Write at least {shortest} characters."),
    "query_too_long": _("This is too long to be looked for: {longest} characters at most."),
    "client_id_reused": _("This message was sent already. Send the new text again."),
    "attachment_not_found": _("One of the files is no longer there. Attach it again."),
    "attachment_taken": _("One of the files belongs to another message already. Attach it again."),
    "too_many_attachments": _("A message takes at most {max_files} files. Send the others with the next one."),
    "files_refused": _("Nothing was sent. Your text is kept: choose the files again, without these."),
    "file_too_large": _(
        "This file is too large: {size}, the limit is {max_megabytes} MB. Make it smaller and choose it again."
    ),
    # Beside a button that makes it smaller.
    "photo_too_large": _("This photo is too large: {size}, the limit is {max_megabytes} MB."),
    "photo_not_smaller": _(
        "This photo cannot be made smaller here. Make it smaller on your device, or choose a screen capture of it."
    ),
    # From a proxy in front, which answers with a page of its own.
    "http_413": _("This file is too large to be sent. Make it smaller and choose it again."),
    "file_empty": _("The file is empty. Check it on your device and choose it again."),
    "file_type_refused": _("Format refused. Send a photo, a PDF or a Word document."),
    "file_broken": _("This file is damaged or incomplete. Save it again on your device and send the copy."),
    "file_encrypted": _("This document is protected by a password. Remove the password and send it again."),
    "file_has_macros": _("This document contains macros. Save it as a PDF and send that."),
    "file_has_external_parts": _("This document loads parts from elsewhere. Save it as a PDF and send that."),
    "file_runs_programs": _("This document contains or starts a program. Print it to a new PDF and send that."),
    "file_unpacks_too_large": _("This document is packed too tightly. Save it as a PDF and send that."),
    "file_infected": _("The virus scanner found something harmful in this file, so it was not sent. Do not open it."),
    "image_too_large": _("This picture has too many pixels. Make it smaller and send it again."),
    "file_quota": _("Too many of your files wait for a message. Send them, or try again in an hour."),
    "image_side_too_long": _("This picture is too long. Cut it into several pictures and send those."),
    "animation_too_long": _("This animation has too many pictures. Shorten it and send it again."),
    "animation_too_large": _("This animation is too large. Shorten it or make it smaller and send it again."),
    "heic_unsupported": _(
        "This photo is in the format HEIC, which cannot be opened here. On an iPhone choose Settings, Camera, Formats, "
        "“Most Compatible”, and take it again; on other phones switch HEIC off in the settings of the camera. Or send "
        "a screen capture of the photo."
    ),
    "files_busy": _("Many large files are being opened at the moment. Send it again in a moment."),
    "file_not_opened": _("The file could not be opened this time. Try again, or send it as JPEG or PDF."),
    "scanner_unavailable": _("Files cannot be checked for viruses at the moment. Try again in a moment."),
    "storage_unavailable": _("The file could not be kept at the moment. Try again."),
    "too_many_requests": _("That was very fast. Wait a moment and send it again."),
    "message_not_found": _("This message does not exist."),
    "message_retracted": _("This message was withdrawn."),
    "system_message": _("This line tells about an appointment, and stays as it is. Write a message instead."),
    "not_the_author": _("Only its author can change this message."),
    "too_late": _("This message is too old to be changed. Send another one."),
    "too_many_pins": _("A conversation has at most {max_pins} pinned messages. Unpin one first."),
    "audit_unavailable": _("Messages cannot be opened at the moment. Try again in a minute."),
    "unknown_reaction": _("This reaction is not offered any more."),
    "not_authenticated": _("You are no longer signed in here. Your text is kept."),
    "unknown": _("This could not be sent. Your text is kept: try again."),
}

# Their sentences say what was found in the file; those above are for scripts that got no sentence.
_BY_CONTENT = {"file_type_refused", "file_has_external_parts", "file_unpacks_too_large", "image_too_large"}
# This one has the numbers for emergencies.
_BY_CONTENT |= {"audit_unavailable"}

# Why nobody can write in a chat, by the code of the refusal: for the thread, and for its row of the list. Scripts
# close the thread when a send is refused with one of these codes.
_BLOCKED = {
    "recipient_inactive": {
        "thread": _("{name} can no longer be reached here"),
        "row": _("Can no longer be reached"),
    },
    "may_not_talk": {
        "thread": _("You and {name} may not open a conversation here"),
        "row": _("For reading only"),
    },
    # For a code that is not here, such as one of another release.
    "unknown": {
        "thread": _("You can no longer write in this conversation"),
        "row": _("For reading only"),
    },
}


def refusal_words() -> dict[str, str]:
    """All of them for scripts: `error_<code>`, and `blocked_<code>`."""
    errors = {f"error_{code}": with_limits(gettext(text)) for code, text in _REFUSALS.items()}
    return errors | {f"blocked_{code}": gettext(texts["thread"]) for code, texts in _BLOCKED.items()}


def words_for_blocked(code: str, name: str) -> str:
    """Why nobody can write in the chat with the person of this name."""
    return gettext(_BLOCKED.get(code, _BLOCKED["unknown"])["thread"]).format(name=isolated(name))


def short_words_for_blocked(code: str) -> str:
    """The same in a row of the list."""
    return gettext(_BLOCKED.get(code, _BLOCKED["unknown"])["row"])


def words_for_refusal(refusal: Refusal, *, size: str = "") -> str:
    """The sentence for a refusal, in the reader's language; `size` is that of the file that was sent."""
    if refusal.code in _BY_CONTENT:
        return translated(refusal.message)
    return _reason("dates_reversed" if isinstance(refusal, DatesReversed) else refusal.code, size)


def words_for_files(errors: list[dict], sizes: list[str]) -> tuple[str, ...]:
    """Each refused file by its name, with its reason; `sizes` has the size of every file that was sent."""
    return tuple(
        gettext("{name}: {reason}").format(
            name=isolated(error["file_name"]),
            reason=error["message"] if error["code"] in _BY_CONTENT else _reason(error["code"], sizes[error["index"]]),
        )
        for error in errors
    )


def _reason(code: str, size: str) -> str:
    return with_limits(gettext(_REFUSALS.get(code, _REFUSALS["unknown"]))).replace("{size}", size)
