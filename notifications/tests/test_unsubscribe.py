"""The link of a mail that ends mails about messages: without a session, and only by a POST."""

from datetime import timedelta

import pytest
from django.core import mail, signing
from django.test import Client

from audit.actions import Action
from chat.tests.talk import post_message
from chatsite.testing import audited
from notifications.models import Preference
from notifications.services import unsubscribing
from notifications.services.unsubscribing import Mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(cast, settings):
    return unsubscribing.link_for(cast.ben, Mails.MESSAGES).removeprefix(settings.PUBLIC_URL)


@pytest.fixture
def strict():
    """A browser, or a mailbox provider, without a cookie and without a CSRF token."""
    return Client(enforce_csrf_checks=True)


def test_one_click_ends_them(cast, strict, link, told):
    answer = strict.post(link, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    chosen = Preference.objects.get(user=cast.ben)
    assert (chosen.message_mails, chosen.appointment_mails) == (False, True)
    row = (Action.SETTINGS, None, cast.ben.pk, "unsubscribe message_mails")
    assert audited.queued("action", "actor", "subject", "detail") == [row]
    # Again, as after a lost answer.
    assert strict.post(link).status_code == 200
    post_message(cast.ada, cast.chat)
    assert told(65, every=5) == []
    assert mail.outbox == []


def test_a_program_that_looks_at_the_link_changes_nothing(cast, strict, link):
    for method in ("get", "head"):
        assert getattr(strict, method)(link).status_code == 200
    assert not Preference.objects.exists()
    page = strict.get(link).content.decode()
    # In the person's language, whatever the browser's is.
    assert "Send me no more" in page
    assert link.partition("?token=")[2].replace(":", "%3A") in page


@pytest.mark.parametrize("token", ["", "1", "1:x", "x" * 400, "1:\x00é"])
def test_a_link_that_was_not_ours_ends_nothing(cast, strict, token):
    for method in ("get", "post"):
        answer = getattr(strict, method)("/notifications/unsubscribe", query_params={"token": token})
        assert answer.status_code == 404
    assert not Preference.objects.exists()


def test_the_links_that_were_sent_first_had_no_word_for_what_they_end(cast, strict):
    token = signing.Signer(salt="notifications.unsubscribe").sign(str(cast.ben.pk))
    assert strict.post("/notifications/unsubscribe", query_params={"token": token}).status_code == 200
    assert Preference.objects.get(user=cast.ben).message_mails is False


def test_a_link_ends_nothing_of_another_person_who_has_the_number_now(cast, strict, link):
    cast.ben.date_joined += timedelta(days=1)
    cast.ben.save()
    assert strict.post(link).status_code == 404
    assert not Preference.objects.exists()


def test_a_token_for_anything_else_is_none(cast, strict):
    token = signing.Signer(salt="another").sign(cast.ben.pk)
    assert strict.post("/notifications/unsubscribe", query_params={"token": token}).status_code == 404
