"""The form in which words are compared: accents, capitals, ligatures and Arabic diacritics make no difference."""

import re
import unicodedata

# Letters that Unicode does not decompose.
_ALIKE = {
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": "",
}  # fmt: skip
WORD = re.compile(r"[^\W_]+")


class _Folded(dict[int, str]):
    """The folded form of each character, computed at its first use."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = "".join(map(_fold_character, unicodedata.normalize("NFKD", chr(code)).casefold()))
        return folded


def _fold_character(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Mn", "Cf"):
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    return _ALIKE.get(character, character)


# By the code of a character, as `str.translate` takes it.
FOLDED = _Folded()


def fold(text: str) -> str:
    """Return the text in the form that is compared."""
    return text.translate(FOLDED)
