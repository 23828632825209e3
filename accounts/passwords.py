"""Passwords that whoever knows the person or the clinic tries first."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.spelling import folded, plain

# A shorter word is in too many honest passwords.
WORD_LEAST = 3
# Of a password that has such words, so many letters and digits must be left without them, and so many letters.
LEFT_LEAST, LETTERS_LEAST = 8, 4
_SIGNS_FOR_LETTERS = "@$"

# Whoever guesses the password of anybody in a practice tries these, too.
_OF_EVERY_PRACTICE = """
accueil admin administrateur bienvenue cabinet clinic clinique docteur doctor doctoresse hopital hospital infirmier
infirmiere medecin medecine medical ordonnance patient patiente practice sante secretaire secretariat urgences welcome
"""


class OwnWordsValidator:
    """Refuses a password that is little more than names and dates of the person or the clinic, in any spelling."""

    def validate(self, password: str, user: User | None = None) -> None:
        words = sorted({folded(word) for word in _words(user)}, key=len, reverse=True)
        # Signs only divide the words and the dates, but for some that are letters to whoever writes so.
        if any(_is_little_more(_without_signs(plain(password), but=kept), words) for kept in ("", _SIGNS_FOR_LETTERS)):
            raise ValidationError(
                _("This password is little more than names and dates that others know. Add other words."),
                code="password_own_words",
            )

    def get_help_text(self) -> str:
        return _("Your password can't be made of names and dates that others know, yours or the clinic's.")


def _without_signs(text: str, *, but: str) -> str:
    return "".join(character for character in text if character.isalnum() or character in but)


def _is_little_more(password: str, words: list[str]) -> bool:
    """Whether the password has some of these words, and nearly nothing else."""
    left = password
    for word in words:
        left = _without(word, left)
    rest = [character for character in left if character.isalnum()]
    letters = sum(character.isalpha() for character in rest)
    return left != password and (len(rest) < LEFT_LEAST or letters < LETTERS_LEAST)


def _without(word: str, text: str) -> str:
    """The text without this word, however it is spelled there."""
    letters, parts, start = folded(text), [], 0
    while (found := letters.find(word, start)) >= 0:
        parts.append(text[start:found])
        start = found + len(word)
    return "".join([*parts, text[start:]])


def _words(user: User | None) -> Iterator[str]:
    texts = [_OF_EVERY_PRACTICE, settings.CLINIC_NAME, urlsplit(settings.PUBLIC_URL).hostname or ""]
    if user is not None:
        texts += [user.first_name, user.last_name, user.email, user.specialty]
        if born := getattr(user, "birth_date", None):
            texts += [born.strftime(form) for form in ("%Y%m%d", "%d%m%Y", "%m%d%Y", "%d%m%y", "%y%m%d", "%Y")]
    for text in texts:
        yield from (word for word in re.split(r"[\W_]+", plain(text)) if len(word) >= WORD_LEAST)
