"""What `/metrics` has of the database, the limiter and the disk."""

import pytest
from django.db import IntegrityError, OperationalError, connection
from prometheus_client import REGISTRY

from accounts.models import User
from chatsite import budgets, disk, limiter
from chatsite.database import pipeline
from chatsite.database.measured import kind_of
from chatsite.http.errors import TooManyAttempts, TooManyRequests


def value(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0


@pytest.mark.django_db
class TestDatabase:
    def test_each_statement_is_timed(self):
        before = value("chat_database_seconds_count")
        list(User.objects.all())
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        assert value("chat_database_seconds_count") == before + 2

    def test_several_in_one_round_trip_are_timed(self):
        before = value("chat_database_seconds_count")
        pipeline.run(("SELECT 1", ()))
        assert value("chat_database_seconds_count") == before + 1

    def test_an_error_is_counted_once_by_its_kind(self, cast):
        before = value("chat_database_errors_total", kind="IntegrityError")
        with pytest.raises(IntegrityError):
            User.objects.create(email=cast.ben.email, first_name="B", last_name="D", role="patient")
        assert value("chat_database_errors_total", kind="IntegrityError") == before + 1

    def test_a_connection_that_fails_is_counted(self, monkeypatch):
        driver = connection.Database

        def refused(*args, **kwargs):
            raise driver.OperationalError(2002, "Can't connect")

        other = connection.copy()
        monkeypatch.setattr(other, "get_new_connection", refused)
        connects = value("chat_database_connect_seconds_count")
        before = value("chat_database_errors_total", kind="OperationalError")
        # The same method that the tests replace on the class.
        with pytest.raises(OperationalError), other.wrap_database_errors:
            other.connect()
        assert value("chat_database_errors_total", kind="OperationalError") == before + 1
        assert value("chat_database_connect_seconds_count") == connects + 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OperationalError(1213, "Deadlock found"), "deadlock"),
        (OperationalError(1205, "Lock wait timeout"), "lock_timeout"),
        (OperationalError("database is locked"), "lock_timeout"),
        (OperationalError(2006, "gone away"), "OperationalError"),
        (IntegrityError(1062, "Duplicate entry 'ben@example.org'"), "IntegrityError"),
    ],
)
def test_what_was_waited_for_in_vain_is_a_kind_of_its_own(error, kind):
    assert kind_of(error) == kind


@pytest.mark.django_db
def test_a_refusal_of_the_limiter_names_its_policies_and_no_others():
    address, account = limiter.links_tried("203.0.113.77"), limiter.failures_of("ben@example.org")
    for _ in range(100):
        limiter.count(*address)
    before, others = (value("chat_tries_refused_total", policy=policy) for policy in ("link", "account"))
    with pytest.raises(TooManyAttempts):
        limiter.count(*address, account)
    assert value("chat_tries_refused_total", policy="link") == before + 1
    assert value("chat_tries_refused_total", policy="account") == others


def test_a_budget_that_is_empty_is_counted():
    before = value("chat_budgets_empty_total", budget="picture")
    buckets = budgets.Buckets()
    buckets.spend(budgets.pictures(1), 10)
    with pytest.raises(TooManyRequests):
        buckets.spend(budgets.pictures(1))
    assert value("chat_budgets_empty_total", budget="picture") == before + 1


def test_the_disk_has_room(settings, tmp_path):
    settings.ASSETS_ROOT = tmp_path
    disk.measure()
    for place in ("var", "assets"):
        assert 0 < value("chat_disk_free_bytes", place=place) <= value("chat_disk_bytes", place=place)


def test_a_folder_that_is_gone_is_no_error(settings, tmp_path):
    settings.ASSETS_ROOT = tmp_path / "gone"
    disk.measure()
