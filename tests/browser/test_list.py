"""The list is right even when an answer or an event is lost, or their order changes."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen, wait_until


class Fails:
    """The first requests to an address are answered 503; `asked` counts all of them."""

    def __init__(self, page, address, times=2):
        self.asked, self.times, self._page = 0, times, page
        page.route(address, self.answer)

    def are_over(self):
        """Wait until it was requested once more: what is seen meanwhile may have come in another way."""
        wait_until(self._page, lambda: self.asked > self.times)

    def answer(self, route):
        self.asked += 1
        if self.asked > self.times:
            route.continue_()
        else:
            route.fulfill(status=503, body="")


def begin_anew(page):
    """Load the page again, and wait until the new one has caught up."""
    url = page.url
    page.goto("about:blank")
    with page.expect_response("**/chat/rows*"):
        page.goto(url)


class Wire:
    """The socket of a page that has caught up: it receives the frames for which `passes(frame)` is true."""

    def __init__(self, page, passes):
        self.passes = passes
        page.route_web_socket("**/ws/chat*", self.carry)
        begin_anew(page)

    def carry(self, socket):
        self.socket = socket
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda text: socket.send(text) if self.passes(json.loads(text)) else None)

    def send(self, frame):
        self.socket.send(json.dumps(frame))


@pytest.fixture
def list_page(sign_in, people):
    """The doctor's list, as a phone shows it: it marks nothing as read."""
    page = sign_in(people.doctor, width=375)
    expect(Screen(page).list_banner).to_have_attribute("data-state", "live")
    return page


def badge_words(page, chat_id):
    return Screen(page).row_of(chat_id).locator(".badge .visually-hidden")


def test_it_requests_again_when_it_could_not_catch_up(list_page, people, backstage, complaints):
    complaints.forgive_cut_lines()
    # Not the newest, so that no thread beside the list requests it.
    other = backstage.patient_of(doctor_id=people.doctor.id, first_name="Nadia", last_name="Roux")
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=["Bonjour"])
    begin_anew(list_page)
    list_page.context.set_offline(True)
    backstage.post(chat_id=other.chat_id, sender_id=other.id, texts=["Pendant la coupure"])
    rows = Fails(list_page, "**/chat/rows*")

    list_page.context.set_offline(False)

    expect(Screen(list_page).row_of(other.chat_id)).to_contain_text("Pendant la coupure")
    expect(Screen(list_page).badge).to_have_text("1")
    assert rows.asked > rows.times


def test_a_row_that_is_pressed_opens_though_the_list_catches_up_meanwhile(list_page, people, backstage, complaints):
    complaints.forgive_cut_lines()
    other = backstage.patient_of(doctor_id=people.doctor.id, first_name="Nadia", last_name="Roux")
    for chat_id in (people.chat_id, other.chat_id):
        backstage.post(chat_id=chat_id, sender_id=people.doctor.id, texts=["Bonjour"])
    begin_anew(list_page)
    list_page.context.set_offline(True)
    backstage.post(chat_id=other.chat_id, sender_id=other.id, texts=["Pendant la coupure"])
    Screen(list_page).row_of(people.chat_id).hover()
    list_page.mouse.down()

    list_page.context.set_offline(False)
    expect(Screen(list_page).row_of(other.chat_id)).to_contain_text("Pendant la coupure")
    list_page.mouse.up()

    expect(list_page).to_have_url(re.compile(f"/professional/chat/{people.chat_id}$"))


def test_it_requests_again_a_row_that_did_not_come(list_page, sign_in, people, backstage, complaints):
    complaints.forgive_cut_lines()
    # A list that catches up later would have the row without asking for it.
    begin_anew(list_page)
    other = backstage.patient_of(doctor_id=people.doctor.id, first_name="Nadia", last_name="Roux")
    row = Fails(list_page, f"**/chat/{other.chat_id}/row")
    other_page = sign_in(other, at=f"/patient/chat/{other.chat_id}")

    Screen(other_page).send("Première question")

    expect(Screen(list_page).row_of(other.chat_id)).to_contain_text("Première question")
    row.are_over()


def test_it_requests_again_a_changed_row_that_did_not_come(list_page, people, backstage, complaints):
    """Only the row itself shows the change."""
    complaints.forgive_cut_lines()
    wire = Wire(list_page, lambda frame: True)
    backstage.set_active(user_id=people.patient.id, active=False)
    row = Fails(list_page, f"**/chat/{people.chat_id}/row")

    wire.send({"type": "chat.reachable", "chat_id": people.chat_id, "can_reply": False})

    expect(Screen(list_page).row_of(people.chat_id).locator(".conversation__tag")).to_be_visible()
    row.are_over()


def test_it_sees_by_the_next_message_that_one_was_lost(list_page, patient_page, people):
    lost = []
    Wire(list_page, lambda frame: frame["type"] != "message.created" or lost or lost.append(frame))
    patient = Screen(patient_page)

    for words in ("Un", "Deux"):
        patient.send(words)
        patient.sees_sent(words)

    expect(Screen(list_page).row_of(people.chat_id)).to_contain_text("Deux")
    expect(badge_words(list_page, people.chat_id)).to_have_text("2 messages non lus")
    expect(Screen(list_page).badge).to_have_text("2")


def test_it_sees_by_a_receipt_that_a_message_was_lost(list_page, sign_in, patient_page, people):
    Wire(list_page, lambda frame: frame["type"] != "message.created")
    elsewhere = sign_in(people.doctor, width=375)
    expect(Screen(elsewhere).list_banner).to_have_attribute("data-state", "live")

    Screen(patient_page).send("Perdu en route")

    expect(Screen(list_page).row_of(people.chat_id)).to_contain_text("Perdu en route")
    expect(Screen(list_page).badge).to_have_text("1")


def test_it_counts_once_what_comes_twice_or_in_another_order(list_page, patient_page, people):
    pending = []
    wire = Wire(list_page, lambda frame: frame["type"] != "message.created" or pending.append(frame))
    patient = Screen(patient_page)
    for words in ("Un", "Deux"):
        patient.send(words)
        patient.sees_sent(words)
    wait_until(list_page, lambda: len(pending) == 2)

    for frame in (pending[1], pending[0], pending[1], pending[0]):
        wire.send(frame)

    expect(Screen(list_page).row_of(people.chat_id).locator(".conversation__last")).to_have_text("Deux")
    expect(badge_words(list_page, people.chat_id)).to_have_text("2 messages non lus")
    expect(Screen(list_page).badge).to_have_text("2")


def test_it_fetches_no_row_for_complete_events(list_page, patient_page, people):
    asked = []
    list_page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/row") else None)
    patient, line = Screen(patient_page), patient_page.locator(".receipt-line")
    row = Screen(list_page).row_of(people.chat_id)

    for words in ("Un", "Deux", "Trois"):
        patient.send(words)
        expect(row).to_contain_text(words)
        # The list has reported the delivery: an event with a number of its own.
        expect(line).to_have_count(1)
        expect(line).to_have_attribute("data-state", "delivered")

    expect(Screen(list_page).badge).to_have_text("3")
    expect(row).to_have_attribute("data-seq", "6")
    assert asked == []


def test_it_fetches_no_row_where_two_events_change_places(list_page, patient_page, people):
    held, asked = [], []

    def passes(frame):
        """Each delivery comes before its message."""
        if frame["type"] == "message.created":
            held.append(frame)
            return False
        if frame["type"] == "chat.delivered" and held:
            wire.send(frame)
            wire.send(held.pop())
            return False
        return True

    wire = Wire(list_page, passes)
    elsewhere = list_page.context.new_page()
    elsewhere.goto("/professional/chat")
    list_page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/row") else None)
    patient, row = Screen(patient_page), Screen(list_page).row_of(people.chat_id)

    for words in ("Un", "Deux", "Trois"):
        patient.send(words)
        expect(row).to_contain_text(words)

    expect(Screen(list_page).badge).to_have_text("3")
    assert asked == []


def test_it_counts_beyond_what_the_badge_shows(list_page, patient_page, people, backstage, server):
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=[f"Ligne {n}" for n in range(127)])
    Wire(list_page, lambda frame: True)
    expect(badge_words(list_page, people.chat_id)).to_have_text("127 messages non lus")

    for words in ("Encore", "Toujours"):
        Screen(patient_page).send(words)
        expect(Screen(list_page).row_of(people.chat_id)).to_contain_text(words)

    expect(badge_words(list_page, people.chat_id)).to_have_text("129 messages non lus")
    expect(Screen(list_page).row_of(people.chat_id).locator(".badge [aria-hidden]")).to_have_text("99+")
    elsewhere = list_page.context.new_page()
    elsewhere.goto(f"{server.url}/accounts/profile")
    elsewhere.evaluate(
        """async (chatId) => {
          const { sendJson } = await import("/static/js/lib/api.js");
          await sendJson("PUT", `/api/chat/messages/${chatId}/read`, {});
        }""",
        people.chat_id,
    )
    expect(Screen(list_page).badge).to_be_hidden()
    expect(Screen(list_page).row_of(people.chat_id).locator(".badge")).to_have_count(0)
    assert "non lu" not in list_page.title()


def test_ten_conversations_fit_on_a_laptop(sign_in, people, backstage):
    for number in range(10):
        other = backstage.patient_of(doctor_id=people.doctor.id, first_name=f"Nina{number}", last_name="Roy")
        backstage.post(chat_id=other.chat_id, sender_id=other.id, texts=["Bonjour Docteur, une question"])
        if number == 9:
            backstage.set_active(user_id=other.id, active=False)
    page = sign_in(people.doctor)
    # Until then a slow machine may show the banner of a lost line above the list.
    Screen(page).is_live()
    rows = page.locator(".conversation")
    expect(rows).to_have_count(11)

    boxes = "rows => rows.map((row) => row.getBoundingClientRect())"
    # A row that is drawn anew meanwhile has no height.
    wait_until(page, lambda: {box["height"] for box in rows.evaluate_all(boxes)[:10]} == {60})
    assert rows.evaluate_all(boxes)[9]["bottom"] <= 800
    parts = rows.first.locator(".conversation__last, .conversation__tag")
    words, tag = parts.evaluate_all(boxes)
    assert abs(tag["top"] + tag["bottom"] - words["top"] - words["bottom"]) < 6
    assert words["right"] <= tag["left"]

    page.set_viewport_size({"width": 375, "height": 740})
    wait_until(page, lambda: [round(box["height"]) for box in rows.evaluate_all(boxes)[:2]] == [92, 76])
