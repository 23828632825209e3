"""What is stored of a change, for those who tell people: its version, and who did it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments import lines, occasions, services
from appointments.models import Appointment, AppointmentChange
from appointments.tests import book

pytestmark = pytest.mark.django_db


def stored():
    return list(AppointmentChange.objects.order_by("pk").values_list("version", "kind", "changed_by", "former_doctor"))


def test_each_change_raises_the_version(cast):
    one = services.schedule(
        cast.ada, appointment=Appointment(
            doctor=cast.ada, patient=cast.ben, starts_at=timezone.now() + timedelta(days=2), place="Room 2"
        )
    )  # fmt: skip
    one.starts_at += timedelta(hours=1)
    services.reschedule(cast.ada, appointment=one)
    one.doctor = cast.dan
    services.reschedule(cast.admin, appointment=one)
    for _ in range(2):
        services.cancel(cast.admin, appointment=one)
    ada, admin = cast.ada.pk, cast.admin.pk
    assert stored() == [
        (0, "made", ada, None),
        (1, "moved", ada, None),
        (2, "given", admin, ada),
        (3, "cancelled", admin, None),
    ]
    assert Appointment.objects.get().version == 3


@pytest.mark.parametrize(
    ("name", "value", "is_news"),
    [("reason", "Vaccine", False), ("place", "Room 3", True), ("duration_minutes", 30, True)],
)
def test_a_change_of_what_nobody_noted_is_none(cast, name, value, is_news):
    one = book(cast.ada, cast.ben)
    setattr(one, name, value)
    services.reschedule(cast.ada, appointment=one)
    assert (Appointment.objects.get().version, len(stored())) == (is_news, is_news)


def test_a_stale_copy_does_not_put_the_version_back(cast):
    stale = book(cast.ada, cast.ben)
    Appointment.objects.update(version=4)
    services.cancel(cast.ada, appointment=stale)
    assert Appointment.objects.get().version == 5


def test_one_that_another_program_inserts_has_a_version(cast):
    book(cast.ada, cast.ben)
    columns = [field.column for field in Appointment._meta.concrete_fields if field.column not in ("id", "version")]
    named = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO appointments ({named}) SELECT {named} FROM appointments")
    assert set(Appointment.objects.values_list("version", flat=True)) == {0}


@pytest.mark.parametrize(
    ("look", "table", "key"),
    [
        (occasions.starts_between, "appointments", "appointments_start"),
        (occasions.changes_between, "appointment_changes", "changed_at"),
        (lambda since, until: lines.due(until), "appointment_changes", "line_due_at"),
    ],
)
def test_what_is_due_is_found_by_a_range_of_a_key(cast, look, table, key):
    far = timezone.now() + timedelta(days=100)
    rows = [Appointment(doctor=cast.ada, patient=cast.ben, starts_at=far + timedelta(hours=n)) for n in range(200)]
    Appointment.objects.bulk_create(rows)
    AppointmentChange.objects.bulk_create(
        AppointmentChange(
            appointment=one, version=0, kind="made", doctor=cast.ada, starts_at=far, changed_by=cast.ada,
            changed_at=one.starts_at, line_due_at=one.starts_at,
        )
        for one in Appointment.objects.all()
    )  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        assert list(look(far, far + timedelta(hours=1)))
    [query] = queries.captured_queries
    explain = "EXPLAIN" if connection.vendor == "mysql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {query['sql']}")
        plan = [row for row in cursor.fetchall() if table in str(row)]
    assert any(key in str(row) for row in plan), plan
    assert not any("ALL" in row or "SCAN" in str(row) for row in plan), plan
