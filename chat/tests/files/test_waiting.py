"""How many files of a person may wait for a message."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from chat.errors import FileQuota
from chat.files.names import URL
from chat.models import Attachment, Message
from chat.services import waiting
from chat.services.attachments import add_attachment
from chat.tests.files import samples
from chatsite.files.storage import names_in
from chatsite.testing import Cast, api_client

PDF = samples.pdf()


def add(person, chat, number=0):
    upload = samples.upload(PDF, f"{number}.pdf")
    return add_attachment(person, chat_id=chat.pk, upload=upload)[0]


def wait(person, chat, *, count=1, size=1, age=timedelta(), **more):
    """Rows as of files that were uploaded so long ago."""
    rows = Attachment.objects.bulk_create(
        Attachment(
            uploader=person,
            chat=chat,
            stored_name=f"{uuid.uuid4()}.pdf",
            file_name="a.pdf",
            file_type="application/pdf",
            file_size=size,
            **more,
        )
        for _ in range(count)
    )
    names = [row.stored_name for row in rows]
    Attachment.objects.filter(stored_name__in=names).update(created_at=timezone.now() - age)


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "size"), [(40, 1), (10, 10 * 1024**2)])
def test_forty_or_a_hundred_megabytes_may_wait(cast, count, size):
    wait(cast.ben, cast.chat, count=count - 1, size=size)
    add(cast.ben, cast.chat)
    wait(cast.ben, cast.chat, size=size)
    stored = names_in("chat_files")
    client = api_client(cast.ben)

    def post_to(address):
        content = {"chat_id": cast.chat.pk, "file": SimpleUploadedFile("a.pdf", PDF)}
        return client.post(address, content, format="multipart")

    answer = post_to("/api/chat/attachments")
    assert (answer.status_code, answer.json()["error"]) == (409, "file_quota")
    assert names_in("chat_files") == stored
    # What comes with its message waits for none.
    assert post_to("/api/chat/message").status_code == 201
    assert Message.objects.count() == 1
    add(cast.ada, cast.chat)


@pytest.mark.django_db
def test_what_a_message_has_does_not_wait(cast):
    message = Message.objects.create(chat=cast.chat, sender=cast.ben, sender_role="patient", seq=1)
    wait(cast.ben, cast.chat, count=40, message=message)
    assert add(cast.ben, cast.chat)


@pytest.mark.django_db
def test_those_older_than_an_hour_go_when_the_room_is_needed(cast):
    wait(cast.ben, cast.chat, count=30, age=timedelta(minutes=61))
    wait(cast.ben, cast.chat, count=9, age=timedelta(minutes=59))
    add(cast.ben, cast.chat)
    assert Attachment.objects.count() == 40
    add(cast.ben, cast.chat)
    assert Attachment.objects.count() == 11


@pytest.mark.django_db
def test_what_another_program_has_sent_does_not_wait(cast):
    wait(cast.ben, cast.chat, count=40, age=timedelta(days=2))
    sent = list(Attachment.objects.all()[:3])
    for number, file in enumerate(sent, start=1):
        Message.objects.create(
            chat=cast.chat, sender=cast.ben, sender_role="patient", seq=number, file_url=f"{URL}{file.stored_name}"
        )
    add(cast.ben, cast.chat)
    Attachment.objects.exclude(pk__in=[file.pk for file in sent]).update(created_at=timezone.now())
    for _ in range(2):
        add(cast.ben, cast.chat)
    with pytest.raises(FileQuota):
        add(cast.ben, cast.chat)
    assert Attachment.objects.filter(pk__in=[file.pk for file in sent]).count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_are_recorded(monkeypatch):
    monkeypatch.setattr(waiting, "WAITING_FILES", 3)
    cast = Cast.build()

    def one(number):
        try:
            add(cast.ben, cast.chat, number)
        except FileQuota:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(12))) == 3
    assert Attachment.objects.count() == len(names_in("chat_files")) == 3
