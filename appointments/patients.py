"""What patients may do with their appointments themselves, within the settings of the practice."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from appointments import changes, services
from appointments.errors import (
    AlreadyBegun,
    AppointmentRefusal,
    ChangesClosed,
    NotPlanned,
    NotYours,
    TooLateToChange,
    TooOften,
    TooSoon,
)
from appointments.models import Appointment, AppointmentChange
from chatsite import budgets
from chatsite.budgets import buckets
from chatsite.database.locking import retry_on_conflict
from chatsite.http.errors import TooManyRequests
from practice import services as practice

Kind = AppointmentChange.Kind


def latest_change(appointment: Appointment) -> datetime:
    """Until when its patient may move or cancel it."""
    return appointment.starts_at - timedelta(hours=practice.current().change_until_hours)


def why_not(appointment: Appointment) -> AppointmentRefusal | None:
    """Why its patient may not move or cancel a planned appointment now, or None."""
    if appointment.has_begun:
        return AlreadyBegun()
    if not practice.current().patients_may_change:
        return ChangesClosed()
    return TooLateToChange() if latest_change(appointment) < timezone.now() else None


@retry_on_conflict
def move(user: User, *, appointment: Appointment) -> Appointment:
    """Give one's own planned appointment the time that it now has, if that is free and far enough away.

    The rest is as it is stored: another doctor may have got it since the page was loaded.
    """
    spend_budget(user)
    with transaction.atomic():
        stored = _own(user, appointment)
        if not stored.is_planned:
            raise NotPlanned
        _refuse(why_not(stored))
        services.keep_minute(appointment, stored)
        former_start, stored.starts_at = stored.starts_at, appointment.starts_at
        services.check_people(stored)
        services.check_slot(stored)
        if latest_change(stored) < timezone.now():
            raise TooSoon
        if stored.starts_at != former_start:
            stored.version += 1
            stored.save(update_fields=["starts_at", "version"])
            changes.note(user, Kind.MOVED, stored, former_start=former_start)
            services.publish(stored, stored.doctor_id)
    return stored


@retry_on_conflict
def cancel(user: User, *, appointment: Appointment) -> Appointment:
    """Cancel one's own appointment, or withdraw a request, at any time until it begins. A repeat changes nothing."""
    spend_budget(user)
    with transaction.atomic():
        stored = _own(user, appointment)
        if stored.is_cancelled:
            return stored
        if stored.is_planned:
            _refuse(why_not(stored))
        elif not stored.is_requested:
            raise NotPlanned
        stored.version += 1
        changes.note(user, _kind_of_end(stored), stored)
        return services.set_status(stored, Appointment.Status.CANCELLED)


def spend_budget(user: User) -> None:
    """Raise TooOften for a patient who changes appointments faster than any person has to."""
    try:
        buckets.spend(budgets.visits(user.pk))
    except TooManyRequests as refusal:
        raise TooOften from refusal


def _own(user: User, appointment: Appointment) -> Appointment:
    stored = services.lock(appointment)
    if not (user.is_patient and user.pk == stored.patient_id):
        raise NotYours
    return stored


def _refuse(refusal: AppointmentRefusal | None) -> None:
    if refusal:
        raise refusal


def _kind_of_end(appointment: Appointment) -> AppointmentChange.Kind:
    if appointment.is_requested:
        return Kind.REFUSED if appointment.is_proposed else Kind.WITHDRAWN
    return Kind.CANCELLED
