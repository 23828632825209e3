"""Telephone numbers: how they may be typed, who edits them, and that no other side sees them."""

import logging

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.phones import as_stored, is_e164
from chat.tests.talk import post_message
from chatsite.testing import api_client, page_client

pytestmark = pytest.mark.django_db
PROFILE = "/accounts/profile"
NUMBER = "+33612345678"
REFUSED = "Write the number with its country code"


def save(person, **changes):
    values = {"first_name": "Ben", "last_name": "Durand", "language": "en", "time_zone": "Europe/Paris"}
    return page_client(person).post(PROFILE, values | changes)


def phone_of(person):
    return User.objects.values_list("phone", flat=True).get(pk=person.pk)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("+33 6 12 34 56 78", NUMBER),
        ("0033 6.12.34.56.78", NUMBER),
        ("+33 (0)6-12-34-56-78", NUMBER),
        ("\u202a+33\u00a06\u202f12 34 56 78\u202c", NUMBER),
        ("+٣٣٦١٢٣٤٥٦٧٨", NUMBER),
        ("+1 (418) 555/0199", "+14185550199"),
        ("", ""),
        ("06 12 34 56 78", None),
        ("+0612345678", None),
        ("+33 6 12", None),
        ("+33612345678901234", None),
        ("+33 6 12 34 56 7x", None),
        ("+33612345678\n+33612345679", None),
        ("+3361234567²", None),
    ],
)
def test_how_it_may_be_typed(typed, stored):
    if stored is None:
        with pytest.raises(ValidationError):
            is_e164(as_stored(typed))
    else:
        assert as_stored(typed) == stored


def test_a_person_edits_it_in_the_profile(cast):
    assert phone_of(cast.ben) == ""
    refused = save(cast.ben, phone="06 12 34 56 78")
    assert REFUSED in refused.content.decode()
    assert 'value="06 12 34 56 78"' in refused.content.decode()
    save(cast.ben, phone="+33 6 12 34 56 78")
    assert phone_of(cast.ben) == NUMBER
    # A page of the release before has no such field.
    save(cast.ben)
    assert phone_of(cast.ben) == NUMBER
    save(cast.ben, phone="")
    assert phone_of(cast.ben) == ""


def test_an_administrator_edits_it(cast):
    page, url = page_client(cast.admin), f"/admin/accounts/user/{cast.ben.pk}/change/"
    values = {"email": cast.ben.email, "role": "patient", "is_active": "on", "language": "en"}
    values |= {"first_name": "Ben", "last_name": "Durand", "time_zone": "Europe/Paris"}
    assert REFUSED in page.post(url, values | {"phone": "12"}).content.decode()
    page.post(url, values | {"phone": "+33 6 12 34 56 78"})
    assert phone_of(cast.ben) == NUMBER
    invited = {"email": "new@example.org", "role": "patient", "language": "en", "time_zone": "Europe/Paris"}
    page.post("/admin/accounts/user/add/", invited | {"phone": "0033612345679"})
    assert User.objects.get(email="new@example.org").phone == "+33612345679"


def test_the_other_side_and_the_logs_never_have_it(cast, caplog):
    caplog.set_level(logging.DEBUG)
    save(cast.ben, phone=NUMBER)
    post_message(cast.ben, cast.chat)
    place = f"/professional/chat/{cast.chat.pk}"
    pages = [page_client(cast.ada).get(url).content.decode() for url in ("/professional/chat", place)]
    answers = [
        api_client(cast.ada).get(url).content.decode()
        for url in ("/api/chat/chats", f"/api/chat/messages/{cast.chat.pk}", "/api/chat/sync")
    ]
    assert all("Durand" in text for text in [*pages, answers[0]])
    assert [text for text in [*pages, *answers, caplog.text] if NUMBER[1:] in text] == []
