"""An appointment that is shown anywhere is the present one: at once, and after a cut line."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen


@pytest.fixture
def booked(people, backstage):
    people.appointment = backstage.book(doctor_id=people.doctor.id, patient_id=people.patient.id, reason="Le genou")
    return people


def test_it_changes_in_open_pages_at_once_and_after_a_cut(booked, sign_in, backstage, complaints):
    complaints.forgive_cut_lines()
    thread = sign_in(booked.patient, at=f"/patient/chat/{booked.chat_id}", width=375)
    visit, visits = thread.context.new_page(), thread.context.new_page()
    for page, path in ((visit, f"/patient/visits/{booked.appointment}"), (visits, "/patient/visits")):
        with page.expect_response("**/appointments/parts**"):
            page.goto(path)
    Screen(thread).is_live()
    context, room = thread.locator(".context"), "Au cabinet, salle 2"
    expect(context).to_contain_text("Le genou")
    button = visit.get_by_role("button", name="Ouvrir le chat")
    button.focus()

    doctor = sign_in(booked.doctor, at=f"/professional/consultations/{booked.appointment}/reschedule")
    doctor.locator("input[name=place]").fill("Salle 5")
    doctor.locator("form.visit-form button[type=submit]").click()

    for page in (thread, visit, visits):
        expect(page.locator("[data-present]")).to_contain_text("Salle 5")
        expect(page.locator("[data-present]")).not_to_contain_text(room)
        expect(page.locator("[data-announce]")).to_contain_text("endez-vous")
    expect(button).to_be_focused()

    doctor.get_by_text("Annuler le rendez-vous", exact=True).click()
    doctor.get_by_role("button", name="Oui, l’annuler").click()
    expect(visit.locator(".visit__state")).to_contain_text("Annulé")
    expect(visits.locator("[data-present]")).to_contain_text("Annulé")
    expect(context).to_be_hidden()

    thread.context.set_offline(True)
    backstage.change_appointment(pk=booked.appointment, status="planned", place=room)
    thread.context.set_offline(False)
    for page in (thread, visit, visits):
        expect(page.locator("[data-present]")).to_contain_text(room)

    # Another doctor has it now: its former doctor is told so.
    complaints.forgive(re.compile("status of 404"))
    other = backstage.pair()
    backstage.change_appointment(pk=booked.appointment, doctor_id=other.doctor.id)
    doctor.context.set_offline(True)
    doctor.context.set_offline(False)
    expect(doctor.locator("[data-present]")).to_contain_text("n’est plus le vôtre")
