"""Fills an empty database as a practice would, and prints {table: [rows, bytes of its data and indexes]} as JSON.

python -m bench.growth MESSAGES

Messages take the product's path, in the order of time over all chats, and so do the index of the search and the audit.
What people do beside them is inserted as the product would: how much of it is in `PER_MESSAGE`.
"""

import json
import random
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta

import django

django.setup()

from django.db import connection  # noqa: E402 - needs Django to be set up
from django.db.models import F, Model  # noqa: E402

from accounts.models import Role, User  # noqa: E402
from appointments.models import Appointment  # noqa: E402
from audit.entry import Entry  # noqa: E402
from audit.writer import store  # noqa: E402
from bench.clinical import Writer  # noqa: E402
from chat.fields import now  # noqa: E402
from chat.models import Attachment, Chat, Delivery, Message  # noqa: E402
from chat.search.building import Builder  # noqa: E402
from chat.sending.draft import Draft  # noqa: E402
from chat.sending.store import store_messages  # noqa: E402
from notifications.models import Notice  # noqa: E402

# Messages of one chat, chats of one doctor, messages of one commit.
A_CHAT, A_DOCTOR, TOGETHER = 200, 50, 100
# Rows for each message: one file in twenty; two messages in three arrive or are read by themselves, the others with
# one before; somebody opens the chat, or fetches what is new, twice; half are told of by a push or a mail. A doctor
# who writes and gets 60 messages a day sees 20 patients.
PER_MESSAGE = {"attachments": 0.05, "deliveries": 0.67, "audit_log": 2.0, "notices": 0.5, "appointments": 1 / 3}
TABLES = ("users", "chats", "messages", "search_parts", "search_words", *PER_MESSAGE)


class Practice:
    """Doctors and patients who write in turn."""

    def __init__(self, messages: int) -> None:
        self.rng, self.writer = random.Random(1), Writer()
        chats = max(messages // A_CHAT, 1)
        doctors = [self._person(number, Role.DOCTOR) for number in range(-(-chats // A_DOCTOR))]
        pairs = [(doctors[number // A_DOCTOR], self._person(number, Role.PATIENT)) for number in range(chats)]
        self.talks = [(Chat.objects.create(doctor=one, patient=other).pk, one, other) for one, other in pairs]
        for _ in range(messages // TOGETHER):
            store_messages([self._draft() for _ in range(TOGETHER)])

    def _person(self, number: int, role: Role) -> User:
        email = f"{role}.{number}@cabinet-des-tilleuls.example"
        names = {"first_name": f"Marie-Claire {number}", "last_name": f"Lefebvre {number}"}
        return User.objects.create(email=email, password="x" * 88, role=role, **names)

    def _draft(self) -> Draft:
        pk, doctor, patient = self.rng.choice(self.talks)
        sender = self.rng.choice((doctor, patient))
        files = [self._file(pk, sender)] if self.rng.random() < PER_MESSAGE["attachments"] else []
        text = self.writer.text()
        return Draft.checked(sender, chat_id=pk, text=text, attachment_ids=files, client_id=str(uuid.uuid4()))

    def _file(self, chat_id: int, sender: User) -> int:
        row = Attachment.objects.create(
            uploader=sender,
            chat_id=chat_id,
            stored_name=f"{uuid.uuid4().hex}.jpg",
            thumbnail_name=f"{uuid.uuid4().hex}.webp",
            file_name="Ordonnance du 3 mars.jpg",
            file_type="image/jpeg",
            file_size=300_000,
            width=1600,
            height=1200,
            sha256="0" * 64,
            digest="0" * 64,
            client_id=str(uuid.uuid4()),
        )
        return row.pk


def insert_beside(rng: random.Random) -> None:
    """What is stored beside messages, in their order."""
    moment = now()
    Message.objects.update(is_read=True, read_at=F("created_at"))
    rows: dict[type[Model], list[Model]] = {Delivery: [], Notice: []}
    entries: list[Entry] = []
    for pk, chat_id, role, reader in _read(Message.objects.order_by("pk")):
        if rng.random() < PER_MESSAGE["deliveries"]:
            rows[Delivery].append(Delivery(chat_id=chat_id, recipient_role=role, up_to=pk, delivered_at=moment))
        if rng.random() < PER_MESSAGE["notices"]:
            told = {"channel": "push", "up_to": pk, "state": "sent", "claimed_by": uuid.uuid4().hex}
            rows[Notice].append(
                Notice(user_id=reader, subject=f"chat:{chat_id}", claimed_at=moment, done_at=moment, **told)
            )
        for _ in range(round(PER_MESSAGE["audit_log"])):
            who = {"actor": reader, "role": role, "sign_in": 12_345, "chat": chat_id, "address": "192.0.2.130"}
            request = uuid.uuid4().hex
            entries.append(Entry("messages", **who, first=pk, last=pk, count=1, request_id=request))
    for model, made in rows.items():
        model._default_manager.bulk_create(made, batch_size=1_000)
    for at in range(0, len(entries), 500):
        store(entries[at : at + 500])


def insert_appointments(rng: random.Random) -> None:
    """Past ones, in the order of time."""
    pairs = list(Chat.objects.values_list("doctor", "patient"))
    count = round(Message.objects.count() * PER_MESSAGE["appointments"])
    moment = now().replace(second=0)
    made = []
    for number in range(count, 0, -1):
        doctor, patient = rng.choice(pairs)
        what = {"place": "Cabinet, 3 rue des Tilleuls", "reason": rng.choice(("", "Contrôle")), "version": 2}
        starts_at = moment - timedelta(minutes=20 * number)
        key = str(uuid.uuid4())
        made.append(
            Appointment(
                doctor_id=doctor, patient_id=patient, starts_at=starts_at, duration_minutes=20, status="done",
                client_id=key, **what,
            )
        )  # fmt: skip
    Appointment.objects.bulk_create(made, batch_size=1_000)


def _read(messages) -> Iterator[tuple[int, int, str, int]]:
    """Each message with its chat, and the role and id of whom it is for."""
    columns = ("pk", "chat_id", "sender_role", "chat__doctor", "chat__patient")
    for pk, chat_id, sender, doctor, patient in messages.values_list(*columns).iterator():
        yield pk, chat_id, *(("patient", patient) if sender == "doctor" else ("doctor", doctor))


def sizes() -> dict[str, tuple[int, int]]:
    """Rows and bytes of each table, with its indexes."""
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute(f"ANALYZE TABLE {', '.join(TABLES)}")
            cursor.fetchall()
            cursor.execute(
                "SELECT table_name, data_length + index_length FROM information_schema.tables "
                "WHERE table_schema = DATABASE()"
            )
        else:
            cursor.execute("SELECT tbl_name, SUM(pgsize) FROM dbstat JOIN sqlite_master USING (name) GROUP BY tbl_name")
        found = dict(cursor.fetchall())
        counts = {}
        for table in TABLES:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return {table: (counts[table], int(found[table])) for table in TABLES}


def main(messages: int) -> None:
    Practice(messages)
    insert_beside(random.Random(2))
    insert_appointments(random.Random(3))
    Builder().build()
    length = sum(len(text or "") for text in Message.objects.values_list("message_text", flat=True).iterator())
    print(json.dumps({"length": length / Message.objects.count(), "tables": sizes()}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
