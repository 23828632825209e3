"""Nobody finds anything of other people's conversations."""

import pytest

from accounts.models import User
from chat.models import Chat
from chat.tests.search.conftest import SEARCH, ids_of, post_texts
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db


def test_everybody_finds_their_own(cast, search):
    other = Chat.objects.create(doctor=cast.dan, patient=cast.cora)
    [ours], [theirs] = post_texts(cast.ben, cast.chat, "fièvre"), post_texts(cast.cora, other, "fièvre aussi")
    for person, found in ((cast.ada, ours), (cast.ben, ours), (cast.dan, theirs), (cast.cora, theirs)):
        assert ids_of(search(person, "fievre")) == [found]


def test_a_strangers_conversation_is_refused_as_everywhere(cast):
    post_texts(cast.ben, cast.chat, "fièvre")
    for person in (cast.cora, cast.dan):
        answer = api_client(person).post(SEARCH, {"q": "fievre", "chat_id": cast.chat.pk}, format="json")
        assert (answer.status_code, answer.json()["error"]) == (403, "not_a_participant")
        assert api_client(person).post(SEARCH, {"q": "fievre"}, format="json").json()["results"] == []
    answer = api_client(cast.ben).post(SEARCH, {"q": "fievre", "chat_id": cast.chat.pk + 99}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (404, "chat_not_found")


def test_only_doctors_and_patients_search(cast):
    post_texts(cast.ben, cast.chat, "fièvre")
    answer = api_client(cast.admin).post(SEARCH, {"q": "fievre"}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (403, "not_a_participant")
    assert api_client(cast.ben).__class__().post(SEARCH, {"q": "fievre"}, format="json").status_code == 401


def test_who_changed_sides_finds_nothing_more(cast, search):
    post_texts(cast.ben, cast.chat, "fièvre")
    User.objects.filter(pk=cast.ada.pk).update(role="patient")
    assert search(User.objects.get(pk=cast.ada.pk), "fievre")["results"] == []


def test_a_conversation_that_has_ended_can_be_searched(cast, search):
    [pk] = post_texts(cast.ben, cast.chat, "fièvre")
    User.objects.filter(pk=cast.ben.pk).update(is_active=False)
    assert ids_of(search(cast.ada, "fievre")) == [pk]
