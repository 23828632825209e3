"""An index is built beside the one that serves: searches stay right meanwhile, and a kill loses nothing."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from chat.errors import IndexBroken
from chat.models import Chat, SearchIndex, SearchPart, SearchWord
from chat.search import building, folding, index, versions
from chat.search.building import Builder
from chat.search.versions import Rules
from chat.services import corrections
from chat.tests.search.conftest import ids_of, post_texts

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


class Killed(BaseException):
    pass


@pytest.fixture
def chats(cast):
    """Three chats of Ada's with two messages each; returns them, and the ids of the messages."""
    chats, ids = [cast.chat], []
    for number in range(2):
        patient = User.objects.create_user(f"p{number}@example.org", None, "patient")
        chats.append(Chat.objects.create(doctor=cast.ada, patient=patient))
    for chat in chats:
        ids += post_texts(cast.ada, chat, "fièvre hier", "fièvre et toux")
    return chats, ids


@pytest.fixture
def upgraded(chats, monkeypatch):
    """The first version is complete, and a release comes whose second version has other words."""
    assert Builder().build()
    words = Rules(
        lambda text: {f"z{word}" for word in folding.words(text)},
        lambda q: tuple(f"z{word}" for word in folding.asked_words(q)),
    )
    monkeypatch.setitem(versions.RULES, 2, words)
    monkeypatch.setattr(building, "_CHATS", 1)
    versions.forget()
    return chats


def later(seconds=31):
    return timezone.now() + seconds * SECOND


def build(builder, now):
    while builder.turn(now):
        pass


def words_of(version):
    return set(SearchWord.objects.filter(part__version=version).values_list("word", flat=True))


def test_the_old_one_serves_until_the_new_one_is_complete(cast, search, upgraded, monkeypatch):
    _, ids = upgraded
    compare, served = index.chats_behind, []

    def search_meanwhile(chat_ids, version):
        if len(served) < 4:
            ids.extend(post_texts(cast.ada, cast.chat, "fièvre encore"))
        versions.forget()
        served.append(versions.live())
        assert ids_of(search(cast.ada, "fievre")) == ids[::-1]
        return compare(chat_ids, version)

    monkeypatch.setattr(index, "chats_behind", search_meanwhile)
    builder = Builder()
    builder.turn(timezone.now())
    build(builder, later())
    assert served == [1] * len(served)
    assert len(served) >= 3
    # The process that has not looked yet searches the old one, and misses nothing.
    assert ids_of(search(cast.ada, "fievre")) == ids[::-1]
    versions.forget()
    assert versions.live() == 2
    ids += post_texts(cast.ada, cast.chat, "fièvre enfin")
    assert ids_of(search(cast.ada, "fievre")) == ids[::-1]
    assert words_of(2) == {"zfievre", "zhier", "zet", "ztoux", "zencore", "zenfin", "#text"}
    assert "zfievre" not in words_of(1)


def test_a_killed_worker_s_work_is_gone_on_with(cast, search, upgraded, monkeypatch):
    chats, ids = upgraded
    Builder().turn(timezone.now())
    extend, extended = index._extend, []

    def be_killed(part, messages):
        extended.append(part.chat_id)
        if len(extended) == 2:
            raise Killed
        extend(part, messages)

    monkeypatch.setattr(index, "_extend", be_killed)
    with pytest.raises(Killed):
        Builder().turn(later())
    done = list(SearchPart.objects.filter(version=2, message_count__gt=0).values_list("chat", flat=True))
    assert done == [chats[0].pk]
    assert SearchIndex.objects.get(pk=2).up_to_chat == chats[0].pk
    # Nobody else builds until the claim has ended.
    second = Builder()
    assert not second.turn(later(40))
    assert ids_of(search(cast.ada, "fievre")) == ids[::-1]
    build(second, later(100))
    versions.forget()
    assert extended == [chats[0].pk, chats[1].pk, chats[1].pk, chats[2].pk]
    assert versions.live() == 2
    assert ids_of(search(cast.ada, "fievre")) == ids[::-1]


def test_two_at_once_do_not_double_the_work(upgraded, monkeypatch):
    monkeypatch.setattr(building, "_FEW", 0)
    first, second = Builder(), Builder()
    first.turn(timezone.now())
    monkeypatch.setattr(building, "_TURN_SECONDS", 0)
    first.turn(later())
    assert not second.turn(later())
    monkeypatch.setattr(building, "_TURN_SECONDS", 60)
    build(first, later())
    build(second, later(100))
    assert (first.indexed, second.indexed) == (3, 0)


def test_a_change_of_a_message_reaches_every_version(cast, search, upgraded, monkeypatch):
    chats, ids = upgraded
    build(Builder(), timezone.now())
    build(Builder(), later())
    versions.forget()
    assert versions.live() == 2
    corrections.correct(cast.ada, message_id=ids[0], text="toux seule")
    corrections.retract(cast.ada, message_id=ids[1])
    assert {"zseule", "zfievre"} <= words_of(2)
    assert ids_of(search(cast.ada, "seule")) == [ids[0]]
    # A process of the release before, which does not know the second version: it lets the next search index it anew.
    monkeypatch.delitem(versions.RULES, 2)
    versions.forget()
    assert ids_of(search(cast.ada, "seule")) == [ids[0]]
    corrections.correct(cast.ada, message_id=ids[2], text="fatigue")
    assert ids_of(search(cast.ada, "fatigue")) == [ids[2]]
    parts = SearchPart.objects.filter(version=2, message_count__gt=0)
    assert set(parts.values_list("chat", flat=True)) == {chats[0].pk, chats[2].pk}


def test_a_corrected_message_is_found_by_the_release_that_comes_back(cast, search, upgraded, monkeypatch):
    _, ids = upgraded
    build(Builder(), timezone.now())
    build(Builder(), later())
    second = versions.RULES[2]
    monkeypatch.delitem(versions.RULES, 2)
    corrections.correct(cast.ada, message_id=ids[2], text="fatigue")
    monkeypatch.setitem(versions.RULES, 2, second)
    versions.forget()
    assert ids_of(search(cast.ada, "fatigue")) == [ids[2]]
    assert ids_of(search(cast.ada, "fievre")) == [pk for pk in ids[::-1] if pk != ids[2]]


def test_it_waits_for_changes_that_do_not_know_of_it(upgraded):
    builder, begin = Builder(), timezone.now()
    assert not builder.turn(begin)
    assert not builder.turn(begin + 29 * SECOND)
    assert not SearchPart.objects.filter(version=2).exists()
    assert builder.turn(begin + 31 * SECOND) is False
    assert SearchPart.objects.filter(version=2).count() == 3


def test_the_old_one_is_deleted_a_day_after_the_switch(upgraded, monkeypatch):
    monkeypatch.setattr(building, "_PARTS_DELETED", 1)
    builder = Builder()
    builder.turn(timezone.now())
    build(builder, later())
    builder._next_pass += timedelta(days=9)
    builder.turn(later(23 * 3600))
    assert SearchPart.objects.filter(version=1).count() == 3
    batches, delete = [], building._delete_some
    monkeypatch.setattr(building, "_delete_some", lambda parts: batches.append(parts.count()) or delete(parts))
    build(builder, later(25 * 3600))
    assert batches == [3, 2, 1, 0]
    assert list(SearchIndex.objects.values_list("version", flat=True)) == [2]
    assert words_of(1) == set()
    assert SearchPart.objects.count() == 3


def test_what_a_killed_process_left_is_found_within_the_hour(cast, chats):
    builder = Builder()
    build(builder, timezone.now())
    post_texts(cast.ada, cast.chat, "fatigue")
    assert building.backlog() == 1
    builder.turn(later(3500))
    assert building.backlog() == 1
    builder.turn(later(3700))
    assert building.backlog() == 0


def test_what_is_still_to_be_built_is_counted(upgraded):
    assert building.backlog() == 6
    Builder().turn(timezone.now())
    build(Builder(), later())
    assert building.backlog() == 0


def test_a_pass_in_many_turns_counts_each_chat_once(upgraded, monkeypatch):
    """Or an index would be complete after a pass in which every chat lacked messages."""
    for name, value in (("_CHATS", 3), ("_FEW", 0), ("_ONE_OF", 2)):
        monkeypatch.setattr(building, name, value)
    builder = Builder()
    builder.turn(timezone.now())
    for _ in range(3):
        stops = iter([False, False, True])
        builder.turn(later(), is_stopping=lambda stops=stops: next(stops, True))
    assert builder.indexed == 3
    assert builder.turn(later())
    assert SearchIndex.objects.get(pk=2).completed_at is None


def test_what_cannot_be_indexed_is_not_tried_again_at_once(upgraded, monkeypatch):
    """Nor do searches go to an index that is broken: the old one serves."""

    def break_off(*args, **options):
        raise IndexBroken

    monkeypatch.setattr(building, "_FEW", 0)
    Builder().turn(timezone.now())
    SearchIndex.objects.update(begun_at=timezone.now() - 31 * SECOND)
    monkeypatch.setattr(index, "take_in", break_off)
    assert not Builder().turn(timezone.now())
    versions.forget()
    assert versions.live() == 1
    SearchIndex.objects.update(claimed_until=None)
    with pytest.raises(CommandError, match="3 chats could not be indexed"):
        call_command("index_messages")


def test_a_stop_ends_a_turn_between_two_chats(upgraded):
    builder = Builder()
    builder.turn(timezone.now())
    stops = iter([False, False, True])
    assert not builder.turn(later(), is_stopping=lambda: next(stops, True))
    assert SearchIndex.objects.get(pk=2).completed_at is None
