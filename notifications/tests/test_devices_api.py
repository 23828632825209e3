"""/api/devices: whose a device is, and for how long."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import SignIn
from accounts.services import sign_ins
from audit.actions import Action
from chatsite.testing import Cast, api_client, audited, page_client
from chatsite.testing.push_service import Browser
from notifications.models import Device
from notifications.services import devices
from notifications.services.devices import MOST_DEVICES, Registration, devices_of

pytestmark = pytest.mark.django_db
URL = "/api/devices"


def put(client, browser, **more):
    return client.put(f"{URL}/{browser.id}", browser.json | more, format="json")


def test_a_device_is_registered_listed_and_removed(cast, service):
    client, browser = api_client(cast.ben), Browser(service)
    assert put(client, browser).status_code == 201
    again = put(client, browser)
    assert again.status_code == 200
    assert (again.json()["device"]["id"], again.json()["device"]["is_current"]) == (browser.id, True)
    answer = client.get(URL).json()
    assert [device["id"] for device in answer["devices"]] == [browser.id]
    assert len(answer["push_key"]) == 87
    for _ in range(2):
        assert client.delete(f"{URL}/{browser.id.upper()}").status_code == 200
    assert client.get(URL).json()["devices"] == []


def test_the_audit_has_who_is_told_where(cast, service):
    client, browser = api_client(cast.ben), Browser(service)
    audited.queued("action")
    for _ in range(2):
        put(client, browser)
    client.delete(f"{URL}/{browser.id}")
    page = page_client(cast.ben)
    page.put(f"{URL}/{browser.id}", browser.json, content_type="application/json")
    page.post(f"/notifications/devices/{browser.id}/remove")
    rows = [row[1:] for row in audited.queued("action", "actor", "detail") if row[0] == Action.SETTINGS]
    assert rows == [(cast.ben.pk, name) for name in ("api_device", "api_device", "api_device", "remove_device")]


def test_a_page_needs_its_csrf_token(cast, service):
    browser = Browser(service)
    client = page_client(cast.ben)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    for ask in (strict.put, strict.delete):
        assert ask(f"{URL}/{browser.id}", browser.json, content_type="application/json").status_code == 403
    token = {"X-CSRFToken": client.cookies["csrftoken"].value}
    answer = strict.put(f"{URL}/{browser.id}", browser.json, content_type="application/json", headers=token)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"endpoint": "https://evil.example/x"}, "push_host_not_allowed"),
        ({"endpoint": "http://127.0.0.1:1/x"}, "push_host_not_allowed"),
        ({"endpoint": ""}, "invalid"),
        ({"endpoint": 7}, "invalid"),
        ({"keys": {}}, "invalid"),
        ({"keys": {"p256dh": "AAAA", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}}, "push_keys_invalid"),
        ({"keys": {"p256dh": "é", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}}, "push_keys_invalid"),
        ({"kind": "fax"}, "invalid"),
        ({"kind": "fcm", "token": "x"}, "device_kind_unavailable"),
    ],
)
def test_what_is_none_is_refused(cast, service, change, code):
    answer = put(api_client(cast.ben), Browser(service), **change)
    assert (answer.status_code, answer.json()["error"]) == (400, code)
    assert not Device.objects.exists()


def test_an_auth_secret_has_sixteen_bytes(cast, service):
    browser = Browser(service)
    browser.auth = browser.auth[:15]
    assert put(api_client(cast.ben), browser).json()["error"] == "push_keys_invalid"


def test_an_id_that_is_no_uuid_is_refused_and_an_admin_has_no_devices(cast, service):
    client = api_client(cast.ben)
    for address in (f"{URL}/7", f"{URL}/7/test"):
        ask = client.post if address.endswith("test") else client.put
        assert ask(address, {}, format="json").json()["error"] == "invalid"
    assert put(api_client(cast.admin), Browser(service)).json()["error"] == "not_a_participant"


def test_another_persons_id_is_not_found(cast, service):
    browser, other = Browser(service), Browser(service)
    put(api_client(cast.ben), browser)
    other.id = browser.id
    cora = api_client(cast.cora)
    for answer in (put(cora, other), cora.delete(f"{URL}/{browser.id}"), cora.post(f"{URL}/{browser.id}/test")):
        assert (answer.status_code, answer.json()["error"]) == (404, "device_not_found")
    assert Device.objects.get().user == cast.ben


@pytest.mark.parametrize("has_same_id", [True, False])
def test_an_endpoint_moves_to_the_account_that_registers_it(cast, service, has_same_id):
    browser = Browser(service)
    put(api_client(cast.ben), browser)
    account = Device.objects.get().account
    if not has_same_id:
        browser.id = str(uuid.uuid4())
    assert put(api_client(cast.cora), browser).status_code == 201
    device = Device.objects.get()
    assert (device.user, device.public_id) == (cast.cora, browser.id)
    assert device.account != account


def test_a_renewal_is_of_what_the_same_person_registered(cast, service):
    browser = Browser(service)
    ben = api_client(cast.ben)
    assert put(ben, browser, renew=True).json()["error"] == "device_not_found"
    put(ben, browser)
    assert put(api_client(cast.cora), browser, renew=True).json()["error"] == "device_not_found"
    assert Device.objects.get().user == cast.ben
    # After a new sign-in of the same person it goes on.
    sign_ins.end_all(cast.ben)
    assert devices_of(cast.ben) == []
    assert put(api_client(cast.ben), browser, renew=True).status_code == 200
    assert len(devices_of(cast.ben)) == 1


def test_of_too_many_the_one_that_was_there_longest_ago_goes(cast, subscribe):
    sign_in = sign_ins.start(cast.ben, kind="browser")
    browsers = [subscribe(cast.ben, sign_in) for _ in range(MOST_DEVICES)]
    Device.objects.filter(public_id=browsers[5].id).update(renewed_at=timezone.now() - timedelta(days=1))
    subscribe(cast.cora)
    browsers.append(subscribe(cast.ben, sign_in))
    left = {device.public_id for device in devices_of(cast.ben)}
    assert left == {browser.id for browser in browsers if browser != browsers[5]}


@pytest.mark.parametrize(
    "ends",
    [
        lambda client, cast: client.post("/api/auth/logout"),
        lambda client, cast: sign_ins.end_all(cast.ben),
        lambda client, cast: (cast.ben.set_password("another horse battery"), cast.ben.save()),
        lambda client, cast: SignIn.objects.update(last_seen_at=timezone.now() - timedelta(days=31)),
    ],
    ids=["log-out", "ended", "new password", "not seen for a month"],
)
def test_it_ends_with_its_sign_in(cast, service, ends):
    client = api_client(cast.ben)
    put(client, Browser(service))
    assert len(devices_of(cast.ben)) == 1
    ends(client, cast)
    assert devices_of(cast.ben) == []


class TestOfATest:
    @pytest.mark.parametrize(
        ("status", "answer", "left"),
        [
            (201, {"accepted": True, "answer": None, "removed": False}, 1),
            (503, {"accepted": False, "answer": "HTTP 503", "removed": False}, 1),
            (410, {"accepted": False, "answer": "HTTP 410", "removed": True}, 0),
            (307, {"accepted": False, "answer": "HTTP 307", "removed": False}, 1),
        ],
    )
    def test_it_says_what_the_service_answered(self, cast, service, status, answer, left):
        client, browser = api_client(cast.ben), Browser(service)
        put(client, browser)
        service.answers[browser.path] = status, {"Location": f"{service.url}/elsewhere"}
        audited.queued("action")
        said = client.post(f"{URL}/{browser.id}/test").json()
        assert {key: said[key] for key in answer} == answer
        assert Device.objects.count() == left
        sent = [(Action.PUSH, cast.ben.pk, cast.ben.pk, "test")] if answer["accepted"] else []
        assert audited.queued("action", "actor", "subject", "detail") == sent
        # No redirect is followed, wherever it leads.
        assert [path for path, _, _ in service.got] == [browser.path]
        [told] = service.told(browser)
        assert (told["kind"], told["chat_id"], told["badge"]) == ("test", None, 0)

    def test_five_at_once(self, cast, service):
        client, browser = api_client(cast.ben), Browser(service)
        put(client, browser)
        codes = [client.post(f"{URL}/{browser.id}/test").status_code for _ in range(6)]
        assert codes == [200] * 5 + [429]

    def test_with_debug_none_leaves(self, cast, settings, service):
        client, browser = api_client(cast.ben), Browser(service)
        browser.endpoint = "https://fcm.googleapis.com/fcm/send/x"
        put(client, browser)
        settings.DEBUG = True
        assert client.post(f"{URL}/{browser.id}/test").json()["answer"] == "KeptByDebug"

    def test_the_page_says_it_in_words(self, cast, service, subscribe):
        browser = subscribe(cast.ben)
        client = page_client(cast.ben)
        page = client.post(f"/notifications/devices/{browser.id}/test", follow=True).content.decode()
        assert "The test is on its way." in page
        service.answers[browser.path] = 503, {}
        page = client.post(f"/notifications/devices/{browser.id}/test", follow=True).content.decode()
        assert "The test was not accepted (HTTP 503)" in page
        assert "Send me a test" in page
        page = client.post(f"/notifications/devices/{browser.id}/remove", follow=True).content.decode()
        assert "no notifications any more" in page
        assert not Device.objects.exists()


def test_a_page_of_devices_costs_one_query_for_all(cast, subscribe, django_assert_num_queries):
    sign_in = sign_ins.start(cast.ben, kind="browser")
    for _ in range(5):
        subscribe(cast.ben, sign_in)
    with django_assert_num_queries(1):
        assert len(devices_of(cast.ben)) == 5


@pytest.mark.mysql
@pytest.mark.django_db(transaction=True)
def test_of_several_who_register_an_address_at_once_one_has_it():
    cast, errors = Cast.build(), []
    starts = [sign_ins.start(person, kind="app", device_name="x") for person in (cast.ben, cast.cora) * 3]

    def register(sign_in):
        try:
            devices.register(sign_in, registration=Registration(str(uuid.uuid4()), "apns", "ab" * 32))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    for _ in range(5):
        threads = [threading.Thread(target=register, args=[sign_in]) for sign_in in starts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (errors, Device.objects.count()) == ([], 1)
