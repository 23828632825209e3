"""A line that nobody wrote appears in open pages at once, is nothing to read, and nothing can be done with it."""

from playwright.sync_api import expect

from tests.browser.screen import Screen, is_accessible


def test_a_cancelled_appointment_is_told_in_the_conversation(people, backstage, sign_in):
    appointment = backstage.book(doctor_id=people.doctor.id, patient_id=people.patient.id, reason="Le genou")
    doctor = sign_in(people.doctor, at="/professional/chat", width=1280)
    thread = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=375, bypass_csp=True)
    elsewhere = thread.context.new_page()
    with elsewhere.expect_response("**/chat/unread"):
        elsewhere.goto("/accounts/profile")
    for page in (doctor, thread):
        Screen(page).is_live()
    Screen(thread).send("À jeudi")
    expect(Screen(doctor).row_of(people.chat_id)).to_contain_text("À jeudi")

    acting = doctor.context.new_page()
    acting.goto(f"/professional/consultations/{appointment}")
    acting.get_by_text("Annuler le rendez-vous", exact=True).click()
    acting.get_by_role("button", name="Oui, l’annuler").click()

    line = thread.locator("ol.messages > .line")
    expect(line).to_contain_text("annulé")
    row = Screen(doctor).row_of(people.chat_id)
    expect(row).to_contain_text("annulé")
    expect(row).not_to_contain_text("Vous")
    expect(row.locator(".badge")).to_contain_text("1")
    expect(Screen(elsewhere).badge).to_be_hidden()
    expect(thread.locator(".receipt-line + .line")).to_be_attached()

    line.focus()
    for key in ("Enter", "r"):
        thread.keyboard.press(key)
    expect(thread.locator("dialog[open]")).to_have_count(0)
    expect(thread.locator(".composer .quote")).to_be_hidden()
    is_accessible(thread)
    rows = Screen(thread).rows()
    thread.reload()
    expect(line).to_be_visible()
    assert Screen(thread).rows() == rows
