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
    ("text", "q", "marks"),
    [
        ("Amoxicilline 500 mg", "500mg", ["500 mg"]),
        ("Amoxicilline 500\u202fmg", "500mg", ["500\u202fmg"]),
        ("Amoxicilline 500-mg", "500m", ["500-m"]),
        ("Amoxicilline 500mg", "500 mg", ["500", "mg"]),
        ("0,5ml par jour", "0,5 ml", ["0", "5", "ml"]),
        ("2,5 mg", "2,5mg", ["2", "5 mg"]),
        ("1 000 UI", "1000", ["1 000"]),
        ("1\u202f000\u202f000 d'unités", "1000000", ["1\u202f000\u202f000"]),
        ("1.000 UI", "1000ui", ["1.000 UI"]),
        ("1000 UI", "1 000", ["1", "000"]),
        ("Doliprane 1000mg", "1 000 mg", ["1", "000", "mg"]),
        ("Doliprane 1000mg", "1 000mg", ["1000mg"]),
        ("Doliprane 1 000 mg", "1 000mg", ["1 000 mg"]),
        ("Doliprane 1000 mg", "1 000mg", ["1000 mg"]),
        ("Doliprane 1 000mg", "1 000 mg", ["1", "000", "mg"]),
        ("25000 leucocytes", "25 000", ["25", "000"]),
        ("Appelez le 01 42 34 56 78.", "0142345678", ["01 42 34 56 78"]),
        ("Appelez le 0142345678", "01 42 34 56 78", ["0142345678"]),
        ("Appelez le 01.42.34.56.78", "+33 1 42 34 56 78", ["01.42.34.56.78"]),
        ("Appelez le +33 (0)1 42 34 56 78", "01-42-34-56-78", ["+33 (0)1 42 34 56 78"]),
        ("Tél. 01 42 34 56 78", "01 42 34", ["01 42 34"]),
        ("Tél. 0142345678", "01 42 34", ["014234"]),
        ("Tél. +33 1 42 34 56 78", "01 42 34", ["+33 1 42 34"]),
        ("vu le 01/02/2026", "01/02/2026", ["01/02/2026"]),
        ("vu le 01/02/2026", "2026", ["2026"]),
        ("Un rendez-vous demain", "rendez-v", ["rendez-v"]),
        ("Un rendez‑vous demain", "rendez-v", ["rendez‑v"]),
        ("Un rendez-vous demain", "rendezvous", ["rendez-vous"]),
        ("Un rendezvous demain", "rendez-v", ["rendezv"]),
        ("Covid-19", "covid19", ["Covid-19"]),
    ],
)
def test_it_finds_numbers_and_compounds_however_they_are_written(text, q, marks):
    assert found(text, q) == (True, marks)


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("500 mg le matin, 50 g le soir", "50mg"),
        ("10 20 30", "102030"),
        ("01 42 34 56 78", "01 42 35"),
        ("un rendez manqué", "rendez-v"),
        ("vitamine D", "vitamine-c"),
        ("fièvre", "ièvre"),
        ("la vitamine D", "vitamine c"),
        ("comprimé", "c"),
        ("fièvre", "fièvre toux"),
        ("amoxicilline", "amoxicillines"),
    ],
)
def test_it_finds_nothing_else(text, q):
    assert not found(text, q)[0]
