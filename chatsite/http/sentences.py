"""Sentences of refusals: English as documented, and the same in the reader's language."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext, gettext_noop


class Sentence(str):
    """An English sentence that knows its translatable pattern, and what fills the places of the pattern."""

    pattern: str
    places: dict[str, Any]


def sentence(pattern: str, **places: Any) -> Sentence:
    """Fill the places of a pattern that `gettext_noop` marks for translation; a place may be a sentence itself."""
    filled = Sentence(pattern.format(**places))
    filled.pattern, filled.places = pattern, places
    return filled


def all_of(names: Sequence[str]) -> str:
    """ "newest, before and since": how sentences list what belongs together."""
    *earlier, last = names
    return sentence(gettext_noop("{first} and {last}"), first=", ".join(earlier), last=last) if earlier else last


def translated(text: str) -> str:
    """The sentence in the active language; English where there is no translation."""
    if not isinstance(text, Sentence):
        return gettext(text) if text else text
    places = {name: translated(place) if isinstance(place, Sentence) else place for name, place in text.places.items()}
    return gettext(text.pattern).format(**places)
