"""The words that scripts show. `{name}` is a placeholder; those of refusals are in `refusal_words`."""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from accounts.models import User
from chat.fields import now
from chat.pages.refusal_words import refusal_words
from chat.services.unseen import Unseen
from chatsite.isolation import isolated

_WORDS = {
    "conversations": _("Conversations"),
    "to_end": _("To the newest message"),
    "newest_come": _("The newest messages are being loaded…"),
    "older_come": _("The oldest message that is loaded. Older ones follow above it."),
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
    "of_message": _(": “{words}”"),
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
    "notified_by_device": _("{moment}, on a device"),
    "notified_by_email": _("{moment}, by e-mail"),
    "notified_by_sms": _("{moment}, by text message"),
    "not_notified": _("Could not be notified yet"),
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
    "list_none_to_answer": _("Everyone has an answer"),
    "list_none_closed": _("No closed conversation"),
    "list_none_found": _("No conversation with “{q}”"),
}

# Of what happens outside the open conversation: never a word of it.
_NEWS = {
    "not_sent_to": _("A message to {name} could not be sent. It is kept in that conversation."),
    "new_message_from": _("New message from {name}"),
    "appointment_with": _("An appointment with {name} has changed"),
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


def words(role: str) -> dict[str, Any]:
    """All words for a reader of this role in their language, ready for the page."""
    translated = {key: gettext(text) for key, text in (_WORDS | _RECEIPTS[role]).items()}
    translated |= refusal_words() | shared_words() | tray_words()
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


def words_for_no_row(only: str) -> str:
    """The title instead of rows, of all conversations or of a filter."""
    return gettext(_WORDS[f"list_none_{only}" if only else "list_none"])


def people_words() -> dict:
    """How many people a field of people has found. Beside the shared words."""
    found = _forms(lambda n: ngettext("{count} person found", "{count} people found", n))
    return shared_words() | {"people_found": found}


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


def words_for_unseen(unseen: Unseen) -> str:
    """What a row of the list says of messages that wait for long; empty where there is nothing to say."""
    if unseen.not_reached_since:
        days = max((now() - unseen.not_reached_since).days, 1)
        return ngettext("Not reached for {n} day", "Not reached for {n} days", days).format(n=days)
    return gettext("Not seen yet") if unseen.not_seen_since else ""


def words_for_menu(subject: str) -> str:
    """The name of the button that opens the menu of a message."""
    return gettext(_WORDS["menu_of"]).format(words=isolated(subject))


def words_for_message(subject: str) -> str:
    """What follows the name of a button or a receipt, for screen readers: of which message it is."""
    return gettext(_WORDS["of_message"]).format(words=isolated(subject))


def words_for_role(role: str) -> str:
    """The author of a message as screen readers announce it, before the message."""
    return gettext(_AUTHORS[role])


def words_for_author(person: User) -> str:
    """The author of a message on paper, before the message."""
    return gettext("{name}:").format(name=isolated(person.display_name))


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
