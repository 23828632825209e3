"""Concurrent changes, from two devices or during a burst of messages: threads, real commits."""

import pytest

from chat.limits import MAX_PINS
from chat.models import Chat, Message, Pin, Reaction, Revision, SavedDraft
from chat.publication import Delivered, MessagesChanged, MessagesPosted
from chat.services import corrections, drafts, pins, reactions, receipts
from chat.services.consistency import find_wrong_chats
from chat.tests.talk import post_message, publications, seq_of
from chat.tests.test_races import at_once
from chatsite.database import locking
from chatsite.http.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def changes(monkeypatch):
    """The numbers of the changes that were published."""
    with publications(monkeypatch) as seen:
        yield lambda: [seq for published in seen for seq in numbers(published)]


def numbers(published):
    match published:
        case MessagesPosted(messages) | MessagesChanged(messages):
            return [one.message.seq for one in messages]
        case Delivered():
            return [published.seq]
    return []


def outcome(function):
    try:
        return function()
    except Refusal as refusal:
        return refusal.code


def test_two_devices_correct_at_once(cast, changes):
    message = post_message(cast.ben, cast.chat, "0")
    texts = [f"{n}" for n in range(1, 9)]
    at_once([lambda t=text: corrections.correct(cast.ben, message_id=message.pk, text=t) for text in texts])
    last = Message.objects.get()
    revisions = list(Revision.objects.values_list("message_text", flat=True))
    assert revisions[0] == "0"
    assert sorted([*revisions, last.message_text]) == ["0", *texts]
    assert (sorted(changes()), last.seq, seq_of(cast.chat)) == (list(range(1, 10)), 9, 9)


def test_one_reaction_and_one_retraction_however_often_they_come(cast, changes):
    message = post_message(cast.ben, cast.chat)
    at_once([lambda: reactions.react(cast.ada, message_id=message.pk, emoji="👍")] * 8)
    assert (Reaction.objects.count(), changes()) == (1, [1, 2])
    at_once([lambda: corrections.retract(cast.ben, message_id=message.pk)] * 8)
    assert (Revision.objects.count(), changes()) == (1, [1, 2, 3])


def test_twenty_pins_are_twenty_also_at_once(cast):
    messages = [post_message(cast.ben, cast.chat, f"{n}") for n in range(26)]
    for message in messages[:18]:
        pins.pin(cast.ada, message_id=message.pk)
    people = (cast.ada, cast.ben)
    outcomes = at_once(
        [
            lambda n=n, m=m: outcome(lambda: pins.pin(people[n % 2], message_id=m.pk))
            for n, m in enumerate(messages[18:])
        ]
    )
    assert outcomes.count("too_many_pins") == 6
    assert Pin.objects.count() == MAX_PINS


def test_a_draft_and_its_send_at_once_leave_no_draft(cast):
    key = "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b"
    save = lambda n: drafts.save(cast.ben, chat_id=cast.chat.pk, text=f"{n}", client_id=key)  # noqa: E731
    send = lambda: post_message(cast.ben, cast.chat, "sent", client_id=key)  # noqa: E731
    at_once([*[lambda n=n: save(n) for n in range(6)], send])
    assert (SavedDraft.objects.count(), Message.objects.count()) == (0, 1)
    assert not Chat.objects.get().patient_has_draft


def test_changes_amid_a_burst_lose_and_double_nothing(cast, changes, monkeypatch):
    # On SQLite one of many writers may wait for long, the longer the slower the machine.
    monkeypatch.setattr(locking, "PATIENCE_SECONDS", 120)
    messages = [post_message(cast.ben, cast.chat, f"{n}") for n in range(6)]
    people = (cast.ada, cast.ben)

    def device(number):
        user = people[number % 2]
        for turn in range(4):
            source = messages[(number + turn) % 6].pk
            post_message(user, cast.chat, "re", reply_to=source)
            outcome(lambda s=source: reactions.react(user, message_id=s, emoji="🙏"))
            outcome(lambda s=source: pins.pin(user, message_id=s))
            outcome(lambda s=source, t=turn: corrections.correct(cast.ben, message_id=s, text=f"{number} {t}"))
            receipts.mark_delivered(user, chat_id=cast.chat.pk)
            drafts.save(user, chat_id=cast.chat.pk, text=f"{number} {turn}")

    at_once([lambda n=n: device(n) for n in range(4)])
    assert sorted(changes()) == list(range(1, seq_of(cast.chat) + 1))
    assert Message.objects.count() == 22
    assert list(find_wrong_chats()) == []
    seqs = list(Message.objects.values_list("seq", flat=True))
    assert len(seqs) == len(set(seqs))
