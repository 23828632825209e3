"""A value inside a sentence. `tests/browser/modules/test_sentences.py` asks the browser for the same table."""

import pytest
from django.utils import translation

from chatsite.isolation import isolated

# name: (value, whether it is isolated in a sentence from the left, and in one from the right)
TABLE = {
    "a name": ("Zoé O’Brien-Łuk", False, True),
    "a number": ("12", False, False),
    "an hour": ("9:05", False, False),
    "nothing": ("", False, False),
    "a number and a sign": ("99+", False, True),
    "an Arabic name": ("ليلى", True, True),
    "a Hebrew name": ("רות", True, True),
    "Arabic among Latin letters": ("Dr. ليلى (bis)", True, True),
    "Adlam": ("\U0001e900", True, True),
    "a mark of direction": ("a\u202eb", True, True),
}


@pytest.mark.parametrize(("value", "in_french", "in_arabic"), TABLE.values(), ids=TABLE)
def test_a_value_keeps_its_direction_to_itself(value, in_french, in_arabic):
    for language, is_isolated in {"fr": in_french, "ar": in_arabic}.items():
        with translation.override(language):
            assert isolated(value) == (f"\u2068{value}\u2069" if is_isolated else value)
