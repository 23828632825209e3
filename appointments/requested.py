"""Requests for appointments: a patient asks, the doctor confirms, declines, or proposes another time.

A request holds no slot: whether its time is free is asked when it is confirmed.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from appointments import changes, services
from appointments.errors import NoPlace, NotRequested, NotYours, PersonUnavailable, RequestsClosed, TooManyRequested
from appointments.models import Appointment, AppointmentChange
from appointments.patients import spend_budget
from chatsite.database.locking import retry_on_conflict
from practice import services as practice

Kind = AppointmentChange.Kind
# Unanswered ones of one patient; with the words of the refusal.
MOST_OPEN = 3


@retry_on_conflict
def ask(user: User, *, appointment: Appointment) -> Appointment:
    """Store a patient's request to a doctor of theirs. A repeat returns the first."""
    if not (user.is_patient and user.pk == appointment.patient_id):
        raise NotYours
    if not practice.current().patients_may_request:
        raise RequestsClosed
    spend_budget(user)
    with transaction.atomic():
        # Of two requests at once, the second counts the first.
        list(User.objects.select_for_update().filter(pk=user.pk).values_list("pk"))
        appointment.status = Appointment.Status.REQUESTED
        if first := services.made_before(appointment):
            return first
        services.check_people(appointment)
        if not services.known_doctors(user).filter(pk=appointment.doctor_id).exists():
            raise PersonUnavailable
        services.check_time(appointment)
        if Appointment.objects.filter(patient=user).requested(timezone.now()).count() >= MOST_OPEN:
            raise TooManyRequested
        appointment.save(force_insert=True)
        changes.note(user, Kind.REQUESTED, appointment)
        services.publish(appointment, appointment.doctor_id)
    return appointment


@retry_on_conflict
def confirm(user: User, *, appointment: Appointment) -> Appointment:
    """Make an appointment of a request, or of a proposal, if its time is free now. A repeat changes nothing.

    The doctor answers a request, the patient a proposal.
    """
    with transaction.atomic():
        stored = services.lock(appointment)
        _check_answers(user, stored)
        if stored.is_planned:
            return stored
        _check_open(stored)
        _check_place(stored)
        services.check_people(stored)
        services.check_slot(stored)
        return _close(user, stored, Appointment.Status.PLANNED, Kind.CONFIRMED)


@retry_on_conflict
def decline(user: User, *, appointment: Appointment) -> Appointment:
    """Decline a request; it stays in both people's lists. A repeat changes nothing."""
    with transaction.atomic():
        stored = services.lock(appointment)
        services.check_actor(user, stored)
        if stored.status == Appointment.Status.DECLINED:
            return stored
        _check_open(stored)
        return _close(user, stored, Appointment.Status.DECLINED, Kind.DECLINED)


@retry_on_conflict
def answer(user: User, *, appointment: Appointment) -> Appointment:
    """Answer a request with the time, place and link that it now has: confirmed at its own time, else proposed."""
    with transaction.atomic():
        stored = services.lock(appointment)
        services.check_actor(user, stored)
        _check_open(stored)
        _check_place(appointment)
        services.keep_minute(appointment, stored)
        services.check_slot(appointment)
        appointment.is_proposed = stored.is_proposed or appointment.starts_at != stored.starts_at
        is_news = appointment.is_proposed and services.what_changed(appointment, stored) is not None
        appointment.version = stored.version + is_news
        appointment.save(
            update_fields=["starts_at", "duration_minutes", "place", "link", "reason", "is_proposed", "version"]
        )
        if not appointment.is_proposed:
            return confirm(user, appointment=appointment)
        if is_news:
            changes.note(user, Kind.PROPOSED, appointment, former_start=stored.starts_at)
        services.publish(appointment, appointment.doctor_id)
    return appointment


def _check_answers(user: User, appointment: Appointment) -> None:
    """A proposal is for its patient to answer, a request for its doctor; an administrator answers both."""
    if not appointment.is_proposed or services.administers(user):
        services.check_actor(user, appointment)
    elif not (user.is_patient and user.pk == appointment.patient_id):
        raise NotYours


def _check_place(appointment: Appointment) -> None:
    if not appointment.place and not appointment.link:
        raise NoPlace


def _check_open(appointment: Appointment) -> None:
    if not appointment.is_requested or appointment.has_begun:
        raise NotRequested


def _close(user: User, appointment: Appointment, status: str, kind: AppointmentChange.Kind) -> Appointment:
    appointment.version += 1
    changes.note(user, kind, appointment)
    return services.set_status(appointment, status)
