"""How the words of a password are compared: in every spelling that people vary first."""

import unicodedata

# Digits and signs that are written for letters. One stands for both i and l, so these count as the same.
_LOOKALIKES = str.maketrans("01345l@$", "oieasias")


def plain(text: str) -> str:
    """Without accents and capitals, which are the first that is varied."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def folded(text: str) -> str:
    """Of a plain text: digits and signs that stand for letters are those letters."""
    return text.translate(_LOOKALIKES)
