"""Passwords that whoever knows the person or the clinic tries first."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

# A shorter word is in too many honest passwords.
WORD_LEAST = 3
# Of a password that has such words, so many letters and digits must be left without them, and so many letters.
LEFT_LEAST, LETTERS_LEAST = 8, 4


class OwnWordsValidator:
    """Refuses a password that is little more than names and dates of the person or the clinic."""

    def validate(self, password: str, user: User | None = None) -> None:
        # Without signs, which only divide the words and the dates.
        plain = left = re.sub(r"[\W_]+", "", _plain(password))
        for word in sorted(set(_words(user)), key=len, reverse=True):
            left = left.replace(word, "")
        letters = sum(character.isalpha() for character in left)
        if left != plain and (len(left) < LEFT_LEAST or letters < LETTERS_LEAST):
            raise ValidationError(
                _("This password is little more than names and dates that others know. Add other words."),
                code="password_own_words",
            )

    def get_help_text(self) -> str:
        return _("Your password can't be made of names and dates that others know, yours or the clinic's.")


def _words(user: User | None) -> Iterator[str]:
    texts = [settings.CLINIC_NAME, urlsplit(settings.PUBLIC_URL).hostname or ""]
    if user is not None:
        texts += [user.first_name, user.last_name, user.email, user.specialty]
        if born := getattr(user, "birth_date", None):
            texts += [born.strftime(form) for form in ("%Y%m%d", "%d%m%Y", "%m%d%Y", "%d%m%y", "%y%m%d", "%Y")]
    for text in texts:
        yield from (word for word in re.split(r"[\W_]+", _plain(text)) if len(word) >= WORD_LEAST)


def _plain(text: str) -> str:
    """Without accents and capitals, which are the first that is varied."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
