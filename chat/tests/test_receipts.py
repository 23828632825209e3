"""Sent, delivered, read: watermarks on the chat, and the times of one message."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from chat.models import Chat, Delivery, Message
from chat.services import reading, receipts
from chat.tests.talk import post_message, refused, seq_of
from chatsite import pruning
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db


def delivered(user, chat, **body):
    return api_client(user).put(f"/api/chat/messages/{chat.pk}/delivered", body, format="json")


def read_to(user, message):
    return api_client(user).put(f"/api/chat/message/{message.pk}/read")


def receipt_of(user, message):
    return api_client(user).get(f"/api/chat/message/{message.pk}").json()["receipt"]


@pytest.fixture
def messages(cast):
    return [post_message(cast.ben, cast.chat, f"{number}") for number in range(4)]


def test_a_device_of_the_recipient_has_it(cast, messages, published):
    with published() as frames:
        answer = delivered(cast.ada, cast.chat, up_to_message_id=messages[1].pk)
    assert (answer.status_code, answer.json()["message"]) == (200, "Messages marked as delivered")
    assert answer.json()["up_to"] == messages[1].pk
    [frame] = frames(cast.ada)
    assert frames(cast.ben) == [frame]
    assert frame.pop("delivered_at").endswith("Z")
    assert frame == {
        "type": "chat.delivered",
        "chat_id": cast.chat.pk,
        "seq": 5,
        "recipient_role": "doctor",
        "up_to": messages[1].pk,
    }
    reads = api_client(cast.ben).get(f"/api/chat/messages/{cast.chat.pk}?since=4").json()
    assert (reads["messages"], reads["next_since"]) == ([], 5)
    assert reads["reads"]["doctor"]["delivered_up_to"] == messages[1].pk
    assert (reads["reads"]["doctor"]["up_to"], reads["reads"]["patient"]["delivered_up_to"]) == (None, None)


def test_it_never_goes_back_and_a_repeat_publishes_nothing(cast, messages, published):
    delivered(cast.ada, cast.chat, up_to_message_id=messages[2].pk)
    with published() as frames:
        for earlier in (messages[2].pk, messages[0].pk, 1):
            assert delivered(cast.ada, cast.chat, up_to_message_id=earlier).json()["up_to"] == messages[2].pk
    assert (frames.events, seq_of(cast.chat), Delivery.objects.count()) == ([], 5, 1)


def test_far_ahead_is_the_newest_and_without_a_number_too(cast, messages):
    assert delivered(cast.ada, cast.chat, up_to_message_id=2**63 - 1).json()["up_to"] == messages[-1].pk
    late = post_message(cast.ben, cast.chat)
    assert Chat.objects.get().doctor_delivered_up_to == messages[-1].pk
    assert delivered(cast.ada, cast.chat).json()["up_to"] == late.pk
    empty = Chat.objects.create(doctor=cast.ada, patient=cast.cora)
    assert delivered(cast.ada, empty).json()["up_to"] is None


@pytest.mark.parametrize("junk", [0, -1, "x", True, 1.5, 2**63, [1], {}])
def test_it_refuses_what_is_no_id(cast, messages, junk):
    refused(delivered(cast.ada, cast.chat, up_to_message_id=junk), 400, "invalid")


def test_reading_implies_it(cast, messages, published):
    delivered(cast.ada, cast.chat, up_to_message_id=messages[0].pk)
    with published() as frames:
        answer = read_to(cast.ada, messages[2])
    assert (answer.status_code, answer.json()["updated_count"]) == (200, 3)
    for person in (cast.ada, cast.ben):
        [frame] = frames(person)
        assert (frame["type"], frame["up_to"], frame["delivered_up_to"]) == (
            "chat.read",
            messages[2].pk,
            messages[2].pk,
        )
        assert frame["delivered_at"] == frame["read_at"]
    assert "unread_count" not in frames(cast.ben)[0]
    assert frames(cast.ada)[0]["unread_count"] == 1
    # More may be delivered than was read: reading less leaves the delivery mark as it is.
    delivered(cast.ada, cast.chat)
    post_message(cast.ben, cast.chat)
    read_to(cast.ada, messages[3])
    chat = Chat.objects.get()
    assert (chat.doctor_delivered_up_to, chat.doctor_read_up_to) == (messages[3].pk, messages[3].pk)


def test_the_times_of_one_message(cast, clock):
    first = post_message(cast.ben, cast.chat, "a")
    sent = clock(0)
    told = {"notified_at": None, "notified_by": None}
    assert receipt_of(cast.ben, first) == {"sent_at": sent, **told, "delivered_at": None, "read_at": None}
    arrived = clock(60)
    receipts.mark_delivered(cast.ada, chat_id=cast.chat.pk)
    clock(60)
    second = post_message(cast.ben, cast.chat, "b")
    seen = clock(60)
    reading.mark_read(cast.ada, chat_id=cast.chat.pk)
    clock(60)
    post_message(cast.ben, cast.chat, "c")
    reading.mark_read(cast.ada, chat_id=cast.chat.pk)
    for who in (cast.ada, cast.ben):
        assert receipt_of(who, first) == {"sent_at": sent, **told, "delivered_at": arrived, "read_at": seen}
        assert receipt_of(who, second)["delivered_at"] == receipt_of(who, second)["read_at"] == seen


def test_one_s_own_devices_deliver_nothing_to_the_other(cast, messages):
    delivered(cast.ben, cast.chat)
    assert receipt_of(cast.ben, messages[0])["delivered_at"] is None
    assert Chat.objects.get().doctor_delivered_up_to == 0


def test_what_was_read_before_there_were_deliveries(cast, messages):
    reading.mark_read(cast.ada, chat_id=cast.chat.pk)
    Delivery.objects.all().delete()
    receipt = receipt_of(cast.ben, messages[0])
    assert receipt["delivered_at"] == receipt["read_at"]


def test_old_steps_fold_and_the_times_stay_true(cast, clock, monkeypatch):
    """What was delivered and read a year ago is shown as delivered when it was read; what nobody read, as it was."""
    monkeypatch.setattr("chatsite.pruning.BATCH", 2)
    read = [post_message(cast.ben, cast.chat, f"{number}") for number in range(3)]
    for message in read:
        receipts.mark_delivered(cast.ada, chat_id=cast.chat.pk, up_to=message.pk)
    clock(60)
    reading.mark_read(cast.ada, chat_id=cast.chat.pk)
    unread = [post_message(cast.ben, cast.chat, f"{number}") for number in range(3)]
    for message in unread:
        clock(60)
        receipts.mark_delivered(cast.ada, chat_id=cast.chat.pk, up_to=message.pk)
    old = timezone.now() - timedelta(days=400)
    Delivery.objects.update(delivered_at=F("delivered_at") - timedelta(days=400))
    Message.objects.filter(is_read=True).update(read_at=old)
    new = post_message(cast.ben, cast.chat, "new")
    receipts.mark_delivered(cast.ada, chat_id=cast.chat.pk)
    marks = Chat.objects.values_list("doctor_read_up_to", "doctor_delivered_up_to", "doctor_delivered_at").get()
    before = receipt_of(cast.ben, new)
    assert pruning.prune()["deliveries"] == 3
    assert pruning.prune()["deliveries"] == 0
    for message in read:
        assert receipt_of(cast.ben, message)["delivered_at"] == receipt_of(cast.ben, message)["read_at"] is not None
    for message in unread:
        times = receipt_of(cast.ben, message)
        assert (parse_datetime(times["delivered_at"]) < old + timedelta(days=1), times["read_at"]) == (True, None)
    assert receipt_of(cast.ben, new) == before
    assert Chat.objects.values_list("doctor_read_up_to", "doctor_delivered_up_to", "doctor_delivered_at").get() == marks
    # It is read at last: its step goes with the next turn.
    reading.mark_read(cast.ada, chat_id=cast.chat.pk)
    assert pruning.prune()["deliveries"] == 3
    times = receipt_of(cast.ben, unread[0])
    assert times["delivered_at"] <= times["read_at"]
    # Another program marked it as read without a time.
    Message.objects.filter(pk=read[0].pk).update(read_at=None)
    Delivery.objects.all().delete()
    assert receipt_of(cast.ben, read[0])["delivered_at"]


def test_a_message_is_read_up_to_by_its_own_address(cast, messages, published):
    assert read_to(cast.ada, messages[1]).json()["updated_count"] == 2
    assert read_to(cast.ada, messages[0]).json()["updated_count"] == 0
    assert Message.objects.filter(is_read=True).count() == 2
    with published() as frames:
        for outsider in (cast.cora, cast.dan, cast.admin):
            refused(read_to(outsider, messages[2]), 403, "not_a_participant")
            refused(delivered(outsider, cast.chat), 403, "not_a_participant")
            refused(api_client(outsider).get(f"/api/chat/message/{messages[2].pk}"), 403, "not_a_participant")
        messages[2].pk = 9_999_999
        refused(read_to(cast.ada, messages[2]), 404, "message_not_found")
    assert frames.events == []


def test_a_closed_account_does_not_stop_reading(cast, messages):
    type(cast.ben).objects.filter(pk=cast.ben.pk).update(is_active=False)
    assert read_to(cast.ada, messages[0]).status_code == 200
    assert delivered(cast.ada, cast.chat).status_code == 200
    assert api_client(cast.ada).put(f"/api/chat/chats/{cast.chat.pk}/unread").status_code == 200


class TestMarkUnread:
    def mark(self, user, chat):
        return api_client(user).put(f"/api/chat/chats/{chat.pk}/unread")

    def row(self, user):
        [row] = api_client(user).get("/api/chat/chats").json()["chats"]
        return row

    def test_it_puts_the_badge_back_for_oneself_alone(self, cast, messages, published):
        reading.mark_read(cast.ada, chat_id=cast.chat.pk)
        seq, theirs = seq_of(cast.chat), self.row(cast.ben)
        before = Chat.objects.get().updated_at
        with published() as frames:
            answer = self.mark(cast.ada, cast.chat)
        assert (answer.status_code, answer.json()["unread_count"]) == (200, 1)
        badge = {"type": "chat.badge", "chat_id": cast.chat.pk, "unread_count": 1, "marked_unread": True}
        assert (frames(cast.ada), frames(cast.ben)) == ([badge], [])
        assert (self.row(cast.ada)["unread_count"], self.row(cast.ada)["marked_unread"]) == (1, True)
        assert (self.row(cast.ben), seq_of(cast.chat), Chat.objects.get().updated_at) == (theirs, seq, before)
        assert receipt_of(cast.ben, messages[-1])["read_at"]

    def test_a_repeat_publishes_nothing(self, cast, messages, published):
        self.mark(cast.ada, cast.chat)
        with published() as frames:
            assert self.mark(cast.ada, cast.chat).json()["unread_count"] == 4
        assert frames.events == []

    def test_a_late_receipt_of_an_older_message_keeps_the_mark(self, cast, messages, published):
        reading.mark_read(cast.ada, chat_id=cast.chat.pk)
        self.mark(cast.ada, cast.chat)
        with published() as frames:
            reading.mark_read(cast.ada, chat_id=cast.chat.pk, up_to=messages[0].pk)
        assert (frames.events, self.row(cast.ada)["marked_unread"]) == ([], True)

    def test_reading_takes_it_away(self, cast, messages, published):
        reading.mark_read(cast.ada, chat_id=cast.chat.pk)
        seq = seq_of(cast.chat)
        self.mark(cast.ada, cast.chat)
        with published() as frames:
            reading.mark_read(cast.ada, chat_id=cast.chat.pk)
        # Nothing was unread: only her own devices receive a frame.
        badge = {"type": "chat.badge", "chat_id": cast.chat.pk, "unread_count": 0, "marked_unread": False}
        assert (frames(cast.ada), frames(cast.ben), seq_of(cast.chat)) == ([badge], [], seq)
        self.mark(cast.ada, cast.chat)
        post_message(cast.ben, cast.chat)
        assert self.row(cast.ada)["unread_count"] == 1
        with published() as frames:
            reading.mark_read(cast.ada, chat_id=cast.chat.pk)
        assert [frame["type"] for frame in frames(cast.ada)] == ["chat.read"]
        assert (self.row(cast.ada)["unread_count"], self.row(cast.ada)["marked_unread"]) == (0, False)

    def test_it_counts_for_one_on_the_badge_of_all(self, cast, messages):
        from chat.services.chats import list_chats, total_unread

        reading.mark_read(cast.ada, chat_id=cast.chat.pk)
        assert total_unread(cast.ada) == 0
        self.mark(cast.ada, cast.chat)
        assert total_unread(cast.ada) == 1
        assert [listed.chat.pk for listed in list_chats(cast.ada, only="unread").chats] == [cast.chat.pk]
        assert total_unread(cast.ben) == 0

    def test_outsiders_may_not(self, cast, published):
        with published() as frames:
            for outsider in (cast.cora, cast.dan, cast.admin):
                refused(self.mark(outsider, cast.chat), 403, "not_a_participant")
            cast.chat.pk = 9_999_999
            refused(self.mark(cast.ada, cast.chat), 404, "chat_not_found")
        assert frames.events == []
