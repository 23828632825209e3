"""The writer: batches, a full queue, an invalid draft among valid ones, a database that fails."""

import dataclasses
import threading
import time
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat import metrics
from chat.errors import Busy, ClientIdReused, RecipientInactive, Unavailable
from chat.models import Chat, Message
from chat.sending import store
from chat.sending import writer as writer_module
from chat.sending.draft import Draft, Posted
from chat.sending.store import store_messages
from chat.sending.writer import Writer
from chat.tests.talk import draft, submit
from chatsite.database.locking import RETRIED
from chatsite.http.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slow(monkeypatch):
    """A writer whose first batch waits for the gate; notes the size of every batch."""
    gate, sizes = threading.Event(), []

    def post(drafts, **options):
        gate.wait(10)
        sizes.append(len(drafts))
        return store_messages(drafts, **options)

    monkeypatch.setattr(writer_module, "store_messages", post)
    return gate, sizes


def test_what_queues_during_a_commit_is_committed_together(cast, slow):
    gate, sizes = slow
    writer = Writer()
    first = submit(writer, draft(cast))
    while not writer._jobs.empty():
        pass
    rest = [submit(writer, draft(cast, f"{number}")) for number in range(300)]
    gate.set()
    assert isinstance(first.result(10), Posted)
    assert [future.result(10).message.message_text for future in rest] == [f"{n}" for n in range(300)]
    full, left = divmod(300, writer_module.MAX_BATCH)
    assert sizes == [1, *[writer_module.MAX_BATCH] * full, left]
    assert writer.drain(5)


def test_it_says_for_how_long_the_oldest_waits(cast, slow):
    gate, _ = slow
    writer = Writer()
    assert writer.oldest_seconds() == 0
    first = submit(writer, draft(cast))
    while not writer._jobs.empty():
        pass
    oldest = writer.oldest_seconds
    begin = oldest()
    while oldest() <= begin:
        pass
    second = submit(writer, draft(cast, "second"))
    assert oldest() > begin
    gate.set()
    assert all(isinstance(future.result(10), Posted) for future in (first, second))
    assert writer.drain(5)
    assert writer.oldest_seconds() == 0


def test_a_batch_of_long_texts_is_a_small_one(cast, slow, monkeypatch):
    monkeypatch.setattr(writer_module, "MAX_CHARACTERS", 1_000)
    gate, sizes = slow
    writer = Writer()
    first = submit(writer, draft(cast))
    while not writer._jobs.empty():
        pass
    rest = [submit(writer, draft(cast, "x" * 400)) for _ in range(7)]
    gate.set()
    assert all(future.result(10).created for future in [first, *rest])
    assert sizes == [1, 4, 3]


def test_a_full_queue_is_refused_as_busy_at_once(cast, slow, settings):
    gate, _ = slow
    settings.CHAT_WRITER_QUEUE = 3
    writer = Writer()
    first = submit(writer, draft(cast))
    while not writer._jobs.empty():
        pass
    queued = [submit(writer, draft(cast)) for _ in range(3)]
    with pytest.raises(Busy):
        submit(writer, draft(cast))
    gate.set()
    assert all(isinstance(future.result(10), Posted) for future in [first, *queued])


def test_after_draining_nothing_more_is_taken(cast):
    writer = Writer()
    future = submit(writer, draft(cast))
    assert writer.drain(5)
    assert isinstance(future.result(0), Posted)
    with pytest.raises(Busy):
        submit(writer, draft(cast))


def test_one_bad_draft_harms_no_other(cast):
    closed = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    type(cast.dan).objects.filter(pk=cast.dan.pk).update(is_active=False)
    outcomes = store_messages([draft(cast, "a"), draft(cast, "b", chat_id=closed.pk), draft(cast, "c")])
    assert [type(outcome) for outcome in outcomes] == [Posted, RecipientInactive, Posted]
    assert list(Message.objects.order_by("pk").values_list("message_text", "seq")) == [("a", 1), ("c", 2)]


@pytest.mark.mysql
def test_a_value_that_the_database_refuses_harms_no_other(cast, caplog):
    bad = dataclasses.replace(draft(cast, "b"), client_id="x" * 1000)
    outcomes = store_messages([draft(cast, "a"), bad, draft(cast, "c")])
    assert [type(outcome) for outcome in outcomes] == [Posted, Refusal, Posted]
    assert list(Message.objects.order_by("pk").values_list("message_text", "seq")) == [("a", 1), ("c", 2)]
    assert "broke a rule" in caplog.text


def test_a_repeat_in_a_batch_leaves_the_new_ones_new(cast):
    key = "0" * 8 + "-0000-4000-8000-" + "0" * 12
    [first] = store_messages([draft(cast, "a", client_id=key)])
    outcomes = store_messages([draft(cast, "b"), draft(cast, "a", client_id=key), draft(cast, "c")])
    assert [outcome.created for outcome in outcomes] == [True, False, True]
    assert outcomes[1].message.pk == first.message.pk
    assert list(Message.objects.order_by("pk").values_list("seq", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize("count", [2, 40])
def test_refused_drafts_are_looked_up_together(cast, count):
    """Most drafts of the batch are for a chat that is closed, locked, or not theirs."""
    stored = [draft(cast, f"{number}", client_id=str(uuid.uuid4())) for number in range(count)]
    assert all(outcome.created for outcome in store_messages(stored))
    User.objects.filter(pk=cast.ada.pk).update(is_active=False)
    new = [draft(cast, "x", client_id=str(uuid.uuid4())) for _ in range(count)]
    other_text = [draft(cast, "y", client_id=one.client_id) for one in stored]
    with CaptureQueriesContext(connection) as queries:
        outcomes = store_messages([*new, *stored, *other_text])
    assert [type(outcome) for outcome in outcomes[:count]] == [RecipientInactive] * count
    repeats = outcomes[count : 2 * count]
    assert [(one.created, one.message.message_text) for one in repeats] == [(False, one.text) for one in stored]
    assert [type(outcome) for outcome in outcomes[2 * count :]] == [ClientIdReused] * count
    # The transaction, its lock, and one look for the keys.
    assert len(queries) <= 4, [query["sql"][:80] for query in queries]


@pytest.mark.parametrize("chats", [1, 4])
def test_a_chat_whose_number_lags_behind_its_rows_stops_nobody(cast, chats):
    """Another program inserted rows: `seq` is given again, and the last message is the newest all the same."""
    Message.objects.create(chat=cast.chat, sender=cast.ben, sender_role="patient", message_text="old", seq=2)
    patients = [User.objects.create_user(f"p{number}@example.org", None) for number in range(chats)]
    others = [Chat.objects.create(doctor=cast.ada, patient=patient) for patient in patients]
    drafts = [draft(cast, "a"), draft(cast, "b")]
    drafts += [Draft.checked(one.patient, chat_id=one.pk, text="c") for one in others]
    outcomes = store_messages(drafts)
    assert [type(outcome) for outcome in outcomes] == [Posted] * len(drafts)
    cast.chat.refresh_from_db()
    assert cast.chat.last_message_id == outcomes[1].message.pk


def test_the_thread_survives_and_recovers(cast, monkeypatch):
    writer = Writer()
    broken = [OperationalError(2006, "gone"), DatabaseError("odd"), ValueError("odd")]

    def fail_first(drafts, **options):
        if broken:
            raise broken.pop()
        return store_messages(drafts, **options)

    monkeypatch.setattr(writer_module, "store_messages", fail_first)
    for _ in range(3):
        assert isinstance(submit(writer, draft(cast)).result(10), Unavailable)
    assert isinstance(submit(writer, draft(cast)).result(10), Posted)


def test_the_time_of_a_commit_excludes_publishing(cast, monkeypatch):
    def slow_publish(*args, **kwargs):
        time.sleep(0.3)

    def timed():
        return metrics.COMMIT_SECONDS._sum.get(), metrics.BATCH_SECONDS._sum.get()

    monkeypatch.setattr(store, "publish", slow_publish)
    before = timed()
    assert submit(Writer(), draft(cast)).result(10).created
    commit, batch = (after - was for after, was in zip(timed(), before, strict=True))
    assert 0 < commit <= batch - 0.3


def test_a_database_away_is_unavailable_for_all(cast, monkeypatch):
    def away(ids, begin):
        raise OperationalError(2013, "Lost connection")

    monkeypatch.setattr(store, "lock_chats", away)
    assert [type(outcome) for outcome in store_messages([draft(cast), draft(cast)])] == [Unavailable, Unavailable]


def test_a_deadlock_is_tried_again_whole(cast, monkeypatch):
    real, calls = store.lock_chats, []

    def deadlock_twice(ids, begin):
        calls.append(ids)
        if len(calls) < 3:
            raise OperationalError(1213, "Deadlock found when trying to get lock")
        return real(ids, begin)

    monkeypatch.setattr(store, "lock_chats", deadlock_twice)
    counted = RETRIED._value.get()
    [outcome] = store_messages([draft(cast)])
    assert outcome.created
    assert len(calls) == 3
    assert RETRIED._value.get() == counted + 2
    assert (Message.objects.count(), Chat.objects.get(pk=cast.chat.pk).seq) == (1, 1)


def test_ids_are_read_back_where_an_insert_returns_none(cast, monkeypatch):
    """As on MySQL."""
    other = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)
    drafts = [draft(cast, chat_id=chat.pk, client_id=str(uuid.uuid4())) for chat in (cast.chat, cast.chat, other)]
    outcomes = store_messages(drafts)
    stored = {message.client_id: (message.pk, message.chat_id) for message in Message.objects.all()}
    assert [stored[d.client_id] for d in drafts] == [(one.message.pk, one.message.chat_id) for one in outcomes]


def test_a_fault_in_the_middle_leaves_nothing(cast, monkeypatch):
    is_mysql = connection.vendor == "mysql"
    fault = "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1030" if is_mysql else "DELETE FROM no_such_table"
    monkeypatch.setattr(store.sql, "_deletions", lambda cleared: [(fault, ())])
    [outcome] = store_messages([draft(cast)])
    assert isinstance(outcome, Unavailable)
    connection.close()
    assert not Message.objects.exists()
    assert Chat.objects.get(pk=cast.chat.pk).message_count == 0


def test_what_was_stored_alone_is_published_although_the_database_fails(cast, published, monkeypatch):
    real = store._store
    one, two = draft(cast, "one"), draft(cast, "two")

    def breaks(drafts, waits):
        if len(drafts) == 2:
            raise IntegrityError
        if two in drafts.values():
            raise OperationalError(2006, "gone")
        return real(drafts, waits)

    monkeypatch.setattr(store, "_store", breaks)
    with published() as frames:
        stored, lost = store_messages([one, two])
    assert isinstance(stored, Posted)
    assert isinstance(lost, Unavailable)
    assert [frame["message"]["message_text"] for frame in frames(cast.ada)] == ["one"]
