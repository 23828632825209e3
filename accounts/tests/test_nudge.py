"""The quiet line of those who will need a second factor: where it is, until when, and for how long it hides."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import SignIn, User
from chatsite.testing import page_client
from practice import services as practice
from practice.models import Practice

pytestmark = pytest.mark.django_db
PLACES = {"ada": "/professional/chat", "admin": "/admin/"}


def demand(*, days_ago, demands=True):
    decided = {"demands_second_factor": demands, "second_factor_since": timezone.now() - timedelta(days=days_ago)}
    Practice.objects.update_or_create(pk=Practice.ONE, defaults=decided)
    practice.forget()
    User.objects.update(date_joined=timezone.now() - timedelta(days=99))


def page_of(client, name):
    return client.get(PLACES[name]).content.decode()


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize(
    ("days_ago", "words"), [(0, "within 14 days"), (12.5, "within 2 days"), (13.5, "within 1 day.")]
)
def test_it_says_how_many_days_are_left(cast, name, days_ago, words):
    demand(days_ago=days_ago)
    assert words in page_of(page_client(getattr(cast, name)), name)


@pytest.mark.parametrize("name", PLACES)
def test_nobody_sees_it_whom_it_does_not_concern(cast, name):
    client = page_client(getattr(cast, name))
    demand(days_ago=1, demands=False)
    assert "nudge" not in page_of(client, name)
    demand(days_ago=1)
    assert "nudge" in page_of(client, name)
    SignIn.objects.update(second_factor="totp")
    assert "nudge" not in page_of(client, name)
    assert "nudge" not in page_client(cast.ben).get("/patient/chat").content.decode()


def test_it_hides_for_a_day_from_the_person_who_hid_it(cast):
    demand(days_ago=1)
    client = page_client(cast.ada)
    answer = client.post("/accounts/second-factor/later/")
    assert answer["Location"] == "/"
    cookie = answer.cookies["second_factor_later"]
    assert (cookie["max-age"], cookie["httponly"]) == (86400, True)
    assert "nudge" not in page_of(client, "ada")
    other = page_client(cast.dan)
    other.cookies["second_factor_later"] = cookie.value
    assert "nudge" in page_of(other, "ada")


def test_it_costs_no_query(cast, django_assert_num_queries):
    client = page_client(cast.ada)
    demand(days_ago=1, demands=False)
    practice.current()
    page_of(client, "ada")
    with CaptureQueriesContext(connection) as without:
        page_of(client, "ada")
    demand(days_ago=1)
    practice.current()
    with django_assert_num_queries(len(without)):
        assert "nudge" in page_of(client, "ada")
