"""A database full of messages, for measurements: raw inserts with the counters that the services would have kept."""

import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import Max

from accounts.models import Role, User
from chat.fields import now
from chat.models import Chat, Message
from chat.models.side import ROLES, column, opposite

BATCH = 5_000
SPAN = timedelta(days=730)
# A word that almost nobody writes: what a search is measured with.
RARE = "hémochromatose"
_VOCABULARY = """
bonjour docteur merci tension ordonnance comprimé matin soir douleur genou dos tête fièvre toux repas marche sommeil
résultat analyse sang sucre cœur rendez-vous semaine jour depuis hier demain encore toujours jamais peut-être beaucoup
un peu mieux moins bien voici je vous le la les une des pour avec sans dans votre mon prendre continuer arrêter appeler
attendre envoyer noter
"""
# The values of a message, in the order of _COLUMNS.
Row = tuple[int, int, int, str, str, str, bool, str | None, str, int, str]
_COLUMNS = (
    "message_id, chat_id, sender_id, sender_role, message_type, message_text, "
    "is_read, read_at, created_at, seq, client_id"
)


@dataclass(slots=True)
class Talk:
    """One chat being filled. `unread` of its last messages nobody has read yet."""

    pk: int
    doctor_id: int
    patient_id: int
    unread: int = 0
    count: int = 0
    last: int = 0
    read_up_to: int = 0
    sent: int = 0
    waiting: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ROLES, 0))


@dataclass(frozen=True, slots=True)
class Plan:
    """Who talks, and which chat each message belongs to, in the order of time."""

    talks: list[Talk]
    order: "array[int]"
    first_id: int
    start: datetime

    def moment(self, index: int) -> datetime:
        return self.start + SPAN * index / max(len(self.order), 1)


def fill(*, doctors: int, chats: int, messages: int, largest: int, password: str, seed: int = 1) -> str:
    """Add people, chats and messages; one chat gets `largest` of them, the others share the rest.

    Returns the first doctor's address; those of the others have the numbers after it.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    plan = _plan(rng, _pairs(doctors, chats, password), messages, largest)
    sides = bytes(rng.getrandbits(1) for _ in range(messages))
    _count(plan, sides)
    _insert_chats(plan)
    _insert_messages(_rows(rng, plan, sides))
    return _address(plan.talks[0].doctor_id)


def _pairs(doctors: int, chats: int, password: str) -> list[tuple[int, int]]:
    """New doctors, and a new patient for every chat."""
    first = _next_id(User)
    hashed = make_password(password)
    people = [
        User(
            pk=first + number,
            email=_address(first + number),
            password=hashed,
            role=Role.DOCTOR if number < doctors else Role.PATIENT,
            title="Dr" if number < doctors else "",
            first_name=f"Prénom{number}",
            last_name=f"Nom{number}",
        )
        for number in range(doctors + chats)
    ]
    User.objects.bulk_create(people, batch_size=1_000)
    return [(first + number % doctors, first + doctors + number) for number in range(chats)]


def _address(pk: int) -> str:
    return f"load-{pk}@example.org"


def _plan(rng: random.Random, pairs: list[tuple[int, int]], messages: int, largest: int) -> Plan:
    first = _next_id(Chat)
    talks = [Talk(first + number, *pair) for number, pair in enumerate(pairs)]
    for talk in talks:
        talk.unread = rng.choice((0, 0, 0, 1, 2, 5))
    largest = messages if len(talks) == 1 else min(largest, messages)
    order = array("L", [0] * largest)
    order.extend(rng.choices(range(1, len(talks)), k=messages - largest) if len(talks) > 1 else [])
    rng.shuffle(order)
    return Plan(talks, order, _next_id(Message), now() - SPAN)


def _count(plan: Plan, sides: bytes) -> None:
    """Count, before a row is written, how long each chat is and how much of it is unread on which side."""
    for index, number in enumerate(plan.order):
        talk = plan.talks[number]
        talk.count += 1
        talk.last = index
    sent = [0] * len(plan.talks)
    for index, number in enumerate(plan.order):
        talk = plan.talks[number]
        sent[number] += 1
        if sent[number] <= talk.count - talk.unread:
            talk.read_up_to = plan.first_id + index
        else:
            talk.waiting[opposite(_role(sides[index]))] += 1


def _role(by_doctor: int) -> str:
    return ROLES[0] if by_doctor else ROLES[1]


def _insert_chats(plan: Plan) -> None:
    rows = []
    for talk in plan.talks:
        last_at = plan.moment(talk.last) if talk.count else None
        read_at = last_at if talk.read_up_to else None
        rows.append(
            Chat(
                pk=talk.pk,
                doctor_id=talk.doctor_id,
                patient_id=talk.patient_id,
                created_at=plan.start,
                updated_at=last_at or plan.start,
                last_message_at=last_at,
                last_message_id=plan.first_id + talk.last if talk.count else None,
                seq=talk.count,
                message_count=talk.count,
                **{column(role, "unread"): count for role, count in talk.waiting.items()},
                **{column(role, "read_up_to"): talk.read_up_to for role in ROLES},
                **{column(role, "read_at"): read_at for role in ROLES},
            )
        )
    Chat.objects.bulk_create(rows, batch_size=1_000)


def _rows(rng: random.Random, plan: Plan, sides: bytes) -> Iterator[Row]:
    # A few thousand texts, reused: making a million of them would be most of the time.
    words = _VOCABULARY.split()
    texts = [" ".join(rng.choices(words, k=rng.randint(3, 30))) for _ in range(5_000)]
    texts[0] += f" {RARE}"
    for index, number in enumerate(plan.order):
        talk = plan.talks[number]
        talk.sent += 1
        by_doctor, when = sides[index], plan.moment(index).strftime("%Y-%m-%d %H:%M:%S")
        read = talk.sent <= talk.count - talk.unread
        bits = f"{rng.getrandbits(128):032x}"
        yield (
            plan.first_id + index,
            talk.pk,
            talk.doctor_id if by_doctor else talk.patient_id,
            _role(by_doctor),
            "text",
            texts[rng.getrandbits(32) % len(texts)],
            read,
            when if read else None,
            when,
            talk.sent,
            f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-8{bits[17:20]}-{bits[20:]}",
        )


def _insert_messages(rows: Iterator[Row]) -> None:
    insert = f"INSERT INTO messages ({_COLUMNS}) VALUES ({', '.join(['%s'] * len(_COLUMNS.split(',')))})"  # noqa: S608 - ours
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(insert, batch)


def _next_id(model: type[User] | type[Chat] | type[Message]) -> int:
    return (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
