"""How long a sign-in lasts: by its use, by its age, and on a shared computer."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import SignIn
from accounts.services import sign_ins, tokens
from accounts.services.expiry import EndExpired
from chatsite.testing import PASSWORD, page_client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("is_shared", "began", "seen", "lasts"),
    [
        (False, {"days": 179}, {"days": 29}, True),
        (False, {"days": 181}, {}, False),
        (False, {"days": 40}, {"days": 31}, False),
        (True, {"hours": 11}, {}, True),
        (True, {"hours": 13}, {}, False),
    ],
)
def test_it_ends_at_every_door_at_the_same_moment(cast, is_shared, began, seen, lasts):
    row = sign_ins.start(cast.ben, kind="api", is_shared=is_shared)
    access = tokens.issue(row)["access"]
    now = timezone.now()
    mine = SignIn.objects.filter(pk=row.pk)
    mine.update(counts_from=now - timedelta(**began), last_seen_at=now - timedelta(**seen))
    assert bool(sign_ins.devices_of(cast.ben, current=None)) is lasts
    assert bool(sign_ins.still_valid([row.pk])) is lasts
    assert EndExpired(SignIn, "last_seen_at", timedelta(0)).due() == ([] if lasts else [row.pk])
    answer = Client().get("/api/auth/me", headers={"authorization": f"Bearer {access}"})
    assert answer.status_code == (200 if lasts else 401)
    assert mine.filter(ended_at=None).exists() is lasts


def test_one_that_an_older_release_inserts_counts_from_then(cast):
    row = sign_ins.start(cast.ben, kind="api")
    names = [field.column for field in SignIn._meta.concrete_fields if field.name not in ("id", "counts_from")]
    SignIn.objects.filter(pk=row.pk).update(public_id=None, counts_from=timezone.now() - timedelta(days=900))
    with connection.cursor() as cursor:
        listed = ", ".join(names)
        cursor.execute(f"INSERT INTO sign_ins ({listed}) SELECT {listed} FROM sign_ins WHERE id = {row.pk}")
    copy = SignIn.objects.exclude(pk=row.pk).get()
    assert abs(timezone.now() - copy.counts_from) < timedelta(minutes=1)


def test_a_shared_computer_forgets_the_session_with_the_browser(cast):
    client = Client()
    form = {"login": cast.ben.email, "password": PASSWORD}
    for asked, age in (({"is_shared": "on"}, ""), ({}, settings.SESSION_COOKIE_AGE)):
        client.post("/accounts/login/", form | asked)
        assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == age
        assert SignIn.objects.latest("pk").is_shared is bool(asked)
        client.post("/accounts/logout/")


def test_a_session_in_use_is_renewed_once_a_day(cast):
    client = page_client(cast.ben)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    cookie["max-age"] = ""
    client.get("/accounts/profile")
    assert cookie["max-age"] == ""
    session = client.session
    session[sign_ins.RENEWED_KEY] -= 25 * 3600
    session.save()
    client.get("/accounts/profile")
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE


def test_the_profile_lists_when_and_until_when(cast):
    client = page_client(cast.ben)
    SignIn.objects.update(created_at="2026-03-04T05:06:07Z", is_shared=True)
    page = client.get("/accounts/profile").content.decode()
    assert "shared computer" in page
    assert "2026-03-04T06:06:07+01:00" in page
