"""Light or dark and the size of the text: the person's own choice, before it the device's."""

import pytest
from django.test import Client

from accounts.models import User
from chatsite.testing import PASSWORD, page_client

pytestmark = pytest.mark.django_db

LOGIN, PROFILE, LOOK = "/accounts/login/", "/accounts/profile", "/accounts/look"


def look(client, path=LOGIN):
    """(theme, size of text) of a page."""
    text = client.get(path).content.decode()
    return tuple(text.split(f'data-{name}="')[1].split('"')[0] for name in ("theme", "text-size"))


def store(person, **values):
    User.objects.filter(pk=person.pk).update(**values)


@pytest.mark.parametrize(
    ("cookies", "own", "shown"),
    [
        ({}, {}, ("system", "normal")),
        ({"theme": "dark"}, {}, ("dark", "normal")),
        ({"text_size": "large"}, {}, ("system", "large")),
        ({"theme": "dark", "text_size": "large"}, {"theme": "light"}, ("light", "large")),
        ({"theme": "dark"}, {"theme": "system", "text_size": "large"}, ("system", "large")),
        ({"theme": '"><script>', "text_size": "huge"}, {"theme": "pink"}, ("system", "normal")),
    ],
)
def test_the_person_chooses_and_else_the_device(cast, cookies, own, shown):
    store(cast.ben, **own)
    client = page_client(cast.ben)
    client.cookies.load(cookies)
    assert look(client, PROFILE) == look(client, "/nowhere") == shown


def test_a_stranger_chooses_on_the_sign_in_page_and_keeps_it_after_signing_in(cast):
    client = Client()
    client.post(LOOK, {"theme": "dark", "next": LOGIN})
    answer = client.post(LOOK, {"text_size": "large", "next": f"{LOGIN}?next=/patient/chat"})
    assert answer.headers["Location"] == f"{LOGIN}?next=/patient/chat"
    assert look(client) == ("dark", "large")
    assert 'content="dark"' in client.get(LOGIN).content.decode()
    client.post(LOGIN, {"login": cast.ben.email, "password": PASSWORD})
    assert look(client, PROFILE) == ("dark", "large")


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else_and_takes_nothing_unknown(address):
    answer = Client().post(LOOK, {"theme": "pink", "text_size": "", "next": address})
    assert (answer.headers["Location"], answer.cookies.get("theme")) == (LOGIN, None)


def test_it_needs_a_post_with_a_token():
    assert Client().get(LOOK).status_code == 405
    assert Client(enforce_csrf_checks=True).post(LOOK, {"theme": "dark"}).status_code == 403


def test_the_profile_keeps_it_for_all_devices_and_for_the_pages_after_signing_out(cast):
    client = page_client(cast.ben)
    values = {"first_name": "Ben", "last_name": "Durand", "language": "en", "time_zone": "Europe/Paris"}
    client.post(PROFILE, values | {"theme": "dark", "text_size": "large"})
    assert look(page_client(cast.ben), PROFILE) == look(client, PROFILE) == ("dark", "large")
    client.post(PROFILE, values)
    assert look(page_client(cast.ben), PROFILE) == ("dark", "large")
    client.post(PROFILE, values | {"theme": "system", "text_size": "normal"})
    assert look(client, PROFILE) == ("system", "normal")
    assert "Select a valid choice" in client.post(PROFILE, values | {"theme": "pink"}).content.decode()
    client.post(PROFILE, values | {"theme": "dark"})
    client.get(PROFILE)
    client.post("/accounts/logout/")
    assert look(client) == ("dark", "normal")


def test_a_signed_in_person_who_uses_the_buttons_has_chosen(cast):
    page_client(cast.ben).post(LOOK, {"theme": "dark"})
    assert look(page_client(cast.ben), PROFILE) == ("dark", "normal")
