"""A message counts as read once its reader, who looks at the thread, has acted in it within a minute, or acts then."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until

# As the service worker says it.
CLICKED = """([openChat, url]) =>
  navigator.serviceWorker.dispatchEvent(new MessageEvent("message", { data: { openChat, url } }))"""


class Reader:
    """A person with their own clock, whose reports of reading are noted."""

    def __init__(self, page: Page, people, backstage):
        self.page, self.screen, self.people, self.backstage = page, Screen(page), people, backstage
        self.reports = []
        page.on("websocket", lambda socket: socket.on("framesent", self.note))
        page.clock.install()

    def note(self, payload):
        frame = json.loads(payload)
        self.reports += [frame["up_to"]] if frame["type"] == "read" else []

    def open(self, path=""):
        self.page.goto(f"/professional/chat{path}")
        self.settle()

    def settle(self):
        self.screen.is_live()
        self.page.clock.run_for(1_000)

    def arrives(self, text):
        """A message of the patient's, a minute or more after the last act."""
        self.page.clock.fast_forward(61_000)
        self.settle()
        [self.newest] = self.backstage.post(chat_id=self.people.chat_id, sender_id=self.people.patient.id, texts=[text])
        # No event was published for it: the page asks on its way back.
        self.page.context.set_offline(True)
        self.page.context.set_offline(False)
        self.screen.sees_sent(text)
        self.settle()

    def has_read(self):
        wait_until(self.page, lambda: self.reports[-1:] == [self.newest])
        expect(self.screen.row_of(self.people.chat_id).locator(".badge")).to_have_count(0)


@pytest.fixture
def reader(sign_in, people, backstage):
    """A doctor who has not opened anything."""

    def reader(**options):
        return Reader(sign_in(people.doctor, at="/accounts/profile", **options), people, backstage)

    return reader


def test_what_nobody_does_by_hand_reads_nothing(reader, people, backstage, complaints):
    complaints.forgive_cut_lines()
    doctor = reader()
    [*_, doctor.newest] = backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Un", "Deux"])
    page, thread = doctor.page, f"/{people.chat_id}"
    nobody = {
        "a thread drawn beside the list": lambda: doctor.open(),
        "a click elsewhere on that page": lambda: page.locator("#list-title").click(),
        "a page that is loaded": lambda: doctor.open(thread),
        "a reload": lambda: page.reload(),
        "a page that is gone back to": lambda: [doctor.open(), page.go_back()],
        "a page that is gone forward to": lambda: page.go_forward(),
        "the focus of the window": lambda: page.evaluate(
            "['focus', 'pageshow'].forEach((kind) => dispatchEvent(new Event(kind)))"
        ),
        "a window that is shown": lambda: page.evaluate("document.dispatchEvent(new Event('visibilitychange'))"),
        "a scroll by a script": lambda: doctor.screen.scroller.evaluate("scroller => scroller.scrollTo(0, -1)"),
        "a click by a script": lambda: page.evaluate("document.querySelector('#thread-title').click()"),
        "what arrives there": lambda: doctor.arrives("Trois"),
    }
    for name, act in nobody.items():
        act()
        doctor.settle()
        assert doctor.reports == [], name
    expect(doctor.screen.row_of(people.chat_id).locator(".badge")).to_contain_text("3")

    doctor.open(thread)
    doctor.screen.act()
    doctor.has_read()


def test_what_somebody_does_there_reads_what_is_on_screen(reader, people, complaints):
    complaints.forgive_cut_lines()
    doctor = reader(has_touch=True)
    page, screen = doctor.page, doctor.screen
    doctor.open(f"/{people.chat_id}")
    acts = {
        "a click": lambda: screen.act(),
        "a tap": lambda: page.locator(".thread__status").tap(),
        "a key": lambda: page.keyboard.press("ArrowUp"),
        "a scroll by hand": lambda: [screen.scroller.hover(), page.mouse.wheel(0, 1)],
        "typing": lambda: screen.text.press_sequentially("a"),
    }
    for name, act in acts.items():
        doctor.arrives(name)
        assert doctor.newest not in doctor.reports, name
        act()
        page.clock.run_for(1_000)
        doctor.has_read()


def test_within_a_minute_of_an_act_what_arrives_is_read_at_once(reader, people, backstage, patient_page):
    doctor = reader()
    doctor.open(f"/{people.chat_id}")
    doctor.screen.act()
    doctor.page.clock.fast_forward(50_000)

    Screen(patient_page).send("Vous êtes là ?")
    doctor.screen.sees_sent("Vous êtes là ?")
    doctor.settle()
    expect(patient_page.locator(".receipt-line")).to_have_attribute("data-state", "read")

    doctor.page.clock.fast_forward(50_000)
    Screen(patient_page).send("Et maintenant ?")
    doctor.screen.sees_sent("Et maintenant ?")
    doctor.settle()
    expect(patient_page.locator(".receipt-line").last).to_have_attribute("data-state", "delivered")


def test_opening_it_by_hand_is_an_act(reader, people, backstage):
    doctor = reader()
    page, screen = doctor.page, doctor.screen

    def from_the_list():
        doctor.open()
        screen.row_of(people.chat_id).locator("a").click()

    def from_the_search():
        page.goto("/professional/chat/search")
        page.locator("#search").fill("ouvrez")
        page.locator("#search").press("Enter")
        page.locator(".result").first.click()

    def by_the_keyboard():
        other = backstage.patient_of(doctor_id=people.doctor.id, first_name="Zoé", last_name="Petit")
        doctor.open(f"/{other.chat_id}")
        page.keyboard.press("Alt+ArrowUp")

    def by_a_notification():
        doctor.open(f"/{people.chat_id}")
        page.evaluate(CLICKED, [people.chat_id, f"/professional/chat/{people.chat_id}"])

    def by_a_notification_elsewhere():
        page.goto("/professional/chat/search")
        page.evaluate(CLICKED, [people.chat_id, f"/professional/chat/{people.chat_id}"])

    ways = (from_the_list, from_the_search, by_the_keyboard, by_a_notification, by_a_notification_elsewhere)
    for by_hand in ways:
        [doctor.newest] = backstage.post(
            chat_id=people.chat_id, sender_id=people.patient.id, texts=[f"Ouvrez-moi {by_hand.__name__}"]
        )
        by_hand()
        page.wait_for_url(f"**/professional/chat/{people.chat_id}*")
        doctor.settle()
        doctor.has_read()
