import pytest

from accounts.models import User
from chatsite.testing import page_client
from chatsite.testing.push_service import KEY
from notifications.models import Preference

URL = "/notifications/"
pytestmark = pytest.mark.django_db


def test_a_person_chooses(cast):
    client = page_client(cast.ben)
    assert "10:00\u00a0PM" in client.get(URL).content.decode()
    chosen = {"message_mails": "on", "appointment_mails": "on", "quiet_from": "20:30", "quiet_to": "09:00"}
    answer = client.post(URL, chosen, follow=True)
    assert b"Your choice is saved." in answer.content
    assert Preference.objects.get().appointment_mails is True
    assert b'value="20:30"' in answer.content
    client.post(URL, {"quiet_from": "", "quiet_to": "", "message_pushes": "on"})
    mails = {"message_mails": False, "appointment_mails": False}
    chosen = mails | {"message_pushes": True, "quiet_from": None, "quiet_to": None}
    assert Preference.objects.values(*chosen).get(user=cast.ben) == chosen
    assert b"You switched notifications off" not in client.get(URL).content
    assert b"You switched notifications off" in client.post(URL, {"message_mails": "on"}, follow=True).content


@pytest.mark.parametrize(
    ("begin", "end", "says"), [("20:00", "", "Give both times"), ("late", "7:00", "such as 09:30")]
)
def test_hours_that_are_none_are_refused_and_kept_on_the_page(cast, begin, end, says):
    answer = page_client(cast.ben).post(URL, {"message_mails": "on", "quiet_from": begin, "quiet_to": end})
    assert says in answer.content.decode()
    assert f'value="{begin}"' in answer.content.decode()
    assert 'aria-describedby="id_quiet_from_notes"' in answer.content.decode()
    assert not Preference.objects.exists()


def test_the_profile_leads_to_it_and_an_admin_sees_why_there_is_nothing_to_choose(cast):
    assert b'href="/notifications/"' in page_client(cast.ben).get("/accounts/profile").content
    page = page_client(cast.admin).get(URL).content
    assert b"takes part in no conversation" in page
    assert b'name="message_mails"' not in page
    assert b"push-switch" not in page


def test_without_a_key_a_device_cannot_be_switched_on(cast, settings):
    client = page_client(cast.ben)
    assert b"sends no notifications to browsers" in client.get(URL).content
    settings.PUSH_KEY = KEY
    page = client.get(URL).content
    assert b"push-switch.js" in page
    assert b"sends no notifications to browsers" not in page


def test_text_messages_are_offered_where_the_practice_sends_them_to_those_with_a_number(cast, settings):
    client = page_client(cast.ben)
    assert b'name="sms"' not in client.get(URL).content
    client.post(URL, {"sms": "on"})
    assert Preference.objects.get().sms is False
    settings.SMS_SENDER = "notifications.tests.sms_provider.send"
    assert b"Give your mobile number" in client.get(URL).content
    refused = client.post(URL, {"sms": "on"})
    assert b"First give your mobile number" in refused.content
    User.objects.filter(pk=cast.ben.pk).update(phone="+33612345678")
    assert b"+33612345678" in client.post(URL, {"sms": "on"}, follow=True).content
    assert Preference.objects.get().sms is True
    # A sender that is taken away, and comes back, changes no choice.
    settings.SMS_SENDER = ""
    client.post(URL, {"message_mails": "on"})
    assert Preference.objects.get().sms is True
