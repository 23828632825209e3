"""What there is to tell about appointments: one was made, changed or cancelled, or one comes. For those who tell it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from appointments.models import Appointment, AppointmentChange


@dataclass(frozen=True, slots=True)
class Start:
    """A planned appointment begins."""

    appointment_id: int
    starts_at: datetime
    doctor_id: int
    patient_id: int


def changes_between(since: datetime, until: datetime) -> Iterator[AppointmentChange]:
    """What was done to appointments within these moments: a range of the key on `changed_at`."""
    rows = AppointmentChange.objects.filter(changed_at__gte=since, changed_at__lte=until).order_by("changed_at")
    return rows.select_related("appointment").iterator()


def starts_between(since: datetime, until: datetime) -> Iterator[Start]:
    """The planned appointments that begin within these moments: a range of the key on `starts_at`."""
    rows = Appointment.objects.filter(starts_at__gte=since, starts_at__lte=until, status=Appointment.Status.PLANNED)
    columns = ("pk", "starts_at", "doctor_id", "patient_id")
    for row in rows.order_by("starts_at").values_list(*columns).iterator():
        yield Start(*row)


def changes_of(appointment_ids: Collection[int]) -> dict[int, dict[int, AppointmentChange]]:
    """What was done to these: by appointment and version."""
    found: dict[int, dict[int, AppointmentChange]] = {}
    for change in AppointmentChange.objects.filter(appointment__in=appointment_ids):
        found.setdefault(change.appointment_id, {})[change.version] = change
    return found
