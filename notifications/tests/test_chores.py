import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from prometheus_client import generate_latest

from audit.publishing import last_published
from chat.models import Chat, ChatCheck
from chat.services import consistency
from chat.services.cleaning import Cleaned
from chat.services.cleaning_rules import CleaningRefused
from chat.tests.talk import post_message
from chatsite.testing import page_client
from notifications import chores
from notifications.models import ChoreTime
from notifications.services import measures, pausing

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
    every_hour = {name: list(range(1, 40)) for name in ("prune", "change_addresses", "search_names", "tell_of_endings")}
    assert done == every_hour | {name: [15, 39] for name in ("clean_files", "verify", "audit_head")}
    assert "broke off" not in caplog.text


def test_a_copy_publishes_no_head_of_the_audit(settings, mailoutbox, tmp_path, caplog):
    """Nobody could tell it from those of the installation that people use."""
    caplog.set_level("INFO")
    settings.AUDIT_HEAD_MAIL, settings.AUDIT_HEAD_FILE = "dpo@clinic.fr", str(tmp_path / "heads")
    pausing.pause(NOON)
    chores.do_due(NOON)
    assert "audit_head" in chores.do_due(NOON + 15 * HOUR)
    assert not mailoutbox
    assert not (tmp_path / "heads").exists()
    assert "the head of the audit" not in caplog.text
    assert last_published() is None
    pausing.resume()
    assert "audit_head" in chores.do_due(NOON + 39 * HOUR)
    assert [mail.to for mail in mailoutbox] == [["dpo@clinic.fr"]]
    assert len((tmp_path / "heads").read_text().splitlines()) == 1


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
    names = ["prune", "change_addresses", "search_names", "tell_of_endings", "clean_files", "verify", "audit_head"]
    assert chores.do_due(NOON + 15 * HOUR) == names
    assert "prune broke off: ZeroDivisionError" in caplog.text
    assert "the store is another's" in caplog.text
    assert chores.do_due(NOON + 15 * HOUR) == []


def test_pruning_prunes():
    Session.objects.create(session_key="old", session_data="", expire_date=NOON - 9999 * HOUR)
    chores.do_due(NOON)
    chores.do_due(NOON + HOUR)
    assert not Session.objects.exists()


@pytest.fixture
def night(monkeypatch):
    """One night after another, with nothing but the comparison of chats; returns what it found."""
    monkeypatch.setattr(chores, "CHORES", [chore for chore in chores.CHORES if chore.name == "verify"])
    nights = itertools.count()
    chores.do_due(NOON)

    def pass_one(*, days=1):
        for check in ChatCheck.objects.all():
            check.began_at -= timedelta(days=days)
            check.save()
        Chat.objects.update(updated_at=NOON - 9999 * HOUR)
        chores.do_due(NOON + (15 + 24 * next(nights)) * HOUR)
        return ChoreTime.objects.get().found

    return pass_one


def test_chats_that_changed_are_compared_every_night_and_all_once_a_month(cast, night):
    for one in (cast.ben, cast.cora):
        Chat.objects.create(doctor=cast.dan, patient=one)
    assert night() == {"compared": 3, "wrong": 0}
    post_message(cast.ada, cast.chat)
    # The first night has no earlier one that could have missed what the last one did.
    assert [night()["compared"] for _ in range(3)] == [3, 1, 0]
    assert night(days=27) == {"compared": 0, "wrong": 0}
    assert night() == {"compared": 3, "wrong": 0}


def test_a_chat_that_differs_is_reported_until_it_is_repaired(cast, night, caplog):
    night()
    assert "ERROR" not in caplog.text
    post_message(cast.ada, cast.chat)
    Chat.objects.update(message_count=7)
    for _ in range(2):
        assert night() == {"compared": 1, "wrong": 1}
        assert "1 chats differ from their messages: manage.py check_chats --repair" in caplog.text
        caplog.clear()
    measures.measure()
    assert "chat_wrong_chats 1.0" in generate_latest().decode()
    consistency.repair(cast.chat.pk)
    assert night()["wrong"] == 0


def test_the_admin_shows_what_they_found(cast, night):
    night()
    page = page_client(cast.admin).get("/admin/notifications/choretime/").content.decode()
    assert "compared: 1, wrong: 0" in page
