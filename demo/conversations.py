"""Reads `conversations.txt`, and makes the files that its messages have."""

import re
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from demo.paper import letter
from demo.pictures import blood_pressure_monitor, notebook_page

_SCRIPT = Path(__file__).with_name("conversations.txt")
_HEAD = re.compile(r"== (?P<doctor>\S+), (?P<patient>\S+)")
_LINE = re.compile(r"(?P<days>\d+) (?P<clock>\d\d:\d\d) (?P<side>[DP]) (?P<words>.*?)( \[(?P<files>\w+(, \w+)*)\])?")
# What people do without words, and with words. Any other line is a message.
_ACTS = {"reads", "unreads", "receives", "pins", "retracts"}
_ACTS_WITH_WORDS = {"drafts", "prepares", "answers", "corrects", "reacts"}


@dataclass(frozen=True, slots=True)
class Line:
    """One person posts a message ("writes", "answers"), or does something else with what is there."""

    doctor: str
    patient: str
    number: int
    days: int
    clock: time
    by_doctor: bool
    act: str
    text: str
    files: tuple[str, ...]

    @property
    def is_message(self) -> bool:
        return self.act in {"writes", "answers"}


def lines() -> list[Line]:
    """Every line of every conversation, in the order of time."""
    found: list[Line] = []
    pair: dict[str, str] = {}
    number = 0
    for row in _SCRIPT.read_text().splitlines():
        if head := _HEAD.fullmatch(row):
            pair, number = head.groupdict(), 0
        elif match := _LINE.fullmatch(row):
            number += 1
            found.append(_line(match, number, **pair))
    return sorted(found, key=lambda line: (-line.days, line.clock))


def _line(match: re.Match[str], number: int, *, doctor: str, patient: str) -> Line:
    act, text = _act(match["words"])
    return Line(
        doctor=doctor,
        patient=patient,
        number=number,
        days=int(match["days"]),
        clock=time.fromisoformat(match["clock"]),
        by_doctor=match["side"] == "D",
        act=act,
        text=text,
        files=tuple(match["files"].split(", ")) if match["files"] else (),
    )


def _act(words: str) -> tuple[str, str]:
    """What is done, and the words that go with it."""
    first, _, rest = words.partition(" ")
    if words in _ACTS:
        return words, ""
    return (first, rest) if first in _ACTS_WITH_WORDS else ("writes", words)


def make_file(name: str) -> SimpleUploadedFile:
    file_name, file_type, make = _FILES[name]
    return SimpleUploadedFile(file_name, make(), file_type)


def _monitor() -> bytes:
    return blood_pressure_monitor(132, 81, 68)


def _evening() -> bytes:
    return blood_pressure_monitor(138, 84, 72)


def _notebook() -> bytes:
    rows = [("ven.", "14,1", "8,4"), ("sam.", "13,8", "8,2"), ("dim.", "13,6", "8,3"), ("lun.", "13,4", "8,1")]
    return notebook_page("Ma tension", rows)


def _sheet() -> bytes:
    return letter(
        clinic=settings.CLINIC_NAME,
        title="Mesurer sa tension à la maison",
        lines=[
            "La règle de trois\u00a0: trois mesures le matin, trois le soir, trois jours de suite.",
            "",
            "- Asseyez-vous cinq minutes au calme, le dos appuyé, les pieds à plat.",
            "- Placez le brassard sur le bras nu, à la hauteur du cœur.",
            "- Ne parlez pas pendant la mesure, ne croisez pas les jambes.",
            "- Attendez une minute entre deux mesures.",
            "- Notez les deux chiffres et le pouls, même s’ils vous surprennent.",
            "",
            "Le matin avant le petit déjeuner et les médicaments, le soir avant le coucher.",
            "Apportez vos relevés à la consultation, ou envoyez-en une photo dans la messagerie.",
            "",
            "Au-dessus de 18 / 11, ou avec un mal de tête violent, une gêne pour parler",
            "ou une douleur dans la poitrine\u00a0: appelez le 15.",
        ],
    )


_FILES = {
    "monitor": ("Tension du matin.jpg", "image/jpeg", _monitor),
    "evening": ("Tension du soir.jpg", "image/jpeg", _evening),
    "notebook": ("Carnet de tension.jpg", "image/jpeg", _notebook),
    "sheet": ("Mesurer sa tension à la maison.pdf", "application/pdf", _sheet),
}
