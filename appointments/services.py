"""What can be done to an appointment, and by whom."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Role, User
from appointments import changes
from appointments.errors import (
    FARTHEST,
    AlreadyBegun,
    InThePast,
    NotBegun,
    NotPlanned,
    NotYours,
    PersonUnavailable,
    SlotTaken,
    TooFarAhead,
)
from appointments.models import Appointment, AppointmentChange
from chat.models import Chat
from chat.models.side import recipient_for
from chat.publication import AppointmentChanged, publish_on_commit
from chat.services import chats
from chatsite.database.locking import retry_on_conflict

Kind = AppointmentChange.Kind
CLOSED = (Appointment.Status.DONE, Appointment.Status.MISSED)
# What the two people have noted of it, and what a change of that is. That anything else changed is no news to them.
_NOTED = {
    "doctor_id": Kind.GIVEN,
    "starts_at": Kind.MOVED,
    "duration_minutes": Kind.CHANGED,
    "place": Kind.CHANGED,
    "link": Kind.CHANGED,
}
# What a form says of it.
_SAID = ("doctor_id", "starts_at", "duration_minutes", "place", "link", "reason", "status")


def share_an_appointment(viewer: User, owner: User) -> bool:
    """Whether these two ever had an appointment together."""
    return Appointment.objects.for_user(viewer).filter(Q(doctor=owner) | Q(patient=owner)).exists()


def known_patients(doctor: User) -> QuerySet[User]:
    """The active patients this doctor has an appointment or a chat with, by name."""
    known = Q(pk__in=Appointment.objects.filter(doctor=doctor).values("patient_id"))
    known |= Q(pk__in=Chat.objects.for_user(doctor).values("patient_id"))
    return User.objects.acting_as(Role.PATIENT).filter(known).order_by("last_name", "first_name", "pk")


def known_doctors(patient: User) -> QuerySet[User]:
    """The active doctors this patient has an appointment or a chat with, by name."""
    known = Q(pk__in=Appointment.objects.filter(patient=patient).values("doctor_id"))
    known |= Q(pk__in=Chat.objects.for_user(patient).values("doctor_id"))
    return User.objects.acting_as(Role.DOCTOR).filter(known).order_by("last_name", "first_name", "pk")


def patient_by_email(email: str) -> User | None:
    email = User.objects.normalize_email(email)
    return User.objects.acting_as(Role.PATIENT).filter(email=email).first()


@retry_on_conflict
def schedule(user: User, *, appointment: Appointment) -> Appointment:
    """Save a new appointment, unless its people or its time do not allow it. A repeat returns the first."""
    with transaction.atomic():
        check_actor(user, appointment)
        appointment.status = Appointment.Status.PLANNED
        hold_calendar(appointment)
        if first := made_before(appointment):
            return first
        check_people(appointment)
        check_slot(appointment)
        appointment.save(force_insert=True)
        changes.note(user, Kind.MADE, appointment)
        publish(appointment, appointment.doctor_id)
    return appointment


@retry_on_conflict
def reschedule(user: User, *, appointment: Appointment) -> Appointment:
    """Save the time, place, link and reason that this planned appointment now has.

    An administrator may also give it to another doctor.
    """
    with transaction.atomic():
        stored = lock(appointment)
        check_actor(user, stored)
        if not stored.is_planned:
            raise NotPlanned
        if stored.has_begun:
            raise AlreadyBegun
        if appointment.doctor_id != stored.doctor_id:
            if not administers(user):
                raise NotYours
            check_people(appointment)
        keep_minute(appointment, stored)
        check_slot(appointment)
        kind = what_changed(appointment, stored)
        appointment.version = stored.version + (kind is not None)
        appointment.save(
            update_fields=["doctor", "starts_at", "duration_minutes", "place", "link", "reason", "version"]
        )
        if kind:
            start, doctor_id = stored.starts_at, stored.doctor_id
            changes.note(user, kind, appointment, former_start=start, former_doctor_id=doctor_id)
        publish(appointment, stored.doctor_id)
    return appointment


@retry_on_conflict
def cancel(user: User, *, appointment: Appointment) -> Appointment:
    """Cancel a planned appointment; it stays in both people's lists. Cancelling twice changes nothing."""
    with transaction.atomic():
        stored = lock(appointment)
        check_actor(user, stored)
        if stored.is_planned and stored.has_begun:
            raise AlreadyBegun
        if not (stored.is_planned or stored.is_cancelled):
            raise NotPlanned
        appointment.version = stored.version
        if not stored.is_cancelled:
            appointment.version = stored.version = stored.version + 1
            changes.note(user, Kind.CANCELLED, stored)
        return set_status(appointment, Appointment.Status.CANCELLED)


@retry_on_conflict
def conclude(user: User, *, appointment: Appointment, status: str) -> Appointment:
    """Record of an appointment that has begun whether it took place or the patient did not come."""
    with transaction.atomic():
        stored = lock(appointment)
        check_actor(user, stored)
        if stored.status in Appointment.NOT_HELD:
            raise NotPlanned
        if not stored.has_begun:
            raise NotBegun
        if status not in CLOSED:
            raise ValueError(status)
        appointment.version = stored.version
        return set_status(appointment, status)


def open_chat(user: User, *, appointment: Appointment) -> Chat:
    """Return the chat of the appointment's two people; create it where there is none."""
    chat, _created = chats.get_or_create(user, doctor_id=appointment.doctor_id, patient_id=appointment.patient_id)
    return chat


def administers(user: User) -> bool:
    """Whether they decide about everybody's appointments."""
    return user.has_perm("appointments.change_appointment")


def check_actor(user: User, appointment: Appointment) -> None:
    if not administers(user) and not (user.is_doctor and user.pk == appointment.doctor_id):
        raise NotYours


def check_people(appointment: Appointment) -> None:
    people = User.objects.in_bulk([appointment.doctor_id, appointment.patient_id])
    doctor, patient = people.get(appointment.doctor_id), people.get(appointment.patient_id)
    if not (doctor and doctor.acts_as(Role.DOCTOR) and patient and patient.acts_as(Role.PATIENT)):
        raise PersonUnavailable


def check_time(appointment: Appointment) -> None:
    now = timezone.now()
    if appointment.starts_at <= now:
        raise InThePast
    if appointment.starts_at > now + FARTHEST:
        raise TooFarAhead


def check_slot(appointment: Appointment) -> None:
    """Refuse a time that has passed, is far off, or is taken. Called inside a transaction.

    The lock keeps two requests from both finding the same slot free.
    """
    hold_calendar(appointment)
    check_time(appointment)
    others = Appointment.objects.filter(doctor_id=appointment.doctor_id).exclude(pk=appointment.pk)
    if others.overlapping(appointment.starts_at, appointment.end).exists():
        raise SlotTaken


def hold_calendar(appointment: Appointment) -> None:
    """Lock its doctor's row: until the commit, nobody else fills a slot."""
    list(User.objects.select_for_update().filter(pk=appointment.doctor_id).values_list("pk"))


def made_before(appointment: Appointment) -> Appointment | None:
    """What the same form made before, in whatever state it is; or one that stands and is the same in all that it says.

    The second is for whoever got no answer and went back: the page comes with another key. Called under a lock that a
    repeat takes, too.
    """
    same = Q(**{name: getattr(appointment, name) for name in _SAID})
    if appointment.client_id is not None:
        same |= Q(client_id=appointment.client_id)
    return Appointment.objects.filter(same, patient=appointment.patient_id).order_by("pk").first()


def keep_minute(appointment: Appointment, stored: Appointment) -> None:
    """Forms have minutes: within the minute that is stored, it is no other time."""
    if appointment.starts_at.replace(second=0, microsecond=0) == stored.starts_at.replace(second=0, microsecond=0):
        appointment.starts_at = stored.starts_at


def lock(appointment: Appointment) -> Appointment:
    return Appointment.objects.select_for_update().get(pk=appointment.pk)


def what_changed(appointment: Appointment, stored: Appointment) -> AppointmentChange.Kind | None:
    """What became of it; None where nobody has noted what differs."""
    return next((kind for name, kind in _NOTED.items() if getattr(appointment, name) != getattr(stored, name)), None)


def set_status(appointment: Appointment, status: str) -> Appointment:
    appointment.status = status
    appointment.save(update_fields=["status", "version"])
    publish(appointment, appointment.doctor_id)
    return appointment


def publish(appointment: Appointment, former_doctor_id: int) -> None:
    """To its doctor and patient; where another doctor had it, to that doctor and the patient, too."""
    for doctor_id in {appointment.doctor_id, former_doctor_id}:
        pair = recipient_for(Role.DOCTOR, doctor_id), recipient_for(Role.PATIENT, appointment.patient_id)
        chat_id = chats.id_of_pair(doctor_id, appointment.patient_id)
        publish_on_commit(AppointmentChanged(appointment.pk, chat_id, pair))
