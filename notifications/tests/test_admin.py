"""The list of what could not be delivered."""

import pytest
from django.core import mail
from django.utils import timezone

from accounts.services import mails
from chatsite.testing import page_client
from chatsite.testing.turns import deliver_mails
from notifications.models import Notice

LIST = "/admin/notifications/notice/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def given_up(cast):
    mails.ask_for_reset("ben@example.org")
    deliver_mails()
    mail.outbox.clear()
    Notice.objects.update(state="failed", attempts=9, error="SMTPDataError")
    return Notice.objects.get()


def test_it_shows_what_was_given_up_and_sends_it_again(cast, given_up):
    other = {"channel": "mail", "subject": "chat:1", "done_at": timezone.now()}
    Notice.objects.create(user=cast.cora, up_to=1, state="sent", **other)
    client = page_client(cast.admin)
    page = client.get(LIST).content.decode()
    assert "SMTPDataError" in page
    assert "Cora" not in page
    assert "Cora" in client.get(f"{LIST}?state=sent").content.decode()
    chosen = {"action": "send_again", "_selected_action": [given_up.pk]}
    # Pressed twice, it is sent once.
    for said in ("1 notice will be sent again.", "0 notices will be sent again."):
        assert said in client.post(LIST, chosen, follow=True).content.decode()
    assert [sent.to for sent in deliver_mails()] == [["ben@example.org"]]


def test_it_changes_nothing_else(cast, given_up):
    client = page_client(cast.admin)
    for path in ("add/", f"{given_up.pk}/delete/"):
        assert client.post(LIST + path, {"post": "yes"}).status_code == 403
    client.post(f"{LIST}{given_up.pk}/change/", {"state": "sent"})
    assert Notice.objects.get().state == "failed"
