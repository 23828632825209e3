"""Fills a database for the pictures: the demo, and what it lacks."""

from datetime import timedelta

from django.test import override_settings
from django.utils import timezone

from accounts.models import Role, User
from appointments.models import Appointment
from chat.fields import now
from chat.models import Chat, Message
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chat.services import chats, drafts
from chat.services.attachments import add_attachment
from chat.services.reading import mark_read
from chat.tests.files import samples
from demo import people, seeding


# Nobody signs in with a password here, and those of the demo are slow to make on purpose.
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
def fill() -> dict[str, dict]:
    """Return who looks at the pages, and the ids in their addresses."""
    benali, _fontaine, morvan = seeding.make_people(Role.DOCTOR).values()
    monique, _paul, simone, *_others = seeding.make_people(Role.PATIENT).values()
    # Before the messages of the demo, as their days are: the list is in the order of the ids.
    closed = let_a_doctor_leave(monique)
    fill_the_list(benali)
    seeding.seed()
    send_a_protected_document(simone, morvan)
    # Who is online depends on how long ago the last picture was taken.
    User.objects.update(shows_presence=False)
    [vasseur] = seeding.make_people(Role.ADMIN).values()
    newcomer = invite_a_newcomer(benali)
    cast = {"doctor": benali, "surgeon": morvan, "patient": monique, "newcomer": newcomer, "admin": vasseur}
    upcoming = Appointment.objects.between(benali.pk, monique.pk).upcoming(timezone.now())
    return {
        "cast": {name: {"email": person.email} for name, person in cast.items()},
        "places": {
            "talk": _chat(benali, monique).pk,
            "protected": _chat(morvan, simone).pk,
            "closed": closed.pk,
            "person": monique.pk,
            "visit": upcoming.earliest("starts_at").pk,
        },
    }


def fill_the_list(doctor: User) -> None:
    """More conversations than fit on a laptop, and a long name."""
    for days, first_name, last_name, text in (
        (40, "Odette", "Pruvost", "J’ai bien reçu l’ordonnance, merci."),
        (33, "Yusuf", "Demir", "D’accord, à jeudi."),
        (31, "Inès", "Marchand", "Je viendrai avec ma mère."),
        (28, "Bruno", "Le Goff", "La toux est partie, je reprends le travail lundi."),
        (27, "Anne-Sophie", "Montgolfier-Delaunay de la Tour", "Merci Docteur, les résultats sont bien arrivés."),
    ):
        patient = _new_person(Role.PATIENT, first_name, last_name)
        chat = _chat(doctor, patient)
        _write(patient, chat, text, days=days)
        mark_read(doctor, chat_id=chat.pk)


def send_a_protected_document(patient: User, doctor: User) -> None:
    file = samples.upload(samples.protected_pdf(), "Compte rendu de l’opération.pdf")
    text = "Voici le compte rendu. Le mot de passe est celui que la clinique vous a donné."
    _write(patient, _chat(doctor, patient), text, file=file)


def let_a_doctor_leave(patient: User) -> Chat:
    """While the patient was writing to him."""
    doctor = _new_person(Role.DOCTOR, "Alain", "Roche", title="Dr", specialty="Rhumatologie")
    chat = _chat(doctor, patient)
    _write(patient, chat, "Bonjour Docteur, le genou va mieux depuis la semelle.", days=60)
    _write(doctor, chat, "Bonjour Madame Delatour, j’en suis content. Gardez-la encore deux mois.", days=59)
    mark_read(patient, chat_id=chat.pk)
    drafts.save(patient, chat_id=chat.pk, text="Bonjour Docteur, deux mois ont passé. Faut-il")
    User.objects.filter(pk=doctor.pk).update(is_active=False)
    return chat


def invite_a_newcomer(doctor: User) -> User:
    newcomer = _new_person(Role.PATIENT, "Jeanne", "Lefèvre")
    start = timezone.localtime().replace(hour=15, minute=30, second=0, microsecond=0) + timedelta(days=3)
    Appointment.objects.create(
        doctor=doctor, patient=newcomer, starts_at=start, reason="Première consultation", place="Au cabinet, salle 2"
    )
    return newcomer


def _new_person(role: str, first_name: str, last_name: str, **values: str) -> User:
    email = people.email_of(f"{first_name}.{last_name.split()[0]}".lower())
    names = {"first_name": first_name, "last_name": last_name, "language": "fr"}
    return User.objects.create_user(email, None, role, **names, **values)


def _chat(doctor: User, patient: User) -> Chat:
    return chats.get_or_create(patient, doctor_id=doctor.pk, patient_id=patient.pk)[0]


def _write(sender: User, chat: Chat, text: str, *, days: int = 0, file=None) -> None:
    files = [add_attachment(sender, chat_id=chat.pk, upload=file)[0].pk] if file else []
    [posted] = store_messages([Draft.checked(sender, chat_id=chat.pk, text=text, attachment_ids=files)])
    when = now() - timedelta(days=days, minutes=20)
    Message.objects.filter(pk=posted.message.pk).update(created_at=when)
    Chat.objects.filter(pk=chat.pk).update(last_message_at=when, updated_at=when)
