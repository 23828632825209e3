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
    """A planned appointment begins."""

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


def handovers(appointment_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Which of these were given to another doctor: by appointment, the former doctor of each such version."""
    rows = AppointmentChange.objects.filter(appointment__in=appointment_ids).exclude(former_doctor=None)
    found: dict[int, dict[int, int]] = {}
    for number, version, former in rows.values_list("appointment_id", "version", "former_doctor_id"):
        found.setdefault(number, {})[version] = former
    return found
