"""Fills a database with the demo through the real services; what is already there stays as it is."""

import uuid
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Role, User
from appointments.models import Appointment
from chat.models import Attachment, Chat, Delivery, Message, Pin
from chat.models.side import column
from chat.search import index, versions
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chat.services import chats, corrections, drafts, pins, reactions
from chat.services.attachments import add_attachment
from chat.services.reading import mark_read, mark_unread
from chat.services.receipts import mark_delivered
from chatsite.http.errors import Refusal
from demo import conversations, people
from demo.conversations import Line
from practice.models import Practice

_KEYS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:chat:demo")


def seed() -> None:
    """Make the people, appointments and conversations that are missing. Running it again changes nothing."""
    cast = {**make_people(Role.DOCTOR), **make_people(Role.PATIENT), **make_people(Role.ADMIN)}
    for visit in people.VISITS:
        _make_appointment(visit, cast)
    # The demo shows what patients may do. Its passwords are printed, and stay enough.
    Practice.objects.get_or_create(
        pk=Practice.ONE,
        defaults={"patients_may_request": True, "patients_may_change": True, "demands_second_factor": False},
    )
    script = conversations.lines()
    posted = set(Message.objects.filter(client_id__in=map(_key, script)).values_list("client_id", flat=True))
    missing = [line for line in script if line.is_message and _key(line) not in posted]
    pairs = {(line.doctor, line.patient) for line in missing}
    morning = _last_morning(script)
    for line in script:
        if line in missing or (not line.is_message and (line.doctor, line.patient) in pairs):
            _play(line, cast, _moment(morning - timedelta(days=line.days), line.clock))


def was_cut_short() -> bool:
    """Whether seeding began and was interrupted: the people are there, the last message is not."""
    last = [line for line in conversations.lines() if line.is_message][-1]
    return bool(accounts()) and not Message.objects.filter(client_id=_key(last)).exists()


def accounts() -> list[User]:
    """The people of the demo that are in the database."""
    names = [*people.DOCTORS, *people.PATIENTS, *people.ADMINS]
    found = {user.email: user for user in User.objects.filter(email__in=map(people.email_of, names))}
    return [found[email] for email in map(people.email_of, names) if email in found]


def make_people(role: str) -> dict[str, User]:
    """Those of the demo who have this role, by name."""
    by_role: dict[str, dict[str, people.Columns]] = {
        Role.DOCTOR: people.DOCTORS,
        Role.PATIENT: people.PATIENTS,
        Role.ADMIN: people.ADMINS,
    }
    extra: people.Columns = {"title": "Dr"} if role == Role.DOCTOR else {}
    return {name: _person(name, role, columns | extra) for name, columns in by_role[role].items()}


def _person(name: str, role: str, columns: people.Columns) -> User:
    email = people.email_of(name)
    known = User.objects.filter(email=email).first()
    if known:
        return known
    if role == Role.ADMIN:
        return User.objects.create_superuser(email, people.PASSWORD, language="fr", **columns)
    return User.objects.create_user(email, people.PASSWORD, role, language="fr", **columns)


def _make_appointment(visit: people.Visit, cast: dict[str, User]) -> None:
    """Write the row directly: the services refuse an appointment in the past."""
    doctor, patient = cast[visit.doctor], cast[visit.patient]
    if Appointment.objects.between(doctor.pk, patient.pk).filter(reason=visit.reason).exists():
        return
    Appointment.objects.create(
        doctor=doctor,
        patient=patient,
        starts_at=_moment(people.off_weekend(timezone.localdate() + timedelta(days=visit.days)), visit.clock),
        duration_minutes=visit.minutes,
        status=visit.status,
        place=visit.place,
        link=visit.link,
        reason=visit.reason,
    )


def _play(line: Line, cast: dict[str, User], when: datetime) -> None:
    doctor, patient = cast[line.doctor], cast[line.patient]
    actor = doctor if line.by_doctor else patient
    chat, created = chats.get_or_create(actor, doctor_id=doctor.pk, patient_id=patient.pk)
    if created:
        Chat.objects.filter(pk=chat.pk).update(created_at=when, updated_at=when)
    match line.act:
        case "reads":
            _read(actor, chat, when)
        case "unreads":
            mark_unread(actor, chat_id=chat.pk)
        case "receives":
            _receive(actor, chat, when)
        case "drafts":
            drafts.save(actor, chat_id=chat.pk, text=line.text)
        case "prepares":
            drafts.save(actor, chat_id=chat.pk, text=line.text, reply_to=_last_received(chat, actor).pk)
        case "reacts":
            reactions.react(actor, message_id=_last_received(chat, actor).pk, emoji=line.text)
        case "pins":
            pinned = pins.pin(actor, message_id=_last_received(chat, actor).pk)
            Pin.objects.filter(message=pinned.pk).update(created_at=when)
        case "corrects":
            _correct(actor, chat, line.text, when)
        case "retracts":
            _retract(actor, chat, when)
        case _:
            _post(line, actor, chat, when)


def _post(line: Line, actor: User, chat: Chat, when: datetime) -> None:
    uploads = [conversations.make_file(name) for name in line.files]
    files = [add_attachment(actor, chat_id=chat.pk, upload=upload)[0].pk for upload in uploads]
    source = _last_received(chat, actor).pk if line.act == "answers" else None
    draft = Draft.checked(
        actor, chat_id=chat.pk, text=line.text, attachment_ids=files, client_id=_key(line), reply_to=source
    )
    [outcome] = store_messages([draft])
    if isinstance(outcome, Refusal):
        raise outcome
    Message.objects.filter(pk=outcome.message.pk).update(created_at=when)
    Attachment.objects.filter(pk__in=files).update(created_at=when)
    Chat.objects.filter(pk=chat.pk).update(last_message_at=when, updated_at=when)


def _last_of(chat: Chat, person: User) -> Message:
    return Message.objects.filter(chat=chat, sender=person).latest("pk")


def _last_received(chat: Chat, person: User) -> Message:
    """The last message of the other side to this person."""
    return _last_of(chat, chat.other_than(person))


def _correct(actor: User, chat: Chat, text: str, when: datetime) -> None:
    message = _own_last(actor, chat)
    corrections.correct(actor, message_id=message.pk, text=text)
    _backdate(message, edited_at=when)


def _retract(actor: User, chat: Chat, when: datetime) -> None:
    message = _own_last(actor, chat)
    corrections.retract(actor, message_id=message.pk)
    _backdate(message, retracted_at=when)


def _own_last(actor: User, chat: Chat) -> Message:
    """This person's last message, made new again: an old one can no longer be changed."""
    message = _last_of(chat, actor)
    # The search index has the time of each message: index this one before its time changes.
    index.catch_up(chat.pk, versions.newest())
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now())
    return message


def _backdate(message: Message, **times: datetime) -> None:
    [when] = times.values()
    Message.objects.filter(pk=message.pk).update(created_at=message.created_at, **times)
    message.revisions.update(written_at=message.created_at, replaced_at=when)


def _read(reader: User, chat: Chat, when: datetime) -> None:
    role = mark_read(reader, chat_id=chat.pk).side.role
    Message.objects.filter(chat=chat, read_at__gt=when).update(read_at=when)
    Delivery.objects.filter(chat=chat, delivered_at__gt=when).update(delivered_at=when)
    marks = dict.fromkeys((column(role, "read_at"), column(role, "delivered_at")), when)
    Chat.objects.filter(pk=chat.pk).update(**marks, updated_at=when)


def _receive(recipient: User, chat: Chat, when: datetime) -> None:
    role = mark_delivered(recipient, chat_id=chat.pk).role
    Delivery.objects.filter(chat=chat, delivered_at__gt=when).update(delivered_at=when)
    Chat.objects.filter(pk=chat.pk).update(**{column(role, "delivered_at"): when}, updated_at=when)


def _key(line: Line) -> str:
    return str(uuid.uuid5(_KEYS, f"{line.doctor} {line.patient} {line.number}"))


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=timezone.get_default_timezone())


def _last_morning(script: list[Line]) -> date:
    """The newest day whose script has passed: today, or yesterday when the demo starts very early."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    last = max(line.clock for line in script if line.days == 0)
    return today if _moment(today, last) < timezone.now() else today - timedelta(days=1)
