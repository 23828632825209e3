"""The words of a row in the list. `tests/browser/modules/test_shortening.py` asks the browser for the same table."""

import pytest

from chat.pages.shortening import shortened

FAMILY, FLAG, WALES = "👨‍👩‍👧‍👦", "🇫🇷", "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
THUMB, HEART = "👍🏽", "❤\ufe0f"


def at_the_cut(before: int, sign: str) -> str:
    """So many letters, a sign of which only a part has room, and more."""
    return "a" * before + sign + "b" * 20


# name: (text, what a row shows of it)
TABLE = {
    "empty": ("", ""),
    "short": ("Bonjour", "Bonjour"),
    "lines": (" \r\nBonjour\t Docteur,\n\nmerci \n", "Bonjour Docteur, merci"),
    "spaces that stay": ("10\u202fh\u00a030\u3000", "10\u202fh\u00a030\u3000"),
    "139": ("a" * 139, "a" * 139),
    "140": ("a" * 140, "a" * 140),
    "140 and line ends": ("a" * 140 + "\r\n\r\n", "a" * 140),
    "141": ("a" * 141, "a" * 139 + "…"),
    "140 emoji": ("😀" * 140, "😀" * 140),
    "141 emoji": ("😀" * 141, "😀" * 139 + "…"),
    "family": (at_the_cut(137, FAMILY), "a" * 137 + "…"),
    "family with room": (at_the_cut(132, FAMILY), "a" * 132 + FAMILY + "…"),
    "family without room for the last": (at_the_cut(133, FAMILY), "a" * 133 + "…"),
    "families": (FAMILY * 30, FAMILY * 19 + "…"),
    "flag": (at_the_cut(138, FLAG), "a" * 138 + "…"),
    "flag with room": (at_the_cut(137, FLAG), "a" * 137 + FLAG + "…"),
    "flags, even": (FLAG * 90, FLAG * 69 + "…"),
    "flags, odd": ("a" + FLAG * 90, "a" + FLAG * 69 + "…"),
    "flag of tags": (at_the_cut(135, WALES), "a" * 135 + "…"),
    "tone of skin": (at_the_cut(138, THUMB), "a" * 138 + "…"),
    "emoji style": (at_the_cut(138, HEART), "a" * 138 + "…"),
    "keycap": (at_the_cut(137, "1\ufe0f\u20e3"), "a" * 137 + "…"),
    "accent": (at_the_cut(138, "e\u0301"), "a" * 138 + "…"),
    "accent with room": (at_the_cut(137, "e\u0301"), "a" * 137 + "e\u0301…"),
    "accents": ("e\u0301" * 71, "e\u0301" * 69 + "…"),
    "precomposed": ("é" * 141, "é" * 139 + "…"),
    "vowel of Hindi": (at_the_cut(138, "नि"), "a" * 138 + "…"),
    "vowel of Thai": (at_the_cut(138, "น\u0e33"), "a" * 138 + "…"),
    "jamo": (at_the_cut(138, "\u1112\u1161\u11ab"), "a" * 138 + "…"),
    "Arabic": ("م" * 141, "م" * 139 + "…"),
    "open override": ("\u202eabc\ndef", "\u202eabc\u202c def"),
    "open isolate and embedding": ("\u2067a \u202bb\r\nc", "\u2067a \u202bb\u202c\u2069 c"),
    "closed marks": ("\u202da\u202c \u2068b\u2069\nc", "\u202da\u202c \u2068b\u2069 c"),
    "an isolate ends what is open in it": ("\u2066\u202ea\u2069b\nc", "\u2066\u202ea\u2069b c"),
    "ends of nothing": ("a\u202c\u2069\nb\u2069", "a\u202c\u2069 b\u2069"),
    "marks without end": ("e" + "\u0301" * 200, "e" + "\u0301" * 138 + "…"),
}


@pytest.mark.parametrize(("text", "words"), TABLE.values(), ids=TABLE)
def test_a_row_shows_the_beginning_on_one_line(text, words):
    assert shortened(text) == words
