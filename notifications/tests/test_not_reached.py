"""The rows of the list that say who was not reached, and what was not seen yet."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import User
from chat.models import Chat
from chat.services import chats as service
from chat.services.reading import mark_read
from chat.tests.talk import post_message
from chatsite.testing import api_client, page_client
from notifications.models import Notice
from notifications.tests.conftest import START
from practice import services as practice
from practice.models import Practice

pytestmark = pytest.mark.django_db
SINCE = "2026-12-03T08:00:00Z"


def decide(**settings):
    Practice.objects.update_or_create(pk=Practice.ONE, defaults=settings)
    practice.forget()


@pytest.fixture(autouse=True)
def _then(cast, clock, monkeypatch):
    """The lists are read at the time of the test's clock, and the chat is as old as that."""
    for module in ("services.unseen", "pages.words"):
        monkeypatch.setattr(f"chat.{module}.now", clock.read)
    Chat.objects.update(created_at=START)


@pytest.fixture
def no_mails(monkeypatch):
    """A mail server that takes nothing."""

    def refuse(self, messages):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)


def row_of(user, chat):
    """What the list of this person says of the chat: not reached since, not seen since."""
    [row] = [row for row in api_client(user).get("/api/chat/chats").json()["chats"] if row["chat_id"] == chat.pk]
    return row["not_reached_since"], row["not_seen_since"]


def tags(user, chat):
    page = page_client(user).get(f"/chat/{chat.pk}/row").content.decode()
    return page.partition("conversation__tag--unseen")[2].partition("</svg><span>")[2].partition("<")[0]


def test_a_doctor_sees_who_was_not_reached_for_three_days(cast, clock, told, no_mails):
    post_message(cast.ada, cast.chat)
    told(3 * 24 * 60 - 1, every=3 * 24 * 60 - 1)
    assert (row_of(cast.ada, cast.chat), tags(cast.ada, cast.chat)) == ((None, None), "")
    clock(minutes=1)
    assert (row_of(cast.ada, cast.chat), tags(cast.ada, cast.chat)) == ((SINCE, None), "Not reached for 3 days")
    clock(days=2)
    assert tags(cast.ada, cast.chat) == "Not reached for 5 days"
    # The patient sees nothing of it, nor does a patient whose doctor has not read for days.
    post_message(cast.ben, cast.chat)
    clock(days=9)
    assert (row_of(cast.ben, cast.chat), tags(cast.ben, cast.chat)) == ((None, None), "")
    mark_read(cast.ben, chat_id=cast.chat.pk)
    assert row_of(cast.ada, cast.chat) == (None, None)


def test_who_was_told_was_reached(cast, clock, told):
    post_message(cast.ada, cast.chat)
    told(6)
    assert len(mail.outbox) == 1
    clock(days=9)
    assert row_of(cast.ada, cast.chat) == (None, None)


@pytest.mark.parametrize(
    ("notice", "is_reached"),
    [
        ({"channel": "web"}, True),
        ({"channel": "web", "subject": "chat:0"}, False),
        ({"channel": "mail", "subject": "chat:0"}, True),
        ({"channel": "mail", "subject": "reset"}, False),
        ({"channel": "web", "state": Notice.State.FAILED}, False),
        ({"channel": "web", "state": Notice.State.WAITING}, False),
        ({"channel": "web", "done_at": START - timedelta(minutes=1)}, False),
    ],
)
def test_which_notice_reaches(cast, clock, notice, is_reached):
    post_message(cast.ada, cast.chat)
    usual = {"subject": f"chat:{cast.chat.pk}", "state": Notice.State.SENT, "done_at": START + timedelta(hours=1)}
    Notice.objects.create(user=cast.ben, up_to=1, **(usual | notice))
    Notice.objects.create(user=cast.cora, up_to=1, **(usual | {"channel": "mail"}))
    clock(days=4)
    assert row_of(cast.ada, cast.chat) == (None if is_reached else SINCE, None)


@pytest.mark.parametrize(("hours", "not_seen"), [(0, None), (2, SINCE)])
def test_whoever_has_read_a_part_is_within_reach(cast, clock, hours, not_seen):
    decide(not_seen_hours=hours)
    first = post_message(cast.ada, cast.chat)
    post_message(cast.ada, cast.chat)
    clock(days=4)
    assert row_of(cast.ada, cast.chat) == (SINCE, not_seen)
    mark_read(cast.ben, chat_id=cast.chat.pk, up_to=first.pk)
    assert row_of(cast.ada, cast.chat) == (None, not_seen)
    clock(days=4)
    assert row_of(cast.ada, cast.chat) == (SINCE, not_seen)


@pytest.mark.parametrize(("days", "after", "is_shown"), [(1, 1, True), (7, 6, False), (7, 7, True), (0, 99, False)])
def test_the_practice_chooses_the_days(cast, clock, days, after, is_shown):
    decide(not_reached_days=days)
    post_message(cast.ada, cast.chat)
    clock(days=after)
    assert row_of(cast.ada, cast.chat) == (SINCE if is_shown else None, None)


def test_of_a_closed_account_only_that_is_said(cast, clock):
    post_message(cast.ada, cast.chat)
    User.objects.filter(pk=cast.ben.pk).update(is_active=False)
    clock(days=4)
    assert (row_of(cast.ada, cast.chat), tags(cast.ada, cast.chat)) == ((None, None), "")


def test_without_the_hook_nobody_is_marked(cast, clock, settings):
    settings.CHAT_TOLD = ""
    post_message(cast.ada, cast.chat)
    clock(days=4)
    assert row_of(cast.ada, cast.chat) == (None, None)


def test_both_sides_see_what_was_not_seen_if_the_practice_wants(cast, clock, told):
    post_message(cast.ada, cast.chat)
    post_message(cast.ben, cast.chat)
    clock(hours=2)
    assert row_of(cast.ada, cast.chat) == row_of(cast.ben, cast.chat) == (None, None)
    decide(not_seen_hours=3)
    assert row_of(cast.ada, cast.chat) == row_of(cast.ben, cast.chat) == (None, None)
    clock(hours=1)
    for person in (cast.ada, cast.ben):
        assert (row_of(person, cast.chat), tags(person, cast.chat)) == ((None, SINCE), "Not seen yet")
    clock(days=4)
    # That nobody was reached says more.
    assert row_of(cast.ada, cast.chat) == (SINCE, SINCE)
    assert tags(cast.ada, cast.chat) == "Not reached for 4 days"
    mark_read(cast.ada, chat_id=cast.chat.pk)
    assert row_of(cast.ben, cast.chat) == (None, None)


def test_a_list_costs_a_doctor_one_query_more_and_a_patient_none(cast, clock, django_assert_num_queries):
    people = [User.objects.create_user(f"p{number}@example.org", None, "patient") for number in range(20)]
    mine = [Chat.objects.create(doctor=cast.ada, patient=person, created_at=START) for person in people]
    for chat in mine:
        post_message(cast.ada, chat)
        post_message(chat.patient, chat)

    def cost(user, queries):
        with django_assert_num_queries(queries):
            return [row.unseen.not_reached_since for row in service.list_chats(user).chats]

    practice.current()
    # Nothing can be unread for three days yet.
    assert not any(cost(cast.ada, 1))
    clock(days=4)
    assert sum(map(bool, cost(cast.ada, 2))) == 20
    for user in (people[0], cast.ben):
        cost(user, 1)
