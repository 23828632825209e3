"""What there is to tell about appointments: one was made, changed or cancelled, or one comes. For those who tell it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from appointments.models import Appointment, AppointmentChange


@dataclass(frozen=True, slots=True)
class Change:
    """`people` are those whom it concerns, without whoever did it."""

    appointment_id: int
    version: int
    changed_at: datetime
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """A planned appointment begins. `people` has its doctor and its patient."""

    appointment_id: int
    starts_at: datetime
    doctor_id: int
    patient_id: int


def changes_between(since: datetime, until: datetime) -> Iterator[Change]:
    """What was done to appointments within these moments: a range of the key on `changed_at`."""
    rows = AppointmentChange.objects.filter(changed_at__gte=since, changed_at__lte=until).order_by("changed_at")
    people = ("appointment__patient_id", "appointment__doctor_id", "former_doctor_id", "changed_by_id")
    for number, version, changed_at, *concerned, by in rows.values_list(
        "appointment_id", "version", "changed_at", *people
    ).iterator():
        others = {person for person in concerned if person not in (None, by)}
        yield Change(number, version, changed_at, tuple(sorted(others)))


def starts_between(since: datetime, until: datetime) -> Iterator[Start]:
    """The planned appointments that begin within these moments: a range of the key on `starts_at`."""
    rows = Appointment.objects.filter(starts_at__gte=since, starts_at__lte=until, status=Appointment.Status.PLANNED)
    columns = ("pk", "starts_at", "doctor_id", "patient_id")
    for row in rows.order_by("starts_at").values_list(*columns).iterator():
        yield Start(*row)


def was_given(appointment_id: int, versions: Collection[int]) -> bool:
    """Whether one of these changes gave it to its doctor, for whom it is new."""
    changes = AppointmentChange.objects.filter(appointment=appointment_id, version__in=versions)
    return changes.exclude(former_doctor=None).exists()


def had(doctor_id: int, appointment_id: int) -> bool:
    """Whether this doctor had the appointment until it was given to another one."""
    return AppointmentChange.objects.filter(appointment=appointment_id, former_doctor=doctor_id).exists()
