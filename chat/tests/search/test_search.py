"""POST /api/chat/search: what is found, how it pages, what is refused."""

import math

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.dateparse import parse_datetime

from accounts.models import User
from chat.models import Chat, Message, SearchPart
from chat.search import index, versions
from chat.tests.search.conftest import SEARCH, ids_of, marked, post_texts
from chatsite.testing import api_client
from practice import services as practice

pytestmark = pytest.mark.django_db


def test_it_answers_as_documented(cast, search):
    [pk] = post_texts(cast.ben, cast.chat, "J’ai de la fièvre depuis hier")
    body = search(cast.ada, "fievre hier")
    assert (body["success"], body["message"], body["has_more"]) == (True, "Messages found", False)
    [result] = body["results"]
    assert (result["chat_id"], result["other_name"]) == (cast.chat.pk, "Ben Durand")
    assert result["message_data"]["message_id"] == pk
    assert result["passage"] == {"text": "J’ai de la fièvre depuis hier", "marks": [[11, 17], [25, 29]]}
    assert result["file_names"] == []
    message = api_client(cast.ada).get(f"/api/chat/messages/{cast.chat.pk}?newest=1").json()["messages"][0]
    assert result["message_data"] == message
    assert search(cast.ada, "rien")["message"] == "No message found"


def test_it_finds_what_was_posted_a_moment_ago_again_and_again(cast, search):
    for number in range(3):
        post_texts(cast.ada, cast.chat, f"amoxicilline {number}")
        assert len(search(cast.ben, "amoxi")["results"]) == number + 1


def test_all_words_must_be_in_one_message(cast, search):
    post_texts(cast.ben, cast.chat, "fièvre", "toux")
    [both] = post_texts(cast.ben, cast.chat, "toux et fièvre")
    assert ids_of(search(cast.ada, "fièvre toux")) == [both]


@pytest.mark.parametrize(
    "q",
    [
        '"fièvre"', "fièvre%", "(fièvre)", "\\fièvre",
        "+fièvre -toux", "fiè* AND", "'; DROP TABLE x; --", "fiè_re", "#image",
    ],
)  # fmt: skip
def test_operators_are_inert(cast, search, q):
    plain = post_texts(cast.ben, cast.chat, "fièvre sans rien")
    with_words = post_texts(cast.ben, cast.chat, "fièvre toux; and drop table x; fiè re image")
    found = ids_of(search(cast.ben, q))
    both = q in ('"fièvre"', "fièvre%", "(fièvre)", "\\fièvre")
    assert found == ((plain + with_words)[::-1] if both else with_words)


def test_signs_alone_find_nothing(cast, search):
    post_texts(cast.ben, cast.chat, "?! 🙏🙏")
    assert search(cast.ben, "?!")["results"] == search(cast.ben, "🙏🙏")["results"] == []


def test_the_passage_is_around_the_first_word(cast, search):
    post_texts(cast.ben, cast.chat, "avant " * 100 + "la\nfièvre monte " + "après " * 100)
    [result] = search(cast.ada, "fievre monte")["results"]
    text = result["passage"]["text"]
    assert text[0] == text[-1] == "…"
    assert len(text) <= 162
    assert "avant la fièvre monte après" in text
    assert marked(result["passage"]) == ["fièvre", "monte"]


def test_a_long_word_is_found_by_all_of_it(cast, search):
    post_texts(cast.ben, cast.chat, "a" * 40 + "b", "a" * 40 + "c")
    assert len(search(cast.ada, "a" * 32)["results"]) == 2
    [result] = search(cast.ada, "a" * 40 + "B")["results"]
    assert marked(result["passage"]) == ["a" * 40 + "b"]


def test_it_pages_without_gaps_or_doubles_over_many_chats(cast, search, monkeypatch):
    monkeypatch.setattr(index, "PART", 7)
    chats = [cast.chat]
    for number in range(3):
        patient = User.objects.create_user(f"p{number}@example.org", None, "patient")
        chats.append(Chat.objects.create(doctor=cast.ada, patient=patient))
    expected = []
    for number in range(60):
        [pk] = post_texts(cast.ada, chats[number * number % 4], f"mot {number}" + " rare" * (number % 3 == 0))
        expected.append(pk)
        if number % 11 == 0:
            search(cast.ada, "mot")
    for q, wanted in (("mot", expected), ("rare mot", expected[::3])):
        paged, more = [], {}
        while True:
            body = search(cast.ada, q, limit=7, **more)
            paged += ids_of(body)
            if not body["has_more"]:
                break
            more = {"before": paged[-1]}
        assert paged == wanted[::-1]
    first = list(Message.objects.filter(chat=cast.chat).order_by("-pk").values_list("pk", flat=True))
    assert ids_of(search(cast.ada, "mot", chat_id=cast.chat.pk)) == first


def test_an_index_of_chunks_is_as_good_as_one(cast, search, monkeypatch):
    monkeypatch.setattr("chat.search.find._FEW", 1)
    monkeypatch.setattr(index, "PART", 2)
    ids = post_texts(cast.ben, cast.chat, *(f"mot {number}" for number in range(9)))
    assert ids_of(search(cast.ada, "mot")) == ids[::-1]
    assert SearchPart.objects.filter(message_count__gt=0).count() == 5


def test_days_are_those_of_the_person(cast, search):
    early, late = post_texts(cast.ben, cast.chat, "mot du soir", "mot de la nuit")
    Message.objects.filter(pk=early).update(created_at=parse_datetime("2026-03-09T22:30:00Z"))
    Message.objects.filter(pk=late).update(created_at=parse_datetime("2026-03-09T23:30:00Z"))
    User.objects.filter(pk=cast.ada.pk).update(time_zone="Europe/Paris")
    User.objects.filter(pk=cast.ben.pk).update(time_zone="America/Montreal")
    day = {"from": "2026-03-09", "to": "2026-03-09"}
    assert ids_of(search(cast.ada, "mot", **day)) == [early]
    assert ids_of(search(cast.ada, "mot", **{"from": "2026-03-10"})) == [late]
    assert ids_of(search(cast.ben, "mot", **day)) == [late, early]
    assert ids_of(search(cast.ben, "mot", to="2026-03-08")) == []
    Message.objects.filter(pk=late).update(created_at=None)
    assert ids_of(search(cast.ben, "mot")) == [late, early]
    assert ids_of(search(cast.ben, "mot", **day)) == [early]


@pytest.mark.parametrize(
    "more",
    [
        {}, {"q": None}, {"q": 12}, {"q": ["ab"]}, {"q": "ab", "chat_id": 0}, {"q": "ab", "before": "x"},
        {"q": "ab", "limit": 0}, {"q": "ab", "type": "video"}, {"q": "ab", "type": []}, {"q": "ab", "from": "hier"},
        {"q": "ab", "from": "20260301"}, {"q": "ab", "from": "2026-W01-1"}, {"q": "ab", "to": "２０２６-03-01"},
        {"q": "ab", "to": "2026-03-1"}, {"q": "ab", "to": "2026-03-01\n"}, {"q": "ab", "to": "2026-03-01T10:00:00Z"},
        {"q": "ab", "to": "2026-02-30"}, {"q": "ab", "to": "0001-01-01"},
    ],
)  # fmt: skip
def test_it_refuses_what_it_cannot_read(cast, more):
    answer = api_client(cast.ben).post(SEARCH, more, format="json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")


def test_it_refuses_a_first_day_after_the_last(cast, search):
    days = {"from": "2026-03-10", "to": "2026-03-09"}
    answer = api_client(cast.ben).post(SEARCH, {"q": "mot", **days}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")
    assert answer.json()["message"] == "from must not be later than to."
    assert search(cast.ben, "mot", **days | {"to": "2026-03-10"})["results"] == []


def test_it_refuses_too_short_and_too_long(cast, search):
    for q, code in (("", "query_too_short"), (" a ", "query_too_short"), ("a" * 201, "query_too_long")):
        answer = api_client(cast.ben).post(SEARCH, {"q": q}, format="json")
        assert (answer.status_code, answer.json()["error"]) == (400, code)
    assert search(cast.ben, "a" * 200)["results"] == search(cast.ben, " ab ")["results"] == []


def test_only_a_post_is_answered(cast):
    assert api_client(cast.ben).get(f"{SEARCH}?q=mot").status_code == 405


def test_queries_do_not_grow_with_what_is_found(cast):
    """Two more for each doubling from 32 parts on, that is from 32 chats or 16,000 messages of one."""
    for known in (versions._recent, practice._recent):
        known.keep(known.now(), seconds=math.inf)
    client = api_client(cast.ada)

    def count(**more):
        client.post(SEARCH, {"q": "mot", **more}, format="json")
        with CaptureQueriesContext(connection) as queries:
            assert client.post(SEARCH, {"q": "mot", **more}, format="json").json()["results"]
        return len(queries)

    [_, last] = post_texts(cast.ben, cast.chat, "mot un", "mot deux")
    Message.objects.update(created_at=parse_datetime("2026-03-09T10:00:00Z"))
    here, then = {"chat_id": cast.chat.pk}, {"from": "2026-03-09", "to": "2026-03-09"}
    asked = [{}, here, then, then | here, {"to": "2026-03-09"}, {"before": last}, then | {"before": last}]
    asked += [{"type": "text"}, {"type": "text"} | then | here]
    few = [count(**more) for more in asked]
    # Later messages of another kind: several pages of results that do not match.
    later = post_texts(cast.ben, cast.chat, *["mot"] * 160)
    Message.objects.filter(pk__in=later).update(message_type="image")
    for number in range(29):
        patient = User.objects.create_user(f"p{number}@example.org", None, "patient")
        post_texts(patient, Chat.objects.create(doctor=cast.ada, patient=patient), "mot")
    assert [count(**more) for more in asked] == few
    assert few == [6, 7, 8, 9, 8, 8, 8, 7, 10]
