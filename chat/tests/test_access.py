"""Who saw a conversation: the page and GET /api/chat/chats/:id/access."""

from datetime import UTC, datetime

import pytest

from accounts.models import SignIn
from audit import trail
from audit.actions import Action
from audit.chain import store
from audit.entry import Entry
from chat.tests.talk import post_message, refused
from chatsite.testing import api_client, audited, page_client

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def seen(cast):
    """Two days: Ada opened, searched and read again, Ben read from two devices, an admin looked."""
    phone = SignIn.objects.create(user=cast.ben, kind="api", device_name="Ben's phone", credentials_digest="x")
    adas = SignIn.objects.create(user=cast.ada, kind="api", device_name="Ada's phone", credentials_digest="x")
    other = {"actor": cast.ada.pk, "role": "doctor", "sign_in": adas.pk}
    me, chat = {"actor": cast.ben.pk, "role": "patient", "sign_in": phone.pk}, {"chat": cast.chat.pk}
    rows = [
        Entry(Action.SEARCH, at=at(28, 7, 1), **other, **chat),
        Entry(Action.PAGE, at=at(28, 7, 3), **other, **chat),
        Entry(Action.PAGE, at=at(29, 8), **me, **chat),
        Entry(Action.READ, at=at(29, 8, 20), **me, **chat),
        Entry(Action.SINCE, at=at(29, 8, 45), **me, **chat),
        Entry(Action.PAGE, at=at(29, 12), **me, **chat),
        Entry(Action.READ, at=at(29, 23, 30), **other, **chat),  # the 30th in Paris
        Entry(Action.ADMIN_VIEW, at=at(30, 9), actor=cast.admin.pk, role="admin", **chat),
        Entry(Action.REFUSED, at=at(30, 9), actor=cast.cora.pk, role="patient", **chat),
        Entry(Action.PAGE, at=at(30, 9), actor=cast.dan.pk, role="doctor", chat=cast.chat.pk + 1),
        Entry(Action.MAIL, at=at(30, 9), **chat),
    ]
    store(rows)


def accesses(client, chat, **query) -> dict:
    answer = client.get(f"/api/chat/chats/{chat.pk}/access", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_it_is_by_day_and_person(cast, seen):
    days = accesses(api_client(cast.ben), cast.chat)["days"]
    told = [
        (day["date"], [(one["who"], one["person_name"], len(one["accesses"])) for one in day["people"]]) for day in days
    ]
    assert told == [
        ("2026-11-30", [("other", "Dr. Ada Martin", 1), ("staff", "Alix Admin", 1)]),
        ("2026-11-29", [("you", "Ben Durand", 2)]),
        ("2026-11-28", [("other", "Dr. Ada Martin", 2)]),
    ]


def test_of_the_other_person_there_is_no_time_and_no_device(cast, seen):
    for user in (cast.ada, cast.ben):
        for day in accesses(api_client(user), cast.chat)["days"]:
            for one in day["people"]:
                for access in one["accesses"]:
                    if one["who"] == "other":
                        assert (access["at"], access["until"], access["device"]) == (None, None, None)
                    else:
                        assert access["at"].endswith("Z")
                        assert one["who"] == "you" or access["device"] is None


def test_the_order_of_what_the_other_did_tells_no_time(cast, seen):
    *_, first = accesses(api_client(cast.ben), cast.chat)["days"]
    assert [access["kind"] for access in first["people"][0]["accesses"]] == ["messages", "search"]


def test_ones_own_are_joined_where_they_follow_each_other(cast, seen):
    _, day, _ = accesses(api_client(cast.ben), cast.chat)["days"]
    assert day["people"][0]["accesses"] == [
        {
            "kind": "messages",
            "at": "2026-11-29T08:00:00Z",
            "until": "2026-11-29T08:45:00Z",
            "device": "Ben's phone",
        },
        {
            "kind": "messages",
            "at": "2026-11-29T12:00:00Z",
            "until": "2026-11-29T12:00:00Z",
            "device": "Ben's phone",
        },
    ]


def test_earlier_days_follow_by_whole_days(cast, seen, monkeypatch):
    monkeypatch.setattr("chat.services.access.DAYS", 1)
    client, dates, before = api_client(cast.ben), [], {}
    while True:
        page = accesses(client, cast.chat, **before)
        dates += [day["date"] for day in page["days"]]
        if page["next_before"] is None:
            break
        before = {"before": page["next_before"]}
    assert dates == ["2026-11-30", "2026-11-29", "2026-11-28"]


def test_what_was_just_done_is_there(cast):
    post_message(cast.ben, cast.chat)
    api_client(cast.ada).get(f"/api/chat/messages/{cast.chat.pk}?newest=1")
    page_client(cast.admin).get(f"/admin/chat/chat/{cast.chat.pk}/change/")
    audited.write()
    [day] = accesses(api_client(cast.ben), cast.chat)["days"]
    assert [(one["who"], one["accesses"][0]["kind"]) for one in day["people"]] == [
        ("other", "messages"),
        ("staff", "administration"),
    ]


def test_it_asks_as_much_for_two_acts_as_for_many(cast, seen, django_assert_num_queries):
    client = api_client(cast.ben)
    with django_assert_num_queries(7):  # the sign-in, the chat, three of the trail, the people, the devices
        accesses(client, cast.chat)
    reading = Entry(Action.READ, at=at(30, 10), actor=cast.ada.pk, role="doctor", chat=cast.chat.pk)
    store([reading] * 50)
    with django_assert_num_queries(7):
        accesses(client, cast.chat)


def test_it_is_noted_and_not_shown(cast):
    client = api_client(cast.ben)
    audited.queued("action")
    assert accesses(client, cast.chat)["days"] == []
    [entry] = audited.write()
    assert (entry.action, entry.chat) == (Action.ACCESS, cast.chat.pk)
    assert accesses(client, cast.chat)["days"] == []


def test_strangers_see_nothing(cast, seen):
    refused(api_client(cast.cora).get(f"/api/chat/chats/{cast.chat.pk}/access"), 403, "not_a_participant")
    refused(api_client(cast.admin).get(f"/api/chat/chats/{cast.chat.pk}/access"), 403, "not_a_participant")
    assert page_client(cast.cora).get(f"/patient/chat/{cast.chat.pk}/access").status_code == 404
    refused(api_client(cast.ben).get(f"/api/chat/chats/{cast.chat.pk}/access?before=2026-W01-1"), 400, "invalid")


def test_the_page_says_it_in_words(cast, seen):
    browser = page_client(cast.ben)
    page = browser.get(f"/patient/chat/{cast.chat.pk}/access").content.decode().replace("\xa0", " ")
    for words in ("Sunday, November 29", "9:00 AM – 9:45 AM", "Dr. Ada Martin", "Alix Admin", "Administrator"):
        assert words in page
    assert "Ben&#x27;s phone" in page
    assert "Ada&#x27;s phone" not in page
    # Ada's 00:30 and 08:03 in Paris.
    assert "12:30" not in page
    assert "8:0" not in page
    thread = browser.get(f"/patient/chat/{cast.chat.pk}").content.decode()
    assert f'href="/patient/chat/{cast.chat.pk}/access"' in thread


def test_it_works_while_nothing_can_be_noted(cast, monkeypatch):
    monkeypatch.setattr("audit.writer.DEAD_SECONDS", -1)
    trail.record(Action.ACCESS)
    assert page_client(cast.ben).get(f"/patient/chat/{cast.chat.pk}/access").status_code == 200
