"""The words that scripts show, and the sentences for refusals on the pages. `{name}` is a placeholder."""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from accounts.models import User
from chat.errors import DatesReversed
from chat.limits import with_limits
from chatsite.http.errors import Refusal
from chatsite.http.sentences import translated

_WORDS = {
    "conversations": _("Conversations"),
    "to_end": _("To the newest message"),
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "sent": _("Sent"),
    "not_sent": _("Not sent"),
    "incoming": _("{name}, {time}: {text}"),
    "reacted": _("{name} reacted: {word}"),
    "day_and_time": _("{day}, {time}"),
    "photo": _("Photo"),
    "photo_of": _("Photo {at} of {count}"),
    "photo_withdrawn": _("This photo was withdrawn."),
    "photo_not_shown": _("This photo cannot be shown. Check your connection and open it again."),
    "size_kilobytes": _("{size} KB"),
    "size_megabytes": _("{size} MB"),
    "sending_file": _("Sending {name}"),
    "cancel_file": _("Cancel sending {name}"),
    "remove_file": _("Remove {name}"),
    "retry_file": _("Try {name} again"),
    "shrink_file": _("Make {name} smaller"),
    "file_waiting": _("Waiting…"),
    "file_shrinking": _("Making it smaller…"),
    # xgettext:no-python-format
    "file_progress": _("{percent}% of {size}"),
    # xgettext:no-python-format
    "file_failed": _("Connection lost at {percent}%"),
    "file_checking": _("Checking…"),
    "file_ready": _("Ready · {size}"),
    "file_protected": _("Ready · {size} · protected by a password"),
    "file_ready_smaller": _("Ready · made smaller, from {before} to {size}"),
    "download_file": _("Download {name}"),
    "file_news": _("{name}: {reason}"),
    "files_not_ready": _("A file could not be sent. Try it again or remove it: the message leaves then."),
    "sends_when_ready": _("The message leaves as soon as the files are ready."),
    "menu_of": _("What to do with “{words}”"),
    "action_of": _("{action}: “{words}”"),
    "actions_title": _("Message of {time}"),
    "correct_title": _("Correct this message"),
    "withdraw_title": _("Withdraw this message?"),
    "details_title": _("When it was sent and read"),
    "versions_title": _("Earlier versions"),
    "without_words": _("A message without words"),
    "file_withdrawn": _("{name} (file withdrawn)"),
    "replaced_on": _("Replaced on {moment}"),
    "withdrawn_on": _("Withdrawn on {moment}"),
    "at_time": _("at {time}"),
    "on_day_at": _("on {day} at {time}"),
    "not_yet": _("Not yet"),
    "changed_meanwhile": _("This message now says: “{words}”. Press “Correct” again to replace it."),
    "not_done": _("This could not be done"),
    "try_again": _("No answer from the service. Try again in a moment."),
    "not_online": _("Offline. Try again once you are back online."),
    "yourself": _("you"),
    "withdrawn": _("Message withdrawn"),
    "not_marked_unread": _("No connection: the conversation was not marked as unread. Try again."),
    "not_searched": _("No connection: the search was not made. Try again."),
    "list_none": _("No conversation yet"),
    "list_none_unread": _("All caught up"),
    "list_none_found": _("No conversation with “{q}”"),
}

# Of what arrives outside the open conversation: never a word of it.
_NEWS = {
    "new_message_from": _("New message from {name}"),
    "reaction_from": _("{name} reacted to a message"),
    "appointment_changed": _("What is shown here of an appointment has changed."),
}

# Before a message, for screen readers.
_AUTHORS = {"doctor": _("Doctor:"), "patient": _("Patient:")}

# By reader: to a patient, a doctor may be several people of the practice.
_RECEIPTS = {
    "doctor": {"delivered": _("Delivered"), "read_at": _("Read at {time}"), "read_on": _("Read on {day} at {time}")},
    "patient": {
        "delivered": _("Delivered to the practice"),
        "read_at": _("Read by the practice at {time}"),
        "read_on": _("Read by the practice on {day} at {time}"),
    },
}

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
    "not_the_author": _("Only its author can change this message."),
    "too_late": _("This message is too old to be changed. Send another one."),
    "too_many_pins": _("A conversation has at most {max_pins} pinned messages. Unpin one first."),
    "unknown_reaction": _("This reaction is not offered any more."),
    "not_authenticated": _("You are no longer signed in here. Your text is kept."),
    "unknown": _("This could not be sent. Your text is kept: try again."),
}

# Their sentences say what was found in the file; those above are for scripts that got no sentence.
_BY_CONTENT = {"file_type_refused", "file_has_external_parts", "file_unpacks_too_large", "image_too_large"}

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


def words(role: str) -> dict[str, Any]:
    """All words for a reader of this role in their language, ready for the page."""
    translated = {key: gettext(text) for key, text in (_WORDS | _RECEIPTS[role]).items()}
    translated |= {f"error_{code}": with_limits(gettext(text)) for code, text in _REFUSALS.items()}
    translated |= {f"blocked_{code}": gettext(texts["thread"]) for code, texts in _BLOCKED.items()}
    translated |= shared_words() | tray_words()
    return translated | {"new_messages": _forms(lambda n: ngettext("{count} new message", "{count} new messages", n))}


def shared_words() -> dict[str, Any]:
    """The words of what is live on every page: the number in the navigation and the title, and news of elsewhere."""
    return {key: gettext(text) for key, text in _NEWS.items()} | {
        "unread_messages": _forms(lambda n: ngettext("{count} unread message", "{count} unread messages", n)),
        "unread_in_title": _forms(lambda n: ngettext("{name}, {count} unread", "{name}, {count} unread", n)),
    }


def tray_words() -> dict:
    """How many files of the tray are in which state."""
    return {
        "count_ready": _forms(lambda n: ngettext("{count} ready", "{count} ready", n)),
        "count_sending": _forms(lambda n: ngettext("{count} on its way", "{count} on their way", n)),
        "count_failed": _forms(lambda n: ngettext("{count} not sent", "{count} not sent", n)),
        "count_refused": _forms(lambda n: ngettext("{count} refused", "{count} refused", n)),
    }


def gallery_words() -> dict:
    """The words of the large photo outside a thread."""
    return shared_words() | {key: gettext(text) for key, text in _WORDS.items() if key.startswith("photo_")}


def print_words() -> dict:
    """The words of the times on the page that prints a conversation."""
    return shared_words() | {key: gettext(_WORDS[key]) for key in ("today", "yesterday", "at_time", "on_day_at")}


def words_for_reading(role: str, *, time: str, day: str = "") -> str:
    """The line below the last message of this role that the other side has read; `day` unless it was today."""
    return gettext(_RECEIPTS[role]["read_on" if day else "read_at"]).format(day=day, time=time)


def words_for_delivery(role: str) -> str:
    """The line below the last message of this role that a device of the other side has received."""
    return gettext(_RECEIPTS[role]["delivered"])


def words_for_waiting(wait: timedelta) -> str:
    """How soon an answer usually comes, in whole hours or days, rounded up: never better than measured."""
    hours = max(math.ceil(wait / timedelta(hours=1)), 1)
    if hours < 24:
        return ngettext("Usually answers within {n} hour", "Usually answers within {n} hours", hours).format(n=hours)
    days = math.ceil(wait / timedelta(days=1))
    return ngettext("Usually answers within {n} day", "Usually answers within {n} days", days).format(n=days)


def words_for_menu(subject: str) -> str:
    """The name of the button that opens the menu of a message."""
    return gettext(_WORDS["menu_of"]).format(words=subject)


def words_for_role(role: str) -> str:
    """The author of a message as screen readers announce it, before the message."""
    return gettext(_AUTHORS[role])


def words_for_author(person: User) -> str:
    """The author of a message on paper, before the message."""
    return gettext("{name}:").format(name=person.display_name)


def words_for_blocked(code: str, name: str) -> str:
    """Why nobody can write in the chat with the person of this name."""
    return gettext(_BLOCKED.get(code, _BLOCKED["unknown"])["thread"]).format(name=name)


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
            name=error["file_name"],
            reason=error["message"] if error["code"] in _BY_CONTENT else _reason(error["code"], sizes[error["index"]]),
        )
        for error in errors
    )


def _reason(code: str, size: str) -> str:
    return with_limits(gettext(_REFUSALS.get(code, _REFUSALS["unknown"]))).replace("{size}", size)


# A number of each plural category that a language may have (CLDR). Arabic has all six.
_PLURALS = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}


def _forms(form: Callable[[int], str]) -> dict[str, str]:
    """The words of each category that are not those of `other`."""
    forms = {category: form(number) for category, number in _PLURALS.items()}
    return {category: words for category, words in forms.items() if category == "other" or words != forms["other"]}


def size(count: float) -> str:
    """ "184 KB", "3.1 MB": steps of 1024, as the limit counts."""
    if count >= 1024 * 1024 - 512:
        return gettext("{size} MB").format(size=number_format(count / (1024 * 1024), 1))
    return gettext("{size} KB").format(size=number_format(max(round(count / 1024), 1), 0))


def size_over(count: int) -> str:
    """A size over a limit, rounded up: one byte too many must not read as the limit."""
    tenth = 1024 * 1024 / 10
    return size(math.ceil(count / tenth) * tenth)
