"""Makes a doctor with two conversations, of 50 and of 600 messages, and prints the cookies of their readers, as JSON.

{"doctor": [cookie, value], "chats": [{"chat_id", "patient": [cookie, value]}, …]}, the shorter chat first.
"""

import itertools
import json

import django

django.setup()

from django.conf import settings  # noqa: E402 - needs Django to be set up
from django.test import Client  # noqa: E402

from accounts.models import Role, User  # noqa: E402
from chat.models import Chat  # noqa: E402
from chat.sending.draft import Draft  # noqa: E402
from chat.sending.store import store_messages  # noqa: E402
from chat.services.reading import mark_read  # noqa: E402
from demo.conversations import lines  # noqa: E402


def main() -> None:
    doctor = _person(Role.DOCTOR, "Claire", "Morel")
    patients = [_person(Role.PATIENT, *name) for name in (("Monique", "Delatour"), ("Paul", "Girard"))]
    chats = [_chat(doctor, patient, count) for patient, count in zip(patients, (50, 600), strict=True)]
    print(json.dumps({"doctor": _cookie(doctor), "chats": chats}))


def _chat(doctor: User, patient: User, count: int) -> dict[str, object]:
    """A conversation in which both have read everything."""
    chat = Chat.objects.create(doctor=doctor, patient=patient)
    texts = itertools.islice(itertools.cycle([line.text for line in lines() if line.is_message and line.text]), count)
    senders = itertools.cycle((patient, patient, doctor))
    store_messages([Draft.checked(next(senders), chat_id=chat.pk, text=text) for text in texts])
    for reader in (doctor, patient):
        mark_read(reader, chat_id=chat.pk)
    return {"chat_id": chat.pk, "patient": _cookie(patient)}


def _person(role: str, first_name: str, last_name: str) -> User:
    email = f"{first_name}.{last_name}@example.org".lower()
    return User.objects.create_user(
        email, "a benchmark needs no secret", role, first_name=first_name, last_name=last_name
    )


def _cookie(person: User) -> list[str]:
    client = Client()
    client.force_login(person)
    return [settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value]


main()
