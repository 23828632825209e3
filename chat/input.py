"""Parsing of ids, numbers, keys and texts from clients; the same for REST, socket and pages."""

import re
import unicodedata
import uuid
from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from chat.errors import EmptyMessage, Invalid, TextNotStorable, TextTooLong
from chat.fields import ShortTextField
from chatsite.http.sentences import sentence

MAX_ID = 2**63 - 1
DEFAULT_LIMIT, MAX_LIMIT = 50, 100
# What clients send, and what is stored.
_CANONICAL_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# uuid.UUID alone would also accept "+", "_" and the digits of other scripts.
_UUID = re.compile(r"(urn:uuid:)?\{?[0-9a-fA-F-]{32,36}\}?")
# Spaces, line ends, control and format characters, and letters that are invisible.
_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Zs"}
_BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U000e0000-\U000e0fff]"
)


def parse_id(value: object, name: str) -> int:
    """Return an id (1 … 2⁶³−1) from an int or ASCII digits; anything else is Invalid."""
    number = _whole(value)
    if number is None or not 1 <= number <= MAX_ID:
        raise Invalid(sentence(_("{name} must be a whole number from 1 to 2^63-1."), name=name))
    return number


def optional_id(data: Mapping[str, object], name: str) -> int | None:
    """Return the id under this name; absent and empty are None."""
    value = data.get(name)
    return None if value in (None, "") else parse_id(value, name)


def id_if_given(data: Mapping[str, object], name: str) -> int | None:
    """Return the id under this name; absent is None, empty is Invalid, for its meaning is unclear."""
    value = data.get(name)
    return None if value is None else parse_id(value, name)


def parse_count(value: object, name: str, *, least: int = 0) -> int:
    """Return a whole number ≥ `least`; anything else is Invalid."""
    number = _whole(value)
    if number is None or not least <= number <= MAX_ID:
        raise Invalid(sentence(_("{name} must be a whole number, {least} or more."), name=name, least=least))
    return number


def parse_limit(value: object) -> int:
    """Return the page size: DEFAULT_LIMIT by default, at most MAX_LIMIT."""
    return DEFAULT_LIMIT if value is None else min(parse_count(value, "limit", least=1), MAX_LIMIT)


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    # Longer strings exceed any id; and int() raises its own error for 5,000 digits.
    if isinstance(value, str) and len(value) <= 20 and value.isascii() and value.isdigit():
        return int(value)
    return None


def parse_ids(value: object, name: str) -> tuple[int, ...]:
    """Return a tuple of distinct ids from a list; None is empty."""
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise Invalid(sentence(_("{name} must be a list of ids."), name=name))
    ids = tuple(parse_id(item, name) for item in value[:1000])
    if len(set(ids)) != len(ids):
        raise Invalid(sentence(_("{name} names an attachment twice."), name=name))
    return ids


def parse_client_id(value: object) -> str | None:
    """Return the canonical form of a UUID from the client; None stays None."""
    if value is None:
        return None
    if isinstance(value, str) and _CANONICAL_UUID.fullmatch(value):
        return value
    try:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise ValueError(value)
        return str(uuid.UUID(value))
    except ValueError as error:
        raise Invalid(_("client_id must be a UUID.")) from error


def clean_text(value: object, *, required: bool) -> str | None:
    """Return the text as typed, or None where it is blank and not required."""
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise Invalid(_("message_text must be text."))
    if not any(_is_visible(character) for character in value):
        if required:
            raise EmptyMessage
        return None
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:
        raise TextNotStorable from error
    if "\x00" in value:
        raise TextNotStorable
    if size > ShortTextField.max_bytes:
        raise TextTooLong
    return value


def _is_visible(character: str) -> bool:
    return not _BLANKS.match(character) and unicodedata.category(character) not in _UNSEEN
