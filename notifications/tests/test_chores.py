from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session

from chat.services.cleaning import Cleaned
from chat.services.cleaning_rules import CleaningRefused
from notifications import chores

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 12, 3, 12, tzinfo=PARIS)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def test_they_are_done_every_hour_and_every_night_by_one_worker(monkeypatch, caplog):
    monkeypatch.setattr(chores, "clean_files", Cleaned)
    monkeypatch.setattr(chores.pruning, "prune", dict)
    done = {}
    for hour in range(40):
        for _worker in range(2):
            for name in chores.do_due(NOON + hour * HOUR):
                done.setdefault(name, []).append(hour)
    assert done == {"prune": list(range(1, 40)), "clean_files": [15, 39]}
    assert "broke off" not in caplog.text


def test_a_night_with_a_change_of_clocks_has_one():
    before = datetime(2026, 3, 28, 12, tzinfo=PARIS)
    after = chores._next_night(before)
    assert (after - before.astimezone(UTC), chores._next_night(after).astimezone(PARIS).hour) == (14 * HOUR, 3)


def test_one_that_fails_is_done_at_its_next_time_and_stops_no_other(monkeypatch, caplog):
    def refuse():
        raise CleaningRefused("the store is another's")

    monkeypatch.setattr(chores, "clean_files", refuse)
    monkeypatch.setattr(chores.pruning, "prune", lambda: 1 / 0)
    chores.do_due(NOON)
    assert chores.do_due(NOON + 15 * HOUR) == ["prune", "clean_files"]
    assert "prune broke off: ZeroDivisionError" in caplog.text
    assert "the store is another's" in caplog.text
    assert chores.do_due(NOON + 15 * HOUR) == []


def test_pruning_prunes():
    Session.objects.create(session_key="old", session_data="", expire_date=NOON - 9999 * HOUR)
    chores.do_due(NOON)
    chores.do_due(NOON + HOUR)
    assert not Session.objects.exists()
