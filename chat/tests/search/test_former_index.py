"""The index of release 1.0.0, which knew words alone, serves until a worker has built it anew."""

import importlib
import time
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.models import User
from chat.models import Chat, SearchIndex, SearchPart
from chat.search import building, folding, versions
from chat.search.building import Builder
from chat.search.versions import Rules
from chat.tests.search.conftest import ids_of, post_texts
from chatsite.folding import WORD, fold

pytestmark = pytest.mark.django_db
TEXTS = "500 mg au rendez-vous", "appelez le 06 12 34 56 78"


@pytest.fixture
def chats(cast):
    patient = User.objects.create_user("p@example.org", None, "patient")
    return [cast.chat, Chat.objects.create(doctor=cast.ada, patient=patient)]


@pytest.fixture
def former(cast, chats, monkeypatch):
    """Both chats, as 1.0.0 indexed them; returns the ids of the messages."""
    ids = [pk for chat in chats for pk in post_texts(cast.ada, chat, *TEXTS)]
    with monkeypatch.context() as patch:
        patch.setitem(versions.RULES, 1, Rules(lambda text: set(WORD.findall(fold(text))), folding.plain_words))
        assert Builder().build()
    SearchIndex.objects.all().delete()
    importlib.import_module("chat.migrations.0015_former_index").note_the_index(apps, None)
    versions.forget()
    return ids


def found(search, user, q):
    return sorted(ids_of(search(user, q)))


def test_it_serves_at_once(cast, search, former):
    parts = set(SearchPart.objects.values_list("pk", flat=True))
    assert found(search, cast.ada, "rendez-vous") == [former[0], former[2]]
    # One word by the present rules, five by those of the index.
    assert found(search, cast.ada, "06 12 34 56 78") == [former[1], former[3]]
    assert set(SearchPart.objects.values_list("pk", flat=True)) == parts


def test_it_is_built_anew_a_day_later(cast, search, former):
    # Until then processes of 1.0.0 may write to it.
    builder = Builder()
    while builder.turn(timezone.now()):
        pass
    assert found(search, cast.ada, "500mg") == []

    while builder.turn(timezone.now() + building.KEPT + timedelta(seconds=1)):
        pass
    versions.forget()
    assert not SearchIndex.objects.filter(pk=versions.FORMER).exists()
    assert found(search, cast.ada, "500mg") == [former[0], former[2]]
    assert found(search, cast.ada, "0612345678") == [former[1], former[3]]


def test_what_broke_off_goes_on_with_the_next_chat(cast, search, former, chats, monkeypatch):
    later = timezone.now() + building.KEPT + timedelta(seconds=1)
    stops = iter([False, False, True])
    assert not Builder().turn(later, is_stopping=lambda: next(stops, True))
    assert SearchIndex.objects.get(pk=versions.FORMER).up_to_chat == chats[0].pk
    # Chats of both kinds are found, and what is missing is indexed by the search.
    assert found(search, cast.ada, "rendez-vous") == [former[0], former[2]]

    SearchIndex.objects.update(claimed_until=None)
    kept = set(SearchPart.objects.filter(chat=chats[0]).values_list("pk", flat=True))
    other = Builder()
    while other.turn(later):
        pass
    assert set(SearchPart.objects.filter(chat=chats[0]).values_list("pk", flat=True)) == kept
    versions.forget()
    assert found(search, cast.ada, "500mg") == [former[0], former[2]]


def test_a_chat_that_takes_longer_than_a_turn_is_finished(cast, search, former, chats, monkeypatch):
    later = timezone.now() + building.KEPT + timedelta(seconds=1)
    clock = time.monotonic
    builder = Builder()
    # The end comes as soon as a chat was taken.
    with monkeypatch.context() as patch:
        patch.setattr(building, "_TURN_SECONDS", 0.001)
        patch.setattr(building.index, "take_in", lambda *args, **options: clock() and True)
        for _ in chats:
            assert builder.turn(later)
    while builder.turn(later):
        pass
    versions.forget()
    assert found(search, cast.ada, "500mg") == [former[0], former[2]]


def test_a_new_database_has_none(db):
    importlib.import_module("chat.migrations.0015_former_index").note_the_index(apps, None)
    assert not SearchIndex.objects.exists()
