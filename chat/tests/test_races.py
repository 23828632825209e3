"""Concurrent requests: threads, real commits."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from chat.models import Chat, Message
from chat.publication import ChatOpened, MessagesPosted
from chat.tests.talk import publications
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db(transaction=True)
PARALLEL = 20


def at_once(functions):
    """Run the functions in threads that start together; return their results in order."""
    gate = threading.Barrier(len(functions))

    def run(function):
        try:
            gate.wait(10)
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(run, functions))


@pytest.fixture
def published(monkeypatch):
    """The publications of new messages and new chats, one by one."""
    with publications(monkeypatch) as seen:
        yield lambda: [
            one
            for each in seen
            if isinstance(each, MessagesPosted | ChatOpened)
            for one in getattr(each, "posted", [each])
        ]


def test_one_key_makes_one_row_one_event_and_equal_answers(cast, published):
    body = {"chat_id": cast.chat.pk, "message_text": "Hello", "client_id": str(uuid.uuid4())}
    clients = [api_client(cast.ben) for _ in range(PARALLEL)]
    answers = at_once([lambda c=client: c.post("/api/chat/message", body) for client in clients])
    assert sorted(answer.status_code for answer in answers) == [200] * (PARALLEL - 1) + [201]
    assert all(answer.json()["message_data"] == answers[0].json()["message_data"] for answer in answers)
    assert (Message.objects.count(), len(published())) == (1, 1)
    chat = Chat.objects.get()
    assert (chat.seq, chat.message_count, chat.doctor_unread) == (1, 1, 1)


def test_a_chat_is_made_once(cast, published):
    pair = {"doctor_id": cast.dan.pk, "patient_id": cast.cora.pk}
    clients = [api_client(cast.dan if n % 2 else cast.cora) for n in range(PARALLEL)]
    answers = at_once([lambda c=client: c.post("/api/chat/get-or-create", pair) for client in clients])
    assert sorted(answer.status_code for answer in answers) == [200] * (PARALLEL - 1) + [201]
    assert len({answer.json()["chat"]["chat_id"] for answer in answers}) == 1
    assert Chat.objects.filter(doctor=cast.dan).count() == 1
    assert [type(one) for one in published()] == [ChatOpened]


def test_ids_and_numbers_run_in_one_order(cast):
    clients = [api_client(cast.ada if n % 2 else cast.ben) for n in range(8)]

    def send_ten(client):
        for number in range(10):
            answer = client.post("/api/chat/message", {"chat_id": cast.chat.pk, "message_text": f"{number}"})
            assert answer.status_code == 201, answer.content
            if number % 3 == 0:
                assert client.put(f"/api/chat/messages/{cast.chat.pk}/read").status_code == 200

    at_once([lambda c=client: send_ten(c) for client in clients])
    seqs = list(Message.objects.order_by("pk").values_list("seq", flat=True))
    assert seqs == sorted(set(seqs))
    assert len(seqs) == 80
    chat = Chat.objects.get()
    unread = Message.objects.filter(is_read=False)
    assert chat.message_count == 80
    assert chat.last_message_id == Message.objects.order_by("-pk").first().pk
    assert chat.doctor_unread == unread.filter(sender_role="patient").count()
    assert chat.patient_unread == unread.filter(sender_role="doctor").count()
