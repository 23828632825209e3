"""What the server refuses for now, on a line that stays open, is told again: read, delivered, and who is watched."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen


class Refusals:
    """A page whose frames of these kinds are answered by an error, as often as `times` says."""

    def __init__(self, page, kinds, *, code="unavailable", times=2):
        self.code, self.left = code, dict.fromkeys(kinds, times)
        self.heard = []
        page.route_web_socket("**/ws/chat*", self.carry)
        page.reload()

    def carry(self, socket):
        server = socket.connect_to_server()
        socket.on_message(lambda text: self.refuse(socket, json.loads(text)) or server.send(text))
        server.on_message(socket.send)

    def refuse(self, socket, frame):
        kind = frame["type"]
        self.heard.append(kind)
        if not self.left.get(kind):
            return False
        self.left[kind] -= 1
        socket.send(json.dumps({"type": "error", "code": self.code, "message": "…", "chat_id": frame["chat_id"]}))
        return True


@pytest.mark.parametrize("code", ["unavailable", "busy"])
def test_what_was_read_is_told_until_it_is_taken(doctor_page, patient_page, code):
    refusals = Refusals(doctor_page, ["read"], code=code)
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    doctor.is_live()

    patient.send("La cheville a enflé")

    doctor.sees_sent("La cheville a enflé")
    expect(patient_page.locator(".receipt-line")).to_have_attribute("data-state", "read")
    expect(doctor.badge).to_be_hidden()
    assert refusals.heard.count("read") == 3


def test_what_was_delivered_is_told_until_it_is_taken(sign_in, patient_page, people):
    list_page = sign_in(people.doctor, width=375)
    refusals = Refusals(list_page, ["delivered"])
    expect(Screen(list_page).list_banner).to_have_attribute("data-state", "live")

    Screen(patient_page).send("La cheville a enflé")

    expect(Screen(list_page).badge).to_have_text("1")
    expect(patient_page.locator(".receipt-line")).to_have_attribute("data-state", "delivered")
    assert refusals.heard.count("delivered") == 3


def test_it_is_asked_again_who_is_online(doctor_page, patient_page, people):
    patient_page.goto("/accounts/profile")
    patient_page.locator("input[name=shows_presence]").check()
    with patient_page.expect_response(lambda response: response.request.method == "POST"):
        patient_page.get_by_role("button", name="Enregistrer").click()
    patient_page.goto(f"/patient/chat/{people.chat_id}")
    Screen(patient_page).is_live()

    refusals = Refusals(doctor_page, ["watch"])

    expect(doctor_page.locator("[data-presence]")).to_be_visible()
    assert refusals.heard.count("watch") == 3


def test_a_thread_put_back_to_unread_is_opened_in_the_end(doctor_page, patient_page, people):
    """Nothing in it is new, so that only the mark is told."""
    doctor = Screen(doctor_page)
    Screen(patient_page).send("Une question")
    expect(patient_page.locator(".receipt-line")).to_have_attribute("data-state", "read")
    doctor_page.get_by_role("button", name="Options").click()
    doctor_page.get_by_role("button", name="Marquer comme non lu").click()
    expect(doctor.badge).to_have_text("1")

    refusals = Refusals(doctor_page, ["read"])

    expect(doctor.badge).to_be_hidden()
    assert refusals.heard.count("read") == 3


def test_what_is_refused_for_good_is_told_once(doctor_page, patient_page):
    refusals = Refusals(doctor_page, ["read"], code="not_a_participant", times=9)
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    doctor.is_live()
    patient.send("La cheville a enflé")
    doctor.sees_sent("La cheville a enflé")
    expect(patient_page.locator(".receipt-line")).to_have_attribute("data-state", "delivered")

    doctor_page.wait_for_timeout(3_000)

    assert refusals.heard.count("read") == 1
