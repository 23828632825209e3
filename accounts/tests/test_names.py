"""Names as they are searched. `tests/browser/modules/test_sentences.py` asks the browser for the same table."""

import pytest

from accounts.names import asked_names, folded_names

NAME = "Dr. Anne-He\u0301lène O'Connor d\u2019Arc-Œuvrard Strauß ليلى"
# Every way of typing in the first is found in the name, none of the second.
FOUND = [
    "helene", "HÉLÈNE", "He\u0301le\u0300ne", "anne-helene", "annehelene", "anne helene", "anne-h", "connor",
    "oconnor", "O’Connor", "d'arc", "Œuvrard", "oeuvrard", "uvrard", "helene connor", "strauss", "STRAUSS", "ليلي", "",
]  # fmt: skip
NOT_FOUND = ["helena", "anne dupont", "-", "()"]


@pytest.mark.parametrize("typed", FOUND + NOT_FOUND)
def test_a_name_is_found_however_it_is_typed(typed):
    searched = folded_names(NAME)
    assert all(word in searched for word in asked_names(typed)) == (typed in FOUND)
