"""Texts between open pages: drawn by the browsers alone, without a request, as the server draws them after a reload."""

import json

import pytest
from playwright.sync_api import expect

from chat.tests.pages.test_linked import TABLE
from tests.browser.hand import Hand
from tests.browser.screen import Screen, wait_until

# All that a text changes. The line above what was new stays only on a page that was open.
EVERYTHING = "ol.messages > li:not(.fresh), ul.conversations > li, [data-unread-badge], [data-unread-words], title"
# Without what depends on how much of it was read.
ROWS = "ol.messages > .message, ol.messages > .day"


class Open:
    """An open page: what it shows, and what it has requested since it was quiet."""

    def __init__(self, page):
        self.page, self.screen, self.requests = page, Screen(page), []
        self.hand = Hand(page, page.locator("chat-thread").get_attribute("data-chat-id"))
        self.is_quiet()
        page.on("request", lambda request: self.requests.append(f"{request.method} {request.url}"))

    def is_quiet(self):
        """Connected, and caught up."""
        expect(self.page.locator("connection-banner").first).to_have_attribute("data-state", "live")
        self.page.wait_for_load_state("networkidle")

    def new_tab(self, path, *, width=1280):
        page = self.page.context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        return page

    def is_the_same_after_a_reload(self, parts=EVERYTHING):
        """Compare these parts with what the server draws; returns what was requested before."""
        shown, asked = self.screen.rows(parts), list(self.requests)
        self.page.reload()
        self.is_quiet()
        assert self.screen.rows(parts) == shown
        return asked


class Held:
    """The frames of the server with new messages, held back; `let_go()` passes them on at once, `drop()` loses them."""

    def __init__(self, page):
        self.frames, self.socket = [], None
        page.route_web_socket("**/ws/chat*", self.carry)

    def carry(self, socket):
        self.socket, server = socket, socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(self.receive)

    def receive(self, frame):
        if json.loads(frame)["type"] == "message.created":
            self.frames.append(frame)
        else:
            self.socket.send(frame)

    def let_go(self):
        while self.frames:
            self.socket.send(self.frames.pop(0))

    def drop(self):
        self.frames.clear()

    def holds(self, page, number):
        """Wait until so many are held."""
        wait_until(page, lambda: len(self.frames) >= number)
        assert len(self.frames) == number


def open_held(page):
    """The page, opened again with its new messages held back."""
    held = Held(page)
    page.reload()
    return held, Open(page)


@pytest.fixture
def doctor(doctor_page):
    return Open(doctor_page)


@pytest.fixture
def patient(patient_page):
    return Open(patient_page)


@pytest.fixture
def earlier(backstage, people):
    """Messages of another day, read by both."""
    for sender in (people.doctor, people.patient):
        backstage.post(chat_id=people.chat_id, sender_id=sender.id, texts=["Il y a trois jours"], days_ago=3)
    for reader in (people.doctor, people.patient):
        backstage.read(chat_id=people.chat_id, reader_id=reader.id)


def test_a_talk_needs_no_request_and_looks_the_same_after_a_reload(earlier, doctor, patient, people):
    other_tab = Open(doctor.new_tab(f"/professional/chat/{people.chat_id}"))
    list_tab = Open(doctor.new_tab("/professional/chat", width=375))
    doctor.screen.send("Bonjour, comment allez-vous ?")
    patient.screen.sees_sent("Bonjour, comment allez-vous ?")
    patient.screen.send("Mieux. Voir https://example.org/a_(b).")
    patient.screen.send("Merci <b>Docteur</b> 😀")
    doctor.screen.sees_sent("Merci <b>Docteur</b> 😀")
    doctor.screen.send("À jeudi")
    for one in (patient, other_tab):
        one.screen.sees_sent("À jeudi")
    expect(list_tab.screen.row_of(people.chat_id)).to_contain_text("À jeudi")
    for one in (doctor, patient, other_tab):
        expect(one.page.locator(".receipt-line[data-state=read]")).to_have_count(1)
        expect(one.page.locator(".receipt-line")).to_have_count(1)

    for one in (doctor, patient, other_tab, list_tab):
        assert one.is_the_same_after_a_reload() == []


def test_receipts_and_badges_need_no_request(earlier, doctor, sign_in, people):
    """Sent to nobody, then received by a page that shows only the list, then read."""
    lines = doctor.page.locator(".receipt-line")
    doctor.screen.send("Personne")
    doctor.screen.sees_sent("Personne")
    expect(lines.last).to_have_attribute("data-state", "sent")
    assert doctor.is_the_same_after_a_reload() == []

    phone = Open(sign_in(people.patient, width=375))
    doctor.requests.clear()
    doctor.screen.send("Reçu")
    doctor.screen.sees_sent("Reçu")
    expect(lines.last).to_have_attribute("data-state", "delivered")
    expect(phone.screen.badge).to_have_text("2")
    assert doctor.is_the_same_after_a_reload() == []
    assert phone.is_the_same_after_a_reload() == []

    doctor.requests.clear()
    phone.page.goto(f"/patient/chat/{people.chat_id}")
    phone.screen.act()
    expect(lines).to_have_count(1)
    expect(lines).to_have_attribute("data-state", "read")
    assert doctor.is_the_same_after_a_reload() == []


def test_any_text_is_drawn_as_by_the_server(earlier, doctor, patient, people, backstage):
    """Sent by both from other devices, whose pages do not trim it."""
    long = [text for text, _ in TABLE.values() if len(text) > 1_000]
    short = [text for text, _ in TABLE.values() if len(text) <= 1_000]
    # Two in each message, so that one page has all.
    texts = [*long, *("\n".join(pair) for pair in zip(short[::2], [*short[1::2], ""], strict=False))]
    for number, text in enumerate(texts):
        (doctor if number % 3 else patient).hand.send(text)
    for one in (doctor, patient):
        expect(one.screen.stored).to_have_count(2 + len(texts))
    # Otherwise the pages would open at the first unread message, and not have those far below.
    for reader in (people.doctor, people.patient):
        backstage.read(chat_id=people.chat_id, reader_id=reader.id)

    for one in (doctor, patient):
        assert one.is_the_same_after_a_reload(ROWS) == []


def test_what_only_the_server_can_draw_is_fetched(doctor, patient, letter):
    patient.screen.choose(letter)
    expect(patient.screen.ready).to_have_count(1)
    patient.requests.clear()
    patient.screen.send("Mon ordonnance")
    doctor.screen.sees_sent("Mon ordonnance")
    patient.screen.sees_sent("Mon ordonnance")
    for one in (doctor, patient):
        expect(one.screen.message("Mon ordonnance").locator(".document")).to_have_count(1)

    for one in (doctor, patient):
        [asked] = one.is_the_same_after_a_reload(ROWS)
        assert "/rows?since=" in asked


def test_many_events_at_once_are_fetched_together(patient_page, doctor):
    held, patient = open_held(patient_page)
    source = doctor.hand.send("La question")
    for number in range(10):
        doctor.hand.send(f"Réponse {number}", reply_to=source)
    held.holds(patient_page, 11)

    held.let_go()

    expect(patient.screen.page.locator(".message a.quote[data-quoted]")).to_have_count(10)
    asked = patient.is_the_same_after_a_reload(ROWS)
    # On a slow machine an event may come when the answer is already on its way: then there is one more.
    assert [url.split("?since=")[0].rpartition("/")[2] for url in asked] in (["rows"], ["rows", "rows"])


def test_an_event_that_was_lost_is_fetched_in_its_place(patient_page, doctor):
    held, patient = open_held(patient_page)
    doctor.hand.send("Perdu")
    held.holds(patient_page, 1)
    held.drop()
    doctor.hand.send("Arrivé")
    held.holds(patient_page, 1)

    held.let_go()

    patient.screen.sees_sent("Perdu")
    patient.screen.sees_sent("Arrivé")
    asked = patient.is_the_same_after_a_reload(ROWS)
    assert len([url for url in asked if "/rows?since=" in url]) == 1


def test_nobody_has_read_what_is_not_on_screen_yet(patient_page, doctor, complaints):
    """An event was lost, and the request for it fails: the text after it is shown, and not reported as read."""
    complaints.forgive_cut_lines()
    held, patient = open_held(patient_page)
    patient.screen.act()
    patient.page.route("**/rows?since=*", lambda route: route.abort())
    doctor.hand.send("Perdu")
    held.holds(patient_page, 1)
    held.drop()
    doctor.hand.send("Arrivé")
    held.holds(patient_page, 1)
    held.let_go()
    expect(patient.screen.message("Arrivé")).to_be_in_viewport()
    patient.page.wait_for_timeout(500)
    lines = doctor.page.locator(".receipt-line")
    expect(lines.last).not_to_have_attribute("data-state", "read")

    patient.page.unroute("**/rows?since=*")

    patient.screen.sees_sent("Perdu")
    expect(lines.last).to_have_attribute("data-state", "read")


def test_a_late_event_replaces_nothing_newer(patient_page, doctor):
    """The message was corrected, and its row fetched, before the event of its first version arrives."""
    held, patient = open_held(patient_page)
    message_id = doctor.hand.send("Prenez 2 comprimés")
    held.holds(patient_page, 1)
    doctor.hand.call("PATCH", f"message/{message_id}", data={"message_text": "Prenez 1 comprimé"})
    patient.screen.sees_sent("Prenez 1 comprimé")

    held.let_go()

    doctor.hand.send("Compris ?")
    held.holds(patient_page, 1)
    held.let_go()
    patient.screen.sees_sent("Compris ?")
    assert patient.screen.texts() == ["Prenez 1 comprimé", "Compris ?"]
