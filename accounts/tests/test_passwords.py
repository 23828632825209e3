"""Which passwords a person may choose, and how long one may be."""

from datetime import date
from unittest.mock import patch

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError

from accounts import breached
from accounts.models import User
from chatsite.testing import PASSWORD, page_client

JULIE = User(
    email="j.lambert@cabinet-nord.example", first_name="Anne-Élise", last_name="Lambert", birth_date=date(1984, 3, 9)
)


def codes(password, user=JULIE):
    try:
        validate_password(password, user)
    except ValidationError as refused:
        return [error.code for error in refused.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "Cabinet-des-Tilleuls", "tilleuls2026!", "TILLEULS-tilleuls", "elise09031984", "Élise&Lambert", "lambert84!!",
        "anne-elise.1984", "nordcabinet1", "Lambert19840309", "Tilleuls!!!!!!!!", "Lambert12345678", "09/03/1984-elise",
        "1984-03-09lambert", "09.03.84-Lambert", "T1lleuls2026", "ti11eu1s!!!!", "TILL3UL5-tilleuls", "c@binet_$_n0rd",
        "L@mbert|9o3!", "l4mb3rt-3li5e", "til@leuls$1984", "$Lambert$1984$", "anne-el1$e.1984",
    ],
)  # fmt: skip
def test_names_and_dates_that_others_know_are_refused(settings, password):
    settings.CLINIC_NAME = "Cabinet des Tilleuls"
    assert "password_own_words" in codes(password)


@pytest.mark.parametrize(
    "password",
    [
        "une phrase que je retiens", "sous les tilleuls il pleut", "lambert et trois chats", PASSWORD,
        "s0us 1es t1lleul$ il pleut", "4711@rosen$garten",
    ],
)  # fmt: skip
def test_a_phrase_that_has_one_is_not(settings, password):
    settings.CLINIC_NAME = "Cabinet des Tilleuls"
    assert codes(password) == []


def test_without_a_person_those_of_the_clinic_count(settings):
    settings.CLINIC_NAME = "Cabinet des Tilleuls"
    assert (codes("tilleuls2026!", None), codes("anne-elise.1984", None)) == (["password_own_words"], [])


@pytest.mark.parametrize(
    "password",
    [
        "Qwertyuiop123", "azertyuiop12", "motdepasse123", "Soleil2026!!", "Marseille-13000", "P@ssw0rd-2024",
        "$oleil!2026", "soleilsoleil", "abcabcabcabc", "aaaaaaaaaaaa", "chocolat!!!!", "ch0c0l@t1984",
    ],
)  # fmt: skip
def test_what_was_stolen_elsewhere_is_refused_in_any_spelling(password):
    assert "password_breached" in codes(password)


@pytest.mark.parametrize("password", ["Infirmière2026", "administrateur1", "bienvenue-2026"])
def test_the_words_of_every_practice_are_refused(password):
    assert codes(password) == ["password_own_words"]


def test_the_list_is_whole():
    digests = breached.FILE.read_bytes()
    rows = [digests[at : at + breached.DIGEST_BYTES] for at in range(0, len(digests), breached.DIGEST_BYTES)]
    assert len(rows) > 150_000
    assert rows == sorted(set(rows))
    assert all(breached.is_breached(word) for word in CommonPasswordValidator().passwords)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/accounts/login/", {"login": "ben@example.org", "password": "x" * 1025}),
        ("/accounts/password/change/", {"oldpassword": "x" * 1025, "password1": "y" * 20, "password2": "y" * 20}),
        ("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "y" * 1025, "password2": "y" * 1025}),
    ],
)
def test_a_password_of_more_than_a_thousand_characters_is_not_hashed(cast, client, path, fields):
    client = client if "login" in path else page_client(cast.ben)
    with patch("django.contrib.auth.hashers.MD5PasswordHasher.encode") as encode:
        encode.side_effect = lambda password, salt: "" if len(password) <= 1024 else pytest.fail("hashed")
        answer = client.post(path, fields)
    assert answer.status_code == 200
    assert b"1024" in answer.content
