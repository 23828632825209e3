"""From a message to a notification that is shown, clicked and withdrawn: everything but a push service of the web."""

import json

import pytest
from playwright.sync_api import expect

from chatsite.testing.push_service import Browser
from tests.browser.screen import Screen, is_accessible, wait_until

# What no browser of the tests has: a subscription at a real push service. It lasts as long as the tab.
SUBSCRIBE = """(kept) => {
  const key = () => Uint8Array.from(sessionStorage.getItem("stub").split(",")).buffer;
  const given = () => ({ endpoint: kept.endpoint, toJSON: () => kept, options: { applicationServerKey: key() },
    unsubscribe: async () => (sessionStorage.removeItem("stub"), true) });
  PushManager.prototype.getSubscription = async () => (sessionStorage.getItem("stub") ? given() : null);
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    sessionStorage.setItem("stub", applicationServerKey);
    return given();
  };
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, tag }) => [title, tag])"""
# A real click needs a desktop. The listener, and what it does with the windows, are the real ones.
CLICK = """async () => {
  let notification;
  // While a newer one replaces it, there is none for a moment.
  while (!notification) [notification] = await self.registration.getNotifications();
  const event = new NotificationEvent("notificationclick", { notification });
  const done = [];
  event.waitUntil = (work) => done.push(work);
  self.clients.openWindow = async (url) => ({ url, postMessage: () => {} });
  WindowClient.prototype.focus = async function () { return this; };
  self.dispatchEvent(event);
  return (await Promise.all(done)).map(({ url }) => url);
}"""

# The service of a browser gives a subscription another address now and then.
MOVE = """async ([endpoint, given]) => {
  const event = new Event("pushsubscriptionchange");
  const done = [];
  Object.assign(event, { oldSubscription: { endpoint }, newSubscription: { toJSON: () => given },
    waitUntil: (work) => done.push(work) });
  self.dispatchEvent(event);
  await Promise.all(done);
}"""


class Phone:
    """A browser of a person in which notifications may be shown."""

    def __init__(self, page, service, server, browser):
        self.page, self.service, self.server, self.browser = page, service, server, browser
        self.told = 0

    def wake(self):
        """Deliver what the push service got for it since the last time, as that would."""
        pushes = self.service.told(self.browser)
        news, self.told = pushes[self.told :], len(pushes)
        self.deliver(news)
        return news

    def deliver(self, news):
        session = self.page.context.new_cdp_session(self.page)
        found = []
        session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
        session.send("ServiceWorker.enable")
        wait_until(self.page, lambda: found)
        for push in news:
            where = {"origin": self.server.url, "registrationId": found[-1]["registrationId"]}
            session.send("ServiceWorker.deliverPushMessage", {**where, "data": json.dumps(push)})
        session.detach()

    def shows(self, *expected):
        shown = []

        def is_so():
            shown[:] = self.page.evaluate(SHOWN)
            return shown == list(expected)

        wait_until(self.page, is_so, found=shown)

    def click(self):
        return self.page.context.service_workers[0].evaluate(CLICK)

    def move(self):
        """Its push service gives it another address."""
        moved = Browser(self.service)
        given = {name: moved.json[name] for name in ("endpoint", "keys")}
        self.page.context.service_workers[0].evaluate(MOVE, [self.browser.endpoint, given])
        self.browser, self.told = moved, 0


@pytest.fixture
def phone_of(sign_in, services, server):
    """A phone of this person, on which notifications are switched on."""

    def switch_on(person, then):
        browser = Browser(services)
        keys = browser.json
        page = sign_in(person, at="/accessibility", width=375, service_workers="allow", bypass_csp=True)
        page.context.grant_permissions(["notifications"])
        page.context.add_init_script(
            f"({SUBSCRIBE})({json.dumps({name: keys[name] for name in ('endpoint', 'keys')})})"
        )
        page.goto("/")
        page.get_by_role("link", name="Les notifications sont coupées sur cet appareil").click()
        switch = page.get_by_role("switch", name="Recevoir des notifications sur cet appareil")
        expect(switch).not_to_be_checked()
        with page.expect_navigation():
            switch.check()
        expect(page.locator("[data-says=on]")).to_be_visible()
        expect(page.locator(".device__here")).to_be_visible()
        is_accessible(page)
        page.goto(then)
        return Phone(page, services, server, browser)

    return switch_on


def test_a_message_is_shown_clicked_and_gone_where_it_was_read_elsewhere(phone_of, people, backstage, doctor_page):
    address = f"/patient/chat/{people.chat_id}"
    phone = phone_of(people.patient, then="/accessibility")
    laptop = phone_of(people.patient, then="/patient/visits")
    sentence, tag = "Vous avez un nouveau message", f"chat-{people.chat_id}"
    backstage.tell(user_id=people.patient.id)
    doctor = Screen(doctor_page)
    doctor.is_live()

    for text in ("Un zèbre", "Deux zèbres"):
        doctor.send(text)
        doctor.sees_sent(text)
        backstage.tell(user_id=people.patient.id)
        for device in (phone, laptop):
            [push] = device.wake()
            assert (push["chat_id"], push["kind"]) == (people.chat_id, "message")
            device.shows([sentence, tag])
    assert push["badge"] == 2

    assert phone.click() == [address]
    phone.page.goto(address)
    screen = Screen(phone.page)
    screen.sees("Deux zèbres")
    screen.act()
    phone.shows()
    laptop.shows()

    phone.deliver([{"kind": "reminder", "chat_id": None, "seq": None, "badge": 0}])
    phone.shows(["Rappel de rendez-vous", "appointments"])
    assert phone.click() == ["/patient/visits"]


def test_a_click_shows_the_conversation_in_the_window_that_is_there(phone_of, people, backstage, services):
    other = backstage.patient_of(doctor_id=people.doctor.id, first_name="Zoé", last_name="Petit")
    desk = phone_of(people.doctor, then=f"/professional/chat/{other.chat_id}")
    desk.page.set_viewport_size({"width": 1280, "height": 800})
    Screen(desk.page).is_live()
    expect(desk.page.locator("push-notice")).to_be_hidden()
    backstage.tell(user_id=people.doctor.id)
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Un zèbre"])
    backstage.tell(user_id=people.doctor.id)
    desk.wake()
    desk.shows(["Vous avez un nouveau message", f"chat-{people.chat_id}"])

    desk.click()

    Screen(desk.page).sees("Un zèbre")
    assert desk.page.url.endswith(f"/professional/chat/{people.chat_id}")

    before, _ = desk.browser, desk.move()
    backstage.post(chat_id=other.chat_id, sender_id=other.id, texts=["Deux zèbres"])
    backstage.tell(user_id=people.doctor.id)
    assert [push["chat_id"] for push in desk.wake()] == [other.chat_id]
    assert len(services.told(before)) == 1

    desk.page.goto("/accounts/profile")
    desk.page.locator("form[action='/accounts/logout/'] button:visible").first.click()
    expect(desk.page.locator("input[name=password]")).to_be_visible()
    desk.shows()
