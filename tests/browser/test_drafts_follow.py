"""A draft follows its writer to the other device, and nobody else sees it."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen


@pytest.fixture
def phone(sign_in, people):
    """The doctor's second device."""
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}", width=375)
    Screen(page).is_live()
    return page


def saved(page, end=""):
    """Wait until the server has stored what was typed, up to these last letters."""
    return page.expect_response(
        lambda answer: answer.url.endswith("/draft") and answer.ok and end in (answer.request.post_data or "")
    )


def test_it_continues_on_the_other_device(sign_in, doctor_page, people):
    doctor = Screen(doctor_page)
    with saved(doctor_page, end="sultats"):
        doctor.text.press_sequentially("Bonjour Monsieur, vos résultats")

    phone = sign_in(people.doctor, width=375)
    expect(Screen(phone).row_of(people.chat_id)).to_contain_text("Brouillon\u202f: Bonjour Monsieur, vos résultats")
    phone.goto(f"/professional/chat/{people.chat_id}")

    expect(Screen(phone).text).to_have_value("Bonjour Monsieur, vos résultats")


def test_it_follows_live_both_ways_and_goes_with_the_send(doctor_page, phone, people):
    desk, other = Screen(doctor_page), Screen(phone)
    desk.is_live()
    desk.text.press_sequentially("Bonjour")
    expect(other.text).to_have_value("Bonjour")

    other.text.press_sequentially(" Madame")
    expect(desk.text).to_have_value("Bonjour Madame")
    expect(desk.row_of(people.chat_id)).to_contain_text("Brouillon")
    other.text.press("End")
    phone.locator(".send").click()

    desk.sees_sent("Bonjour Madame")
    expect(desk.text).to_have_value("")
    expect(other.text).to_have_value("")
    expect(desk.row_of(people.chat_id)).not_to_contain_text("Brouillon")
    expect(desk.row_of(people.chat_id)).to_contain_text("Vous\u202f: Bonjour Madame")
    for page in (doctor_page, phone):
        page.reload()
        expect(Screen(page).text).to_have_value("")


def begun(desk_page, phone, words):
    """The two devices, with what was typed and saved on the phone."""
    desk, other = Screen(desk_page), Screen(phone)
    desk.is_live()
    with saved(phone):
        other.text.press_sequentially(words)
    expect(desk.text).to_have_value(words)
    return desk, other


def is_gone(people, *pages):
    """On these devices, and on the server."""
    for page in pages:
        expect(Screen(page).text).to_have_value("")
        expect(Screen(page).row_of(people.chat_id)).not_to_contain_text("Brouillon")
    for page in pages:
        page.reload()
        expect(Screen(page).text).to_have_value("")


def test_it_stays_gone_when_another_device_sent_it_with_more_words(doctor_page, phone, people):
    desk, _ = begun(doctor_page, phone, "Prenez un demi-comprimé")

    desk.send("Prenez un demi-comprimé le soir")

    desk.sees_sent("Prenez un demi-comprimé le soir")
    is_gone(people, phone, doctor_page)


def test_it_stays_gone_when_it_was_sent_while_its_device_was_away(doctor_page, phone, people, complaints):
    complaints.forgive_cut_lines()
    desk, other = begun(doctor_page, phone, "Prenez un demi-comprimé")
    phone.context.set_offline(True)
    desk.text.press("Enter")
    desk.sees_sent("Prenez un demi-comprimé")
    expect(other.text).to_have_value("Prenez un demi-comprimé")

    phone.context.set_offline(False)

    is_gone(people, phone, doctor_page)


def test_it_stays_gone_when_another_device_deleted_it(doctor_page, phone, people):
    desk, _ = begun(doctor_page, phone, "Trop tôt pour le dire")

    with saved(doctor_page):
        desk.text.fill("")

    is_gone(people, phone, doctor_page)


def test_what_it_answers_goes_with_it(patient_page, doctor_page, phone, people):
    patient = Screen(patient_page)
    patient.send("Faut-il que je revienne ?")
    patient.sees_sent("Faut-il que je revienne ?")
    desk, other = Screen(doctor_page), Screen(phone)
    desk.message("Faut-il que je revienne ?").focus()
    doctor_page.keyboard.press("r")
    desk.text.press_sequentially("Oui,")
    expect(other.text).to_have_value("Oui,")
    quote = phone.locator("reply-quote")
    expect(quote).to_contain_text("Ben Durand")
    expect(quote).to_contain_text("Faut-il que je revienne ?")

    phone.reload()
    expect(other.text).to_have_value("Oui,")
    expect(quote).to_contain_text("Faut-il que je revienne ?")
    other.text.press("End")
    other.text.press_sequentially(" mardi")
    expect(desk.text).to_have_value("Oui, mardi")
    phone.locator(".send").click()
    desk.sees_sent("Oui, mardi")
    expect(desk.message("Oui, mardi").locator(".quote__text")).to_have_text("Faut-il que je revienne ?")
    expect(doctor_page.locator("reply-quote")).to_be_hidden()


def test_a_cancelled_reply_follows_too(patient_page, doctor_page, phone):
    patient = Screen(patient_page)
    patient.send("Une question")
    patient.sees_sent("Une question")
    desk, other = Screen(doctor_page), Screen(phone)
    desk.message("Une question").focus()
    doctor_page.keyboard.press("r")
    desk.text.press_sequentially("Voyons")
    expect(phone.locator("reply-quote")).to_be_visible()
    doctor_page.locator("[data-action=cancel-reply]").click()
    expect(phone.locator("reply-quote")).to_be_hidden()
    expect(other.text).to_have_value("Voyons")


def test_the_other_side_sees_nothing_of_it(doctor_page, patient_page, people):
    received = []
    patient_page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(frame)))
    patient_page.reload()
    Screen(patient_page).is_live()
    with saved(doctor_page):
        Screen(doctor_page).text.press_sequentially("Secret")
    patient_page.reload()
    Screen(patient_page).is_live()

    assert "Secret" not in patient_page.content()
    assert not [frame for frame in received if "Secret" in frame or "chat.draft" in frame]


def test_what_is_typed_here_wins_over_what_is_received(doctor_page, phone):
    """Both devices write at once: neither overwrites the other."""
    desk, other = Screen(doctor_page), Screen(phone)
    desk.is_live()
    pending = []
    phone.route("**/draft", lambda route: pending.append(route))
    with phone.expect_request("**/draft"):
        other.text.press_sequentially("Écrit au téléphone")
    with saved(doctor_page):
        desk.text.press_sequentially("Écrit au bureau")

    expect(other.text).to_have_value("Écrit au téléphone")
    pending[0].continue_()
    phone.unroute("**/draft")
    expect(desk.text).to_have_value("Écrit au téléphone")


def test_what_did_not_reach_the_server_comes_back_in_its_tab(doctor_page, phone, complaints):
    complaints.forgive_cut_lines()
    desk, other = Screen(doctor_page), Screen(phone)
    with saved(doctor_page):
        desk.text.press_sequentially("Ancien")
    expect(other.text).to_have_value("Ancien")
    phone.route("**/draft", lambda route: route.abort())
    other.text.fill("Plus récent")

    phone.reload()

    expect(other.text).to_have_value("Plus récent")
    phone.unroute("**/draft")


def test_leaving_saves_at_once(doctor_page, people):
    doctor = Screen(doctor_page)
    doctor.is_live()
    with saved(doctor_page):
        doctor.text.fill("À peine tapé")
        doctor_page.locator("input[name=q]").focus()
    expect(doctor.row_of(people.chat_id)).to_contain_text("Brouillon")


def test_a_text_written_after_the_send_stays(doctor_page, phone):
    """Sending deletes the draft; a text typed while the first message is being sent is a new draft."""
    desk, other = Screen(doctor_page), Screen(phone)
    desk.is_live()
    with saved(doctor_page):
        desk.text.press_sequentially("Premier")
    desk.text.press("Enter")
    desk.text.press_sequentially("Second")
    desk.sees_sent("Premier")

    expect(other.text).to_have_value("Second")
    expect(desk.text).to_have_value("Second")


def test_it_is_there_without_scripts(sign_in, doctor_page, people):
    with saved(doctor_page):
        Screen(doctor_page).text.press_sequentially("Commencé au bureau")
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}", java_script_enabled=False)
    expect(page.locator("textarea[name=message_text]")).to_have_value("Commencé au bureau")

    page.locator(".send").click()

    Screen(doctor_page).sees_sent("Commencé au bureau")
    expect(Screen(doctor_page).text).to_have_value("")


def test_it_is_caught_up_after_the_line_came_back(doctor_page, phone, complaints):
    complaints.forgive_cut_lines()
    phone.context.set_offline(True)
    with saved(doctor_page):
        Screen(doctor_page).text.press_sequentially("Pendant la coupure")
    expect(Screen(phone).text).to_have_value("")

    phone.context.set_offline(False)

    expect(Screen(phone).text).to_have_value("Pendant la coupure")


def test_the_list_shows_who_is_typing(sign_in, doctor_page, patient_page, people):
    other = sign_in(people.doctor, width=375)
    row = Screen(other).row_of(people.chat_id)
    expect(Screen(other).list_banner).to_have_attribute("data-state", "live")
    Screen(patient_page).is_live()

    Screen(patient_page).text.press_sequentially("Je")

    expect(row).to_contain_text("écrit…")
    expect(row).not_to_contain_text("écrit…")
    Screen(patient_page).text.press_sequentially("Je vais mieux")
    expect(row).to_contain_text("écrit…")
    Screen(patient_page).text.press("Enter")
    expect(row).to_contain_text("Je vais mieux")
    expect(row).not_to_contain_text("écrit…")
