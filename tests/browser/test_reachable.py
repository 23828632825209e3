"""The other person's account is closed, and opened again, while the thread is on the screen."""

import json

from playwright.sync_api import expect

from tests.browser.screen import Screen

# Runs before the modules of the page.
ONE_MORE_REASON = """document.addEventListener("readystatechange", () => {
  const settings = document.getElementById("page");
  const facts = JSON.parse(settings.textContent);
  facts.words.blocked_on_leave = "{name} est en congé";
  settings.textContent = JSON.stringify(facts);
}, { once: true })"""


class Thread(Screen):
    def __init__(self, page):
        super().__init__(page)
        self.closed = page.locator(".closed")
        self.title = page.locator(".closed__title")
        self.kept = page.locator("[data-kept] textarea")

    def is_closed(self):
        expect(self.closed).to_be_visible()
        expect(self.text).to_be_hidden()

    def is_open(self):
        expect(self.text).to_be_visible()
        expect(self.closed).to_be_hidden()


def test_the_field_goes_and_comes_back_with_what_was_typed(patient_page, people, switch):
    patient = Thread(patient_page)
    patient.is_live()
    patient.text.fill("À moitié écrit")

    switch(people.doctor, "deactivate")
    patient.is_closed()
    expect(patient.kept).to_have_value("À moitié écrit")
    expect(patient_page.locator("[data-alarm]")).to_contain_text("Ada Martin n’est plus joignable ici")
    expect(patient.closed).to_be_focused()
    expect(patient.row_of(people.chat_id).locator(".conversation__tag")).to_have_text("N’est plus joignable")

    switch(people.doctor, "activate")
    patient.is_open()
    expect(patient.text).to_have_value("À moitié écrit")
    expect(patient.row_of(people.chat_id).locator(".conversation__tag")).to_have_count(0)
    patient.send("Tout écrit")
    patient.sees_sent("Tout écrit")


def test_a_page_that_was_closed_from_the_start_opens(patient_page, people, switch):
    switch(people.doctor, "deactivate")
    patient_page.reload()
    patient = Thread(patient_page)
    patient.is_closed()
    patient.is_live()

    switch(people.doctor, "activate")

    patient.is_open()


def test_a_draft_can_be_read_on_a_page_that_is_closed(patient_page, people, backstage):
    patient = Thread(patient_page)
    patient.is_live()
    patient.text.fill("Commencé hier")
    backstage.set_active(user_id=people.doctor.id, active=False)

    patient_page.reload()

    patient.is_closed()
    expect(patient.kept).to_have_value("Commencé hier")


def test_a_refused_message_closes_and_one_that_passes_opens(patient_page, people, backstage):
    patient = Thread(patient_page)
    patient.pause_catch_up()
    backstage.set_active(user_id=people.doctor.id, active=False)
    patient.send("Êtes-vous là ?")
    expect(patient.message("Êtes-vous là ?")).to_have_attribute("data-state", "failed")
    patient.is_closed()
    expect(patient.kept).to_be_hidden()

    backstage.set_active(user_id=people.doctor.id, active=True)
    patient.resume_catch_up()
    patient.message("Êtes-vous là ?").locator("[data-action=resend]").click()

    patient.sees_sent("Êtes-vous là ?")
    patient.is_open()


def test_each_reason_has_its_sentence(patient_page, people):
    """The page knows the sentence of one more reason. No answer of the server contradicts the frames."""
    sockets = []

    def carry(socket):
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(socket.send)
        sockets.append(socket)

    def receive(reason):
        frame = {"type": "chat.reachable", "chat_id": people.chat_id, "can_reply": reason is None}
        sockets[-1].send(json.dumps(frame | {"reply_blocked_reason": reason}))

    patient_page.add_init_script(ONE_MORE_REASON)
    patient_page.route_web_socket("**/ws/chat*", carry)
    patient = Thread(patient_page)
    patient.pause_catch_up()
    alarm = patient_page.locator("[data-alarm]")

    receive("on_leave")
    patient.is_closed()
    expect(patient.title).to_have_text("Dr. Ada Martin est en congé")
    expect(alarm).to_have_text("Dr. Ada Martin est en congé")
    receive("known_to_a_later_release")
    expect(patient.title).to_have_text("Vous ne pouvez plus écrire dans cette conversation")
    receive("recipient_inactive")
    expect(patient.title).to_have_text("Dr. Ada Martin n’est plus joignable ici")
    expect(alarm).to_have_text("Dr. Ada Martin n’est plus joignable ici")
    receive(None)
    patient.is_open()


def test_it_is_found_after_the_line_was_cut(patient_page, people, backstage, complaints):
    complaints.forgive_cut_lines()
    patient = Thread(patient_page)
    patient.is_live()
    patient_page.context.set_offline(True)
    patient.text.fill("Écrit hors connexion")
    backstage.set_active(user_id=people.doctor.id, active=False)

    patient_page.context.set_offline(False)

    patient.is_closed()
    expect(patient.kept).to_have_value("Écrit hors connexion")


def test_it_is_found_where_no_socket_passes(patient_page, people, backstage, complaints):
    complaints.forgive_cut_lines()
    patient = Thread(patient_page)
    patient_page.route_web_socket("**/ws/chat*", lambda socket: socket.close())
    patient_page.reload()
    backstage.set_active(user_id=people.doctor.id, active=False)

    expect(patient.closed).to_be_visible(timeout=30_000)
