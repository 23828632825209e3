"""Passwords that were stolen somewhere and published: whoever guesses tries these first.

`breached.bin` has them as the first bytes of digests, in order. So the package has no word that anybody would mind
reading, no request leaves it, and a look takes microseconds. `bin/make_breached.py` makes it.
"""

import hashlib
import re
from functools import cache
from itertools import product
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.spelling import folded, plain

# Enough that a password which nobody published is refused once in 10^9.
DIGEST_BYTES = 6
FILE = Path(__file__).with_name("breached.bin")
# A password that has fewer is a pattern.
DIFFERENT_LEAST = 5
# A digit or a sign at an end is what most add to a word that was refused. Some signs stand for letters there.
_BEFORE, _AFTER = (r"^[^a-z]+", r"^[^a-z@$]+"), (r"[^a-z]+$", r"[^a-z@$]+$")


class BreachedPasswordValidator:
    """Refuses a published password, in any spelling, with digits and signs around it, or said more than once."""

    def validate(self, password: str, user: User | None = None) -> None:
        text = plain(password)
        if len(set(text)) < DIFFERENT_LEAST or any(is_breached(word) for word in _forms(_said_once(text))):
            raise ValidationError(
                _("This password is one that others try first. Three words are easy to remember and hard to guess."),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return _("Your password can't be one that was stolen elsewhere and published.")


def digest_of(word: str) -> bytes:
    return hashlib.sha256(folded(word).encode()).digest()[:DIGEST_BYTES]


def is_breached(word: str) -> bool:
    wanted, digests = digest_of(word), _digests()
    low, high = 0, len(digests) // DIGEST_BYTES
    while low < high:
        middle = (low + high) // 2
        if digests[middle * DIGEST_BYTES : (middle + 1) * DIGEST_BYTES] < wanted:
            low = middle + 1
        else:
            high = middle
    return digests[low * DIGEST_BYTES : (low + 1) * DIGEST_BYTES] == wanted


@cache
def _digests() -> bytes:
    return FILE.read_bytes()


def _said_once(text: str) -> str:
    """ "soleil" of "soleilsoleil"."""
    again = (text + text).find(text, 1)
    return text[:again]


def _forms(text: str) -> set[str]:
    """The text, and its words without what was added at the ends."""
    return {text, *(re.sub(after, "", re.sub(before, "", text)) for before, after in product(_BEFORE, _AFTER))}
