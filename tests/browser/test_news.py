"""What screen readers are told: reactions in the open thread, and from whom something came elsewhere."""

import json
import uuid

from playwright.sync_api import expect

from tests.browser.actions import Actions
from tests.browser.screen import Screen


def test_a_reaction_is_an_answer(talk, sign_in, people):
    doctor, patient = talk
    list_page = sign_in(people.patient, width=375)
    row, told = Screen(list_page).row_of(people.chat_id), "[data-announce]"
    expect(row.locator(".conversation__last")).to_contain_text("La cheville a enflé.")
    expect(Screen(list_page).list_banner).to_have_attribute("data-state", "live")

    doctor.react("La cheville a enflé.", "Bien compris")

    expect(patient.page.locator(told)).to_have_text("Dr. Ada Martin a réagi : Bien compris")
    expect(row.locator(".conversation__last")).to_have_text("👍 Bien compris")
    expect(list_page.locator(told)).to_have_text("Dr. Ada Martin a réagi à un message")
    expect(Screen(list_page).badge).to_be_hidden()
    mine = doctor.screen.row_of(people.chat_id).locator(".conversation__last")
    expect(mine).to_have_text("Vous : 👍 Bien compris")
    expect(doctor.page.locator(told)).not_to_contain_text("réagi")

    # One that is taken back is no news, and the message is the last word again.
    patient.page.evaluate("document.querySelector('[data-announce]').textContent = ''")
    doctor.react("La cheville a enflé.", "Bien compris")
    expect(row.locator(".conversation__last")).to_contain_text("La cheville a enflé.")
    expect(patient.page.locator(told)).to_be_empty()


def test_it_tells_from_whom_and_never_the_words(sign_in, people, backstage, doctor_page, patient_page):
    other = backstage.patient_of(doctor_id=people.doctor.id, first_name="Zoé", last_name="Petit")
    elsewhere = doctor_page.context.new_page()
    with elsewhere.expect_response("**/chat/unread"):
        elsewhere.goto("/professional/consultations")
    zoe = Screen(sign_in(other, at=f"/patient/chat/{other.chat_id}", width=375))
    zoe.is_live()
    Screen(doctor_page).is_live()

    zoe.send("Un secret")

    for page in (doctor_page, elsewhere):
        expect(page.locator("[data-announce]")).to_have_text("Nouveau message de Zoé Petit")
        expect(Screen(page).badge).to_have_text("1")

    Screen(patient_page).send("Une question")
    expect(doctor_page.locator("[data-announce]")).to_contain_text("Ben Durand")
    expect(doctor_page.locator("[data-announce]")).to_contain_text("Une question")
    expect(elsewhere.locator("[data-announce]")).to_have_text("Nouveau message de Ben Durand")


def test_a_thread_that_is_not_shown_is_elsewhere(sign_in, people, doctor_page):
    phone = sign_in(people.patient, width=375)
    expect(Screen(phone).list_banner).to_have_attribute("data-state", "live")
    Actions(doctor_page).screen.send("Un secret")
    expect(phone.locator("[data-announce]")).to_have_text("Nouveau message de Dr. Ada Martin")


def test_what_is_refused_elsewhere_is_said_there(sign_in, people, backstage):
    """A message that waited in this tab, to somebody who can no longer be reached: with whom, and not a word."""
    page = sign_in(people.patient, at="/patient/visits", width=375)
    waiting = {
        "client_id": str(uuid.uuid4()), "chat_id": people.chat_id, "message_text": "Un secret", "state": "pending",
        "attachment_ids": [], "attachments": [], "reply_to": None, "quoted": None, "created_at": "2026-03-10T09:00:00Z",
    }  # fmt: skip
    backstage.set_active(user_id=people.doctor.id, active=False)
    page.evaluate("([key, kept]) => sessionStorage.setItem(key, kept)", _outbox(people.patient, [waiting]))

    page.reload()

    alert = page.get_by_role("alert").filter(has_text="Un message à Dr. Ada Martin n’a pas pu partir")
    expect(alert).to_be_visible()
    assert "Un secret" not in page.content()
    page.goto(f"/patient/chat/{people.chat_id}")
    expect(Screen(page).message("Un secret")).to_have_attribute("data-state", "failed")


def _outbox(person, items):
    return [f"chat:{person.id}:outbox", json.dumps(items)]
