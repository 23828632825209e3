"""Frames that the server refuses temporarily on an open connection are sent again: read, delivered, watch."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen


class Refusals:
    """Answers frames of these kinds with an error, `times` times, and counts what it received."""

    def __init__(self, page, kinds, *, code="unavailable", times=2):
        self.code, self.left = code, dict.fromkeys(kinds, times)
        self.received = []
        page.route_web_socket("**/ws/chat*", self.carry)
        page.reload()

    def carry(self, socket):
        server = socket.connect_to_server()
        socket.on_message(lambda text: self.refuse(socket, json.loads(text)) or server.send(text))
        server.on_message(socket.send)

    def refuse(self, socket, frame):
        kind = frame["type"]
        self.received.append(kind)
        if not self.left.get(kind):
            return False
        self.left[kind] -= 1
        socket.send(json.dumps({"type": "error", "code": self.code, "message": "…", "chat_id": frame["chat_id"]}))
        return True


@pytest.mark.parametrize("code", ["unavailable", "busy"])
def test_a_read_frame_is_repeated_until_it_is_accepted(doctor_page, patient_page, code):
    refusals = Refusals(doctor_page, ["read"], code=code)
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    doctor.is_live()
    doctor.act()

    patient.send("La cheville a enflé")

    doctor.sees_sent("La cheville a enflé")
    expect(patient_page.locator(".receipt-line")).to_have_attribute("data-state", "read")
    expect(doctor.badge).to_be_hidden()
    assert refusals.received.count("read") == 3


def test_a_delivered_frame_is_repeated_until_it_is_accepted(sign_in, patient_page, people):
    list_page = sign_in(people.doctor, width=375)
    refusals = Refusals(list_page, ["delivered"])
    expect(Screen(list_page).list_banner).to_have_attribute("data-state", "live")

    Screen(patient_page).send("La cheville a enflé")

    expect(Screen(list_page).badge).to_have_text("1")
    expect(patient_page.locator(".receipt-line")).to_have_attribute("data-state", "delivered")
    assert refusals.received.count("delivered") == 3


def test_a_watch_frame_is_repeated_until_it_is_accepted(doctor_page, patient_page, people):
    patient_page.goto("/accounts/profile")
    patient_page.locator("input[name=shows_presence]").check()
    with patient_page.expect_response(lambda response: response.request.method == "POST"):
        patient_page.get_by_role("button", name="Enregistrer").click()
    patient_page.goto(f"/patient/chat/{people.chat_id}")
    Screen(patient_page).is_live()

    refusals = Refusals(doctor_page, ["watch"])

    expect(doctor_page.locator("[data-presence]")).to_be_visible()
    assert refusals.received.count("watch") == 3


def test_an_unread_mark_is_removed_in_the_end(doctor_page, patient_page, people):
    """No message is new, so the frame only removes the mark."""
    doctor = Screen(doctor_page)
    doctor.act()
    Screen(patient_page).send("Une question")
    expect(patient_page.locator(".receipt-line")).to_have_attribute("data-state", "read")
    expect(doctor.badge).to_be_hidden()
    doctor_page.get_by_role("button", name="Options").click()
    doctor_page.get_by_role("button", name="Marquer comme non lu").click()
    expect(doctor.badge).to_have_text("1")

    refusals = Refusals(doctor_page, ["read"])
    doctor.act()

    expect(doctor.badge).to_be_hidden()
    assert refusals.received.count("read") == 3


def test_a_frame_refused_for_good_is_not_repeated(doctor_page, patient_page):
    refusals = Refusals(doctor_page, ["read"], code="not_a_participant", times=9)
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    doctor.is_live()
    doctor.act()
    patient.send("La cheville a enflé")
    doctor.sees_sent("La cheville a enflé")
    expect(patient_page.locator(".receipt-line")).to_have_attribute("data-state", "delivered")

    doctor_page.wait_for_timeout(3_000)

    assert refusals.received.count("read") == 1
