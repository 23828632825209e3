"""Data of a browser test, in its server's database: a process of its own, controlled by lines of JSON."""

import itertools
import json
import subprocess
import sys
import uuid
from functools import cache
from types import SimpleNamespace

from tests.browser.server import ROOT, Server

PASSWORD = "correct horse battery"


class Backstage:
    """The tests' side: `backstage.pair()`, `backstage.post(chat_id=…, sender_id=…, texts=[…])`."""

    def __init__(self, server: Server):
        self.numbers = itertools.count(1)
        self.process = subprocess.Popen(
            server.command("tests.browser.backstage"),
            cwd=ROOT,
            env=server.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __getattr__(self, name):
        def call(**arguments):
            number = next(self.numbers)
            self.process.stdin.write(json.dumps([number, name, arguments]) + "\n")
            self.process.stdin.flush()
            # An earlier test may have been stopped before it had its answer.
            while (answer := self._read())[0] != number:
                pass
            return answer[1]

        return call

    def _read(self):
        return json.loads(self.process.stdout.readline(), object_hook=lambda found: SimpleNamespace(**found))

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)


def pair(language="fr"):
    """A doctor, a patient of theirs, and their empty chat."""
    from chat.models import Chat

    doctor = _person("doctor", "Ada", "Martin", title="Dr.", language=language)
    patient = _person("patient", "Ben", "Durand", language=language)
    chat = Chat.objects.create(doctor=doctor, patient=patient)
    return {
        "doctor": {"id": doctor.pk, "email": doctor.email},
        "patient": {"id": patient.pk, "email": patient.email},
        "chat_id": chat.pk,
    }


def stage():
    """The people of the demo and more, as in the pictures of the documents: their addresses, and ids of places."""
    from tests.screenshots.stage import fill

    return fill()


def admin():
    """An admin, who opens and closes accounts."""
    from accounts.models import FIRST_RIGHTS, StaffRight

    person = _person("admin", "Alix", "Admin")
    StaffRight.objects.give(person, *FIRST_RIGHTS)
    return {"email": person.email}


def patient_of(doctor_id, first_name, last_name):
    """One more patient with a chat."""
    from chat.models import Chat

    patient = _person("patient", first_name, last_name)
    chat = Chat.objects.create(doctor_id=doctor_id, patient=patient)
    return {"id": patient.pk, "email": patient.email, "chat_id": chat.pk}


def doctor_of(patient_id, first_name, last_name):
    """One more doctor with a chat."""
    from chat.models import Chat

    doctor = _person("doctor", first_name, last_name, title="Dr.")
    chat = Chat.objects.create(doctor=doctor, patient_id=patient_id)
    return {"id": doctor.pk, "email": doctor.email, "chat_id": chat.pk}


def _person(role, first_name, last_name, **values):
    from accounts.models import User

    email = f"{first_name.lower()}-{uuid.uuid4().hex[:8]}@example.org"
    names = {"first_name": first_name, "last_name": last_name}
    return User.objects.create(email=email, role=role, password=_password_hash(), **names, **values)


@cache
def _password_hash():
    """Made once: it is slow on purpose."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


def sign_in(email):
    """The cookie of a new session of this person."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email))
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def speak(email, language):
    """Have their pages in this language."""
    from accounts.models import User

    User.objects.filter(email=email).update(language=language)


def post(chat_id, sender_id, texts, days_ago=0):
    """Write messages directly to the database: the server publishes nothing."""
    from datetime import timedelta

    from django.db.models import F

    from accounts.models import User
    from chat.models import Message
    from chat.sending.draft import Draft
    from chat.sending.store import store_messages

    sender = User.objects.get(pk=sender_id)
    drafts = [Draft.checked(sender, chat_id=chat_id, text=text) for text in texts]
    ids = [posted.message.pk for posted in store_messages(drafts)]
    Message.objects.filter(pk__in=ids).update(created_at=F("created_at") - timedelta(days=days_ago))
    return ids


def pin(person_id, message_id):
    from accounts.models import User
    from chat.services import pins

    pins.pin(User.objects.get(pk=person_id), message_id=message_id)


def begun(chat_id, days_ago):
    """Have the conversation be as old as that."""
    from datetime import timedelta

    from django.utils import timezone

    from chat.models import Chat

    Chat.objects.filter(pk=chat_id).update(created_at=timezone.now() - timedelta(days=days_ago))


def read(chat_id, reader_id):
    """Mark the chat as read directly in the database."""
    from accounts.models import User
    from chat.services.reading import mark_read

    mark_read(User.objects.get(pk=reader_id), chat_id=chat_id)


def book(doctor_id, patient_id, reason):
    """Create an appointment for tomorrow, at the practice."""
    from datetime import timedelta

    from django.utils import timezone

    from appointments.models import Appointment

    start = timezone.now() + timedelta(days=1)
    return Appointment.objects.create(
        doctor_id=doctor_id, patient_id=patient_id, starts_at=start, reason=reason, place="Au cabinet, salle 2"
    ).pk


def change_appointment(pk, **values):
    """Change it directly in the database: no event is published."""
    from appointments.models import Appointment

    Appointment.objects.filter(pk=pk).update(**values)


@cache
def _pushing():
    """The part of a worker that tells devices: this server has no worker beside it."""
    from notifications.pushing import Pushing

    return Pushing()


def tell(user_id):
    """Tell the devices what is new; this person's at any hour of the day at which the tests run."""
    from datetime import time

    from notifications.models import Preference

    Preference.objects.get_or_create(user_id=user_id, defaults={"quiet_from": time(0), "quiet_to": time(0)})
    while _pushing().turn():
        _pushing().wait(5)


def restore(chat_id, lost):
    """Do to the database what a restore does that lacks the messages with these texts."""
    from chat.models import Chat, Message
    from chat.services import epoch

    newest = Message.objects.filter(chat=chat_id).exclude(message_text__in=lost).latest("pk")
    Message.objects.filter(chat=chat_id, pk__gt=newest.pk).delete()
    Chat.objects.filter(pk=chat_id).update(last_message_id=newest.pk, seq=newest.seq)
    epoch.begin(lost_from=newest.created_at)


def texts(chat_id):
    from chat.models import Message

    return list(Message.objects.filter(chat_id=chat_id).order_by("pk").values_list("message_text", flat=True))


def set_active(user_id, active):
    """Change it directly in the database: no event is published."""
    from accounts.models import User

    User.objects.filter(pk=user_id).update(is_active=active)


def leave(user_id, minutes):
    """Nobody uses this person's sign-ins for so long."""
    from datetime import timedelta

    from django.utils import timezone

    from accounts.models import SignIn

    SignIn.objects.filter(user=user_id).update(active_at=timezone.now() - timedelta(minutes=minutes))


def lock_after(minutes):
    """What the practice decides; every process knows it within five seconds."""
    from practice.models import Practice

    Practice.objects.update_or_create(pk=Practice.ONE, defaults={"lock_minutes": minutes})


def demand_factor(demands):
    """Whether doctors need a second factor, as in a new installation: their list then says when."""
    from practice.models import Practice

    Practice.objects.update_or_create(pk=Practice.ONE, defaults={"demands_second_factor": demands})


def answer():
    import django

    django.setup()
    demand_factor(demands=False)
    lock_after(minutes=15)
    known = (
        pair, stage, admin, patient_of, doctor_of, sign_in, speak, post, pin, begun, read, book,
        leave, change_appointment, texts, set_active, tell, restore, demand_factor,
        lock_after,
    )  # fmt: skip
    commands = {command.__name__: command for command in known}
    for line in sys.stdin:
        number, name, arguments = json.loads(line)
        print(json.dumps([number, commands[name](**arguments)]), flush=True)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    answer()
