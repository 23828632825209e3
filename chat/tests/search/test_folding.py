"""Which words count as the same, and where they are."""

import pytest

from chat.search.folding import asked_words, has_all, places, words


def found(text, q):
    asked = asked_words(q)
    return has_all(words(text), asked), [text[start:end] for start, end in places(text, asked)]


@pytest.mark.parametrize(
    ("text", "q", "marks"),
    [
        ("De la fièvre hier", "fievre", ["fièvre"]),
        ("De la fievre hier", "FIÈVRE", ["fievre"]),
        ("L’œil est rouge", "oeil", ["œil"]),
        ("L'OEIL", "œil", ["OEIL"]),
        ("Amoxicilline 500 mg", "amoxi 500", ["Amoxi", "500"]),
        ("Prenez-en 3 fois", "3", ["3"]),
        ("e\u0301te\u0301 chaud", "été", ["e\u0301te\u0301"]),
        ("Hauptstraße", "hauptstrasse", ["Hauptstraße"]),
        ("ﬁbrome", "fibr", ["ﬁbr"]),
        ("Ça va, j’ai un rendez-vous", "rendez vous ca", ["Ça", "rendez", "vous"]),
        ("une or\u00addonnance", "ordonnance", ["or\u00addonnance"]),
    ],
)
def test_it_finds_words_however_they_are_written(text, q, marks):
    assert found(text, q) == (True, marks)


@pytest.mark.parametrize(
    ("text", "q", "marks"),
    [
        ("أخذتُ الدّواءَ اليوم", "دواء", ["الدّواءَ"]),
        ("أخذت دواء", "الدواء", ["دواء"]),
        ("بالدواء والألم", "دواء الألم", ["بالدواء", "والألم"]),
        ("آلام في الرأس", "الام راس", ["آلام", "الرأس"]),
        ("مـــرحبا", "مرحبا", ["مـــرحبا"]),
        ("مستشفى", "مستشفي", ["مستشفى"]),
        ("الجرعة", "جرعه", ["الجرعة"]),
        ("٣ حبات", "3", ["٣"]),
        ("التهاب الحلق", "التهاب", ["التهاب"]),
        ("التهاب الحلق", "الت", ["الت"]),
    ],
)
def test_it_finds_arabic_however_it_is_written(text, q, marks):
    assert found(text, q) == (True, marks)


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("fièvre", "ièvre"),
        ("la vitamine D", "vitamine c"),
        ("comprimé", "c"),
        ("fièvre", "fièvre toux"),
        ("amoxicilline", "amoxicillines"),
    ],
)
def test_it_finds_nothing_else(text, q):
    assert not found(text, q)[0]
