"""The people of the demo, and their appointments."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils import timezone

from appointments.models import Appointment

PASSWORD = "tilleuls-demo"  # noqa: S105 - printed on purpose, and never made outside DEBUG

# Columns of `users`, by name.
Columns = dict[str, str | bool | date]

_BENALI, _FONTAINE, _MORVAN = "samira.benali", "luc.fontaine", "helene.morvan"
_MONIQUE, _PAUL, _SIMONE = "monique.delatour", "paul.marchetti", "simone.garnier"
_AMINATA, _KARIM, _LEA = "aminata.diallo", "karim.haddad", "lea.nguyen"

DOCTORS: dict[str, Columns] = {
    _BENALI: {"first_name": "Samira", "last_name": "Benali", "specialty": "Médecine générale"},
    _FONTAINE: {"first_name": "Luc", "last_name": "Fontaine", "specialty": "Cardiologie"},
    _MORVAN: {"first_name": "Hélène", "last_name": "Morvan", "specialty": "Ophtalmologie"},
}
PATIENTS: dict[str, Columns] = {
    _MONIQUE: {
        "first_name": "Monique",
        "last_name": "Delatour",
        "shows_presence": True,
        "birth_date": date(1949, 5, 17),
    },
    _PAUL: {"first_name": "Paul", "last_name": "Marchetti", "birth_date": date(1958, 11, 2)},
    _SIMONE: {"first_name": "Simone", "last_name": "Garnier", "birth_date": date(1944, 2, 28)},
    _AMINATA: {"first_name": "Aminata", "last_name": "Diallo", "birth_date": date(1987, 9, 9)},
    _KARIM: {"first_name": "Karim", "last_name": "Haddad", "birth_date": date(1979, 6, 21)},
    _LEA: {"first_name": "Léa", "last_name": "Nguyen", "shows_presence": True, "birth_date": date(1996, 1, 14)},
}
ADMINS: dict[str, Columns] = {"claire.vasseur": {"first_name": "Claire", "last_name": "Vasseur"}}


@dataclass(frozen=True, slots=True)
class Visit:
    """`days` from today (moved off the weekend), at a time of the clinic's zone."""

    doctor: str
    patient: str
    days: int
    clock: time
    reason: str
    place: str = "Au cabinet, salle 2"
    status: str = Appointment.Status.PLANNED
    minutes: int = 20
    link: str = ""


_DONE, _MISSED, _CANCELLED = Appointment.Status.DONE, Appointment.Status.MISSED, Appointment.Status.CANCELLED
_REQUESTED = Appointment.Status.REQUESTED
_VIDEO = "https://visio.example.org/"

VISITS = [
    Visit(_BENALI, _MONIQUE, -400, time(10, 0), "Bilan annuel", status=_DONE, minutes=30),
    Visit(_BENALI, _MONIQUE, -63, time(16, 45), "Renouvellement d’ordonnance", status=_DONE),
    Visit(_BENALI, _MONIQUE, -21, time(9, 0), "Suivi de tension", status=_DONE),
    Visit(_BENALI, _MONIQUE, 2, time(9, 30), "Contrôle de la tension"),
    Visit(_FONTAINE, _MONIQUE, 17, time(14, 15), "Électrocardiogramme", "Au cabinet, salle 5", minutes=40),
    Visit(_MORVAN, _MONIQUE, -35, time(11, 0), "Fond d’œil", "Au cabinet, salle 4", status=_DONE, minutes=30),
    Visit(_BENALI, _PAUL, -9, time(8, 30), "Résultats de la prise de sang", status=_DONE),
    Visit(_BENALI, _PAUL, 2, time(10, 15), "Suivi du diabète"),
    Visit(_FONTAINE, _PAUL, 5, time(11, 30), "Épreuve d’effort", "Au cabinet, salle 5", minutes=60),
    Visit(_FONTAINE, _PAUL, -90, time(9, 15), "Première consultation", "Au cabinet, salle 5", status=_DONE, minutes=40),
    Visit(_BENALI, _SIMONE, -14, time(15, 0), "Vaccination contre la grippe", status=_DONE, minutes=10),
    Visit(_MORVAN, _SIMONE, 9, time(10, 30), "Contrôle après l’opération de la cataracte", "Au cabinet, salle 4"),
    Visit(
        _MORVAN, _SIMONE, -20, time(10, 30), "Opération de la cataracte", "Clinique, bloc 2", status=_DONE, minutes=60
    ),
    Visit(_BENALI, _AMINATA, -30, time(17, 30), "Entorse de la cheville", status=_DONE),
    Visit(_BENALI, _AMINATA, 6, time(17, 30), "Reprise du sport", "", link=_VIDEO + "7f3a-benali"),
    Visit(_BENALI, _KARIM, -5, time(18, 0), "Douleurs lombaires", status=_MISSED),
    Visit(_BENALI, _KARIM, 2, time(11, 0), "Douleurs lombaires, report"),
    Visit(_BENALI, _KARIM, 12, time(18, 0), "Bilan", status=_CANCELLED),
    Visit(_BENALI, _SIMONE, 8, time(9, 0), "Certificat pour la gymnastique", "Au cabinet", status=_REQUESTED),
    Visit(_BENALI, _LEA, 0, time(16, 30), "Téléconsultation", "", minutes=15, link=_VIDEO + "2c81-benali"),
    Visit(_BENALI, _LEA, -48, time(12, 0), "Certificat médical", status=_DONE, minutes=10),
]


def email_of(name: str) -> str:
    return f"{name}@example.org"


def off_weekend(day: date) -> date:
    """Saturday's and Sunday's visits move to Monday; today's stay, so that every day of the demo has one."""
    if day.weekday() < 5 or day == timezone.localdate():
        return day
    return day + timedelta(days=7 - day.weekday())
