"""add_attachment: permissions, retries, and what remains after a failure."""

import threading
import uuid

import pytest
from django.db import OperationalError, connection

from chat.errors import ChatNotFound, ClientIdReused, NotAParticipant, RecipientInactive
from chat.models import Attachment, Chat
from chat.services import attachments
from chat.services.attachments import add_attachment
from chat.services.waiting import discard
from chat.tests.files import samples
from chatsite.files.storage import names_in
from chatsite.http.errors import FileRefused
from chatsite.testing import Cast
from chatsite.testing.locks import locked_row

PHOTO, PDF = samples.jpeg(), samples.pdf()
pytestmark = pytest.mark.django_db


def add(person, chat, data=PHOTO, name="photo.jpg", client_id=None):
    return add_attachment(person, chat_id=chat.pk, upload=samples.upload(data, name), client_id=client_id)


def test_it_records_what_it_received(cast):
    attachment, created = add(cast.ben, cast.chat)
    assert created
    row = Attachment.objects.get()
    assert row == attachment
    assert (row.uploader, row.chat, row.message) == (cast.ben, cast.chat, None)
    assert (row.file_name, row.file_type, row.width, row.height) == ("photo.jpg", "image/jpeg", 120, 80)
    assert names_in("chat_files") == {row.stored_name, row.thumbnail_name}


@pytest.mark.parametrize(
    ("who", "error"), [("cora", NotAParticipant), ("dan", NotAParticipant), ("admin", NotAParticipant)]
)
def test_it_lets_only_participants_in(cast, who, error):
    assert add(cast.ben, cast.chat)[1]
    before = names_in("chat_files")
    with pytest.raises(error):
        add(getattr(cast, who), cast.chat)
    assert names_in("chat_files") == before
    assert Attachment.objects.count() == 1


def test_it_needs_a_chat_that_is_there(cast):
    with pytest.raises(ChatNotFound):
        add(cast.ben, Chat(pk=987_654))


def test_it_refuses_when_nobody_would_read_it(cast):
    chat = Chat.objects.create(doctor=cast.ada, patient=cast.eve)
    with pytest.raises(RecipientInactive):
        add(cast.ada, chat)
    assert names_in("chat_files") == set()


def test_it_leaves_no_row_for_a_refused_file(cast):
    with pytest.raises(FileRefused):
        add(cast.ben, cast.chat, b"<svg/>", "x.svg")
    assert not Attachment.objects.exists()


def test_a_retry_answers_the_first_row(cast):
    key = str(uuid.uuid4())
    first, created = add(cast.ben, cast.chat, client_id=key)
    assert created
    stored = names_in("chat_files")
    again, created = add(cast.ben, cast.chat, client_id=key)
    assert (again, created) == (first, False)
    assert names_in("chat_files") == stored


def test_a_key_cannot_be_reused_for_something_else(cast):
    key = str(uuid.uuid4())
    assert add(cast.ben, cast.chat, client_id=key)[1]
    stored = names_in("chat_files")
    other_chat = Chat.objects.create(doctor=cast.dan, patient=cast.ben)
    for changed in (
        {"data": samples.jpeg(quality=50)},
        {"name": "other.jpg"},
        {"chat": other_chat},
        {"data": PDF, "name": "photo.pdf"},
    ):
        with pytest.raises(ClientIdReused):
            add(**{"person": cast.ben, "chat": cast.chat, "client_id": key, **changed})
    assert names_in("chat_files") == stored
    assert Attachment.objects.count() == 1


def test_keys_belong_to_their_person(cast):
    key = str(uuid.uuid4())
    assert add(cast.ben, cast.chat, client_id=key)[1]
    assert add(cast.ada, cast.chat, client_id=key)[1]


def test_no_file_remains_when_the_row_cannot_be_written(cast, monkeypatch):
    def fail(*_, **__):
        raise OperationalError("gone")

    monkeypatch.setattr(attachments, "record", fail)
    with pytest.raises(OperationalError):
        add(cast.ben, cast.chat)
    assert names_in("chat_files") == set()


def test_a_retry_finds_its_files_after_a_commit_whose_answer_was_lost(cast, monkeypatch):
    key, record = str(uuid.uuid4()), attachments.record

    def lose_the_answer(*args, **options):
        record(*args, **options)
        raise OperationalError(2013, "Lost connection to server during query")

    with monkeypatch.context() as patched:
        patched.setattr(attachments, "record", lose_the_answer)
        with pytest.raises(OperationalError):
            add(cast.ben, cast.chat, client_id=key)
    assert names_in("chat_files") == set()
    row, _ = add(cast.ben, cast.chat, client_id=key)
    assert names_in("chat_files") == {row.stored_name, row.thumbnail_name}


def test_files_stay_while_it_is_unknown_whether_they_have_a_row(cast, monkeypatch):
    def lose_the_database(*args, **options):
        monkeypatch.setattr(Attachment.objects, "filter", lose_the_database)
        raise OperationalError(2006, "Server has gone away")

    monkeypatch.setattr(attachments, "record", lose_the_database)
    with pytest.raises(OperationalError, match="gone away"):
        add(cast.ben, cast.chat)
    assert len(names_in("chat_files")) == 2


def test_it_discards_only_what_no_message_has_taken(cast):
    attachment, _ = add(cast.ben, cast.chat)
    message = cast.chat.messages.create(sender=cast.ben, sender_role="patient", message_text="x")
    Attachment.objects.update(message=message)
    assert discard(attachment) is False
    assert len(names_in("chat_files")) == 2
    Attachment.objects.update(message=None)
    assert discard(attachment) is True
    assert names_in("chat_files") == set()
    assert not Attachment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_uploads_with_one_key_make_one_row():
    cast, key, together, outcomes = Cast.build(), str(uuid.uuid4()), threading.Barrier(4), []

    def upload():
        together.wait()
        try:
            outcomes.append(add(cast.ben, cast.chat, client_id=key))
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row = Attachment.objects.get()
    assert {attachment.pk for attachment, _ in outcomes} == {row.pk}
    assert sorted(created for _, created in outcomes) == [False, False, False, True]
    assert names_in("chat_files") == {row.stored_name, row.thumbnail_name}


@pytest.mark.mysql
@pytest.mark.django_db(transaction=True)
def test_it_waits_for_the_lock_of_the_chat():
    """The row's foreign key waits for the lock: longer than one try takes."""
    cast = Cast.build()
    with locked_row(cast.chat, seconds=2.5):
        attachment, created = add(cast.ben, cast.chat)
    assert created
    assert names_in("chat_files") == {attachment.stored_name, attachment.thumbnail_name}
