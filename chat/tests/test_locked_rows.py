"""The writer beside rows that another transaction has locked, and a database that hangs."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.models import User
from chat.errors import AttachmentNotFound, ChatNotFound, RowLocked, Unavailable
from chat.models import Attachment, Chat
from chat.sending import writer as writer_module
from chat.sending.draft import Draft, Posted
from chat.sending.store import store_messages
from chat.sending.writer import Writer
from chat.tests.talk import draft, submit
from chatsite.testing.locks import locked_row

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_batch_has_room_beside_locked_rows(cast, monkeypatch):
    """Half a batch waits for the locked chat; the other half is stored."""
    monkeypatch.setattr(writer_module, "MAX_BATCH", 4)
    monkeypatch.setattr(writer_module, "MAX_LOCKED", 2)
    monkeypatch.setattr(writer_module, "LOCKED_PAUSE", 0.01)
    gate, free, batches = threading.Event(), threading.Event(), []

    def post(drafts, **options):
        gate.wait(10)
        batches.append(len(drafts))
        there = [one for one in drafts if one.chat_id == cast.chat.pk or free.is_set()]
        posted = dict(zip(map(id, there), store_messages(there, **options), strict=True))
        return [posted.get(id(one)) or RowLocked() for one in drafts]

    monkeypatch.setattr(writer_module, "store_messages", post)
    writer, other = Writer(), Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    first = submit(writer, draft(cast))
    while not writer._jobs.empty():
        pass
    waiting = [submit(writer, draft(cast, chat_id=other.pk)) for _ in range(4)]
    rest = [submit(writer, draft(cast)) for _ in range(7)]
    gate.set()
    assert all(future.result(10).created for future in [first, *rest])
    free.set()
    outcomes = [future.result(10) for future in waiting]
    assert [type(outcome) for outcome in outcomes] == [Posted, Posted, RowLocked, RowLocked]
    assert max(batches) == 4
    assert writer.drain(5)


@pytest.mark.mysql
def test_a_locked_chat_keeps_no_other_waiting(cast):
    others = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    writer, begin, took = Writer(), time.monotonic(), []
    with locked_row(cast.chat, seconds=4):
        behind = [submit(writer, draft(cast, f"{number}")) for number in range(3)]
        for number in range(3):
            posted = submit(writer, draft(cast, f"{number}", chat_id=others.pk)).result(10)
            took.append(time.monotonic() - begin - sum(took))
            assert posted.created
            assert not any(future.done() for future in behind)
        unknown = submit(writer, draft(cast, chat_id=987_654)).result(10)
        assert isinstance(unknown, ChatNotFound)
        posted = [future.result(10).message for future in behind]
    assert [(message.message_text, message.seq) for message in posted] == [("0", 1), ("1", 2), ("2", 3)]
    # One wait for the row, and none after that.
    assert took[0] < 3.5
    assert max(took[1:]) < 1
    assert 4 <= time.monotonic() - begin < 6


@pytest.mark.mysql
def test_people_whose_rows_are_locked_keep_no_other_from_sending(cast):
    """A message refers to its sender, so that its insert takes a shared lock on the sender's row."""
    free = Chat.objects.create(doctor=cast.ada, patient=cast.cora)
    other = Chat.objects.create(doctor=cast.dan, patient=cast.cora)
    writer, begin = Writer(), time.monotonic()
    with locked_row(cast.ben, seconds=5), locked_row(cast.dan, seconds=5):
        behind = [submit(writer, draft(cast, f"{number}")) for number in range(3)]
        behind.append(submit(writer, Draft.checked(cast.dan, chat_id=other.pk, text="x")))
        for _ in range(3):
            assert submit(writer, Draft.checked(cast.cora, chat_id=free.pk, text="x")).result(10).created
        # One wait for the rows, and none after that.
        assert time.monotonic() - begin < 4
        assert not any(future.done() for future in behind)
        assert [future.result(10).message.seq for future in behind] == [1, 2, 3, 1]
    assert writer.drain(5)


@pytest.mark.mysql
def test_only_the_draft_with_a_locked_file_waits(cast):
    file = Attachment.objects.create(
        uploader=cast.ben,
        chat=cast.chat,
        stored_name="chat-file-5ec2e7.pdf",
        file_name="note.pdf",
        file_type="application/pdf",
        file_size=1234,
        sha256="0" * 64,
        digest="0" * 64,
    )
    files = ([file.pk], [], [file.pk + 1])
    with locked_row(file):
        outcomes = store_messages([draft(cast, attachment_ids=ids) for ids in files], waits=False)
    assert [type(outcome) for outcome in outcomes] == [RowLocked, Posted, AttachmentNotFound]
    [posted] = store_messages([draft(cast, attachment_ids=[file.pk])], waits=False)
    assert posted.created


@pytest.mark.mysql
def test_a_chat_that_is_locked_for_too_long_is_unavailable(cast, monkeypatch):
    monkeypatch.setattr(writer_module, "PATIENCE_SECONDS", 3)
    writer, begin = Writer(), time.monotonic()
    with locked_row(cast.chat):
        assert isinstance(submit(writer, draft(cast)).result(10), Unavailable)
    assert 3 <= time.monotonic() - begin < 5
    assert submit(writer, draft(cast)).result(10).created
    assert writer.drain(5)


def test_drafts_queued_behind_a_database_that_hangs_are_answered_with_the_others(cast, monkeypatch):
    monkeypatch.setattr(writer_module, "HANGS_SECONDS", 0.1)
    writer, hangs, calls = Writer(), threading.Event(), []

    def hang(drafts, **_):
        calls.append(len(drafts))
        hangs.wait(10)
        return [Unavailable() for _ in drafts]

    monkeypatch.setattr(writer_module, "store_messages", hang)
    first = submit(writer, draft(cast))
    while not calls:
        pass
    behind = [submit(writer, draft(cast)) for _ in range(3)]
    time.sleep(0.2)
    hangs.set()
    assert all(isinstance(future.result(10), Unavailable) for future in [first, *behind])
    assert calls == [1]
    assert writer.drain(5)


@pytest.mark.mysql
def test_a_send_does_not_wait_for_somebody_who_changes_a_person(cast):
    """The rows of people are read, not locked: a sign-in writes to one."""
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        User.objects.filter(pk=cast.ada.pk).update(first_name="Adèle")
        [outcome] = other.submit(_post_and_close, [draft(cast)]).result(timeout=5)
    assert outcome.created


def _post_and_close(drafts):
    try:
        return store_messages(drafts)
    finally:
        connection.close()
