"""The settings of the practice: what holds without a row, with a row of defaults, and after a change."""

from datetime import time, timedelta
from importlib import import_module
from unittest.mock import patch

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import Role, User
from accounts.tests.factors import set_up_app
from chatsite.testing import page_client
from practice import services
from practice.models import Practice

FORM = "/admin/practice/practice/1/change/"
VALUES = {
    "notification_name": "",
    "patient_mail_minutes": "5, 60",
    "doctor_mail_minutes": "60",
    "message_mails_a_day": "3",
    "office_from": "08:00",
    "office_to": "19:00",
    "quiet_from": "22:00",
    "quiet_to": "07:00",
    "patient_reminder_minutes": "60, 1440",
    "doctor_reminder_minutes": "",
    "change_until_hours": "24",
    "not_reached_days": "3",
    "not_seen_hours": "0",
    "demands_second_factor": "on",
    "lock_minutes": "15",
}


@pytest.mark.django_db
def test_the_database_has_the_defaults():
    """A row that another program inserts has what the product assumes without one."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO practice (id) VALUES (1)")
    columns = [field.attname for field in Practice._meta.concrete_fields]
    assert Practice.objects.values(*columns).get() == {name: getattr(Practice(), name) for name in columns}


@pytest.mark.django_db
def test_without_a_row_the_defaults_hold_and_reading_writes_none():
    practice = services.current()
    assert (practice.mail_steps(Role.PATIENT), practice.mail_steps(Role.DOCTOR)) == ((5, 60), (60,))
    assert practice.mail_steps(Role.ADMIN) == ()
    assert (practice.reminder_steps(Role.PATIENT), practice.reminder_steps(Role.DOCTOR)) == ((60, 1440), ())
    assert not Practice.objects.exists()


@pytest.mark.parametrize("text", ["0", "60, 5", "5, 5", "x", "5,,60", "1,2,3,4,5,6", "99999", "-1"])
def test_a_ladder_that_is_none_is_refused(text):
    with pytest.raises(ValidationError, match="doctor_mail_minutes"):
        Practice(doctor_mail_minutes=text).clean_fields()


def test_office_hours_have_a_length():
    with pytest.raises(ValidationError, match="office_to"):
        Practice(office_from=time(9), office_to=time(9)).clean()


def test_what_was_read_is_kept_for_five_seconds(db, monkeypatch, django_assert_num_queries):
    clock = [100.0]
    monkeypatch.setattr("chatsite.recent.time.monotonic", lambda: clock[0])
    with django_assert_num_queries(1):
        services.current()
        clock[0] += 4.9
        services.current()
    Practice.objects.create(notification_name="Cabinet")
    clock[0] += 0.1
    assert services.current().notification_name == "Cabinet"


@pytest.mark.django_db
class TestForm:
    def test_an_administrator_changes_them_and_the_log_has_no_value(self, cast, caplog):
        client = page_client(cast.admin)
        assert client.get("/admin/practice/practice/").headers["Location"] == FORM
        assert client.get(FORM).status_code == 200
        with caplog.at_level("INFO", "practice"):
            answer = client.post(FORM, VALUES | {"notification_name": "Oncology", "patient_mail_minutes": "10"})
        assert answer.status_code == 302
        assert services.current().mail_steps(Role.PATIENT) == (10,)
        [line] = [record.getMessage() for record in caplog.records if record.name == "practice"]
        assert line == (
            f"settings of the practice changed by admin {cast.admin.pk}: notification_name, patient_mail_minutes"
        )

    @pytest.mark.parametrize("who", ["ada", "ben"])
    def test_nobody_else_does(self, cast, who):
        answer = page_client(getattr(cast, who)).post(FORM, VALUES | {"notification_name": "Mine"})
        assert answer.status_code in (302, 403)
        assert not Practice.objects.exists()

    def test_there_is_one_row(self, cast):
        client = page_client(cast.admin)
        assert client.get("/admin/practice/practice/add/").status_code == 403
        assert client.get("/admin/practice/practice/2/change/").status_code == 302
        client.post(FORM, VALUES)
        assert client.post("/admin/practice/practice/1/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("has_factor", [True, False])
def test_who_has_a_second_factor_may_demand_it_and_then_the_grace_begins(cast, has_factor):
    Practice.objects.create(demands_second_factor=False)
    services.forget()
    assert services.second_factor_demanded_since() is None
    client = page_client(cast.admin)
    if has_factor:
        set_up_app(cast.admin)
    answer = client.post(FORM, VALUES)
    assert answer.status_code == (302 if has_factor else 200)
    since = services.second_factor_demanded_since()
    assert (since is not None and timezone.now() - since < timedelta(minutes=1)) is has_factor


@pytest.mark.django_db
def test_an_upgrade_leaves_it_off_and_a_new_installation_begins_with_it(cast):
    keep_off = import_module("practice.migrations.0005_second_factor").keep_off
    assert services.second_factor_demanded_since() is not None
    keep_off(apps, None)
    services.forget()
    assert services.second_factor_demanded_since() is None
    Practice.objects.all().delete()
    with patch.object(User.objects, "exists", return_value=False):
        keep_off(apps, None)
    assert not Practice.objects.exists()
