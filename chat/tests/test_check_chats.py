"""`manage.py check_chats`: by itself it looks at what may have changed, with --all at everything."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from chat.models import Chat, ChatCheck, Message
from chat.services import checks
from chat.services.consistency import find_wrong_chats
from chat.tests.talk import post_message
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)


def run(*args):
    out = io.StringIO()
    call_command("check_chats", *args, stdout=out)
    return out.getvalue().strip()


def pass_hours(hours=2):
    """Let the earlier checks be so much older, and the chats be changed long ago."""
    for check in ChatCheck.objects.all():
        check.began_at -= timedelta(hours=hours)
        check.save()
    Chat.objects.update(updated_at=LONG_AGO)


def insert(chat, sender, **more):
    """As another program does: the documented columns, and no chat is touched."""
    columns = {"chat_id": chat.pk, "sender_id": sender.pk, "sender_role": sender.role, "message_text": "x"}
    columns |= {"created_at": "2019-01-01 10:00:00"} | more
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO messages ({names}) VALUES ({places})", list(columns.values()))


@pytest.fixture
def other(cast):
    return Chat.objects.create(doctor=cast.dan, patient=cast.cora)


@pytest.fixture
def checked(cast, other):
    """Two chats with a message each, compared four and two hours ago."""
    post_message(cast.ben, cast.chat)
    post_message(cast.cora, other)
    for _ in range(2):
        assert run() == "Every chat agrees with its messages."
        pass_hours()


def test_without_an_earlier_check_it_is_everything(cast, checked):
    assert run() == "Each of 0 chats that changed agrees with its messages."
    assert run("--all") == "Every chat agrees with its messages."
    done = list(ChatCheck.objects.order_by("pk").values_list("is_whole", "compared"))
    assert done == [(True, 2), (True, 2), (False, 0), (True, 2)]


def test_a_foreign_row_with_an_old_time_and_a_new_id_is_found(cast, checked):
    insert(cast.chat, cast.ben)
    with pytest.raises(CommandError, match="1 chats differ"):
        run()
    # It is found until it is repaired, however often one looks.
    pass_hours()
    with pytest.raises(CommandError, match="1 chats differ"):
        run()
    assert run("--repair") == "1 chats repaired."
    [row] = api_client(cast.ada).get("/api/chat/chats").json()["chats"]
    assert (row["message_count"], row["unread_count"], row["seq"]) == (2, 2, 2)
    assert run("--all") == "Every chat agrees with its messages."


def test_what_was_inserted_before_but_committed_after_a_check_is_found(cast, checked):
    """Its id is below the highest that the last check saw, a night ago; an earlier check had seen less."""
    pk = Message.objects.latest("pk").pk
    insert(cast.chat, cast.ben, message_id=pk + 10)
    run("--repair")
    pass_hours(24)
    insert(cast.chat, cast.ben, message_id=pk + 5)
    assert run("--repair") == "1 chats repaired."


def test_a_chat_that_changed_without_a_message_is_compared(cast, other, checked):
    Chat.objects.filter(pk=other.pk).update(doctor_unread=7, updated_at=LONG_AGO)
    assert run() == "Each of 0 chats that changed agrees with its messages."
    Chat.objects.filter(pk=other.pk).update(updated_at=timezone.now())
    with pytest.raises(CommandError, match="1 chats differ"):
        run()


def test_it_is_right_while_people_write(cast, checked, monkeypatch):
    """The chat was read before it, and its messages after it."""
    batches = checks.Scope.batches

    def write_meanwhile(scope):
        for chats in batches(scope):
            post_message(cast.ada, cast.chat)
            yield chats

    monkeypatch.setattr(checks.Scope, "batches", write_meanwhile)
    assert list(find_wrong_chats()) == []


@pytest.mark.parametrize("everything", [True, False])
def test_batches_have_each_chat_once(cast, other, monkeypatch, everything):
    for _ in range(2):
        run()
        pass_hours()
    monkeypatch.setattr(checks, "BATCH", 2)
    third = Chat.objects.create(doctor=cast.ada, patient=cast.cora)
    for chat, person in ((third, cast.ada), (cast.chat, cast.ada), (other, cast.dan)):
        post_message(person, chat)
    scope = checks.all_chats() if everything else checks.changed_chats()
    assert [[chat.pk for chat in batch] for batch in scope.batches()] == [[cast.chat.pk, other.pk], [third.pk]]
    assert (scope.compared, scope.since is None) == (3, everything)
