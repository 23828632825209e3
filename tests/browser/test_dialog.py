"""The dialog of a message: focus, kept input, late answers."""

import re

import pytest
from playwright.sync_api import Page, expect

from chat.tests.files import samples
from tests.browser.actions import Actions

WORDS = "La cheville a enflé."


def correct(actions: Actions, text: str, into: str):
    actions.do(text, "ask-correct")
    actions.page.locator("#correction").fill(into)
    actions.button("Corriger").click()
    actions.screen.sees_sent(into)


def has_focus(page: Page, within: str) -> bool:
    return page.evaluate("within => document.activeElement.closest(within) !== null", within)


def hold_requests(page: Page, address: str) -> list:
    """Requests to this address wait until the test continues each of them."""
    pending = []
    page.route(address, lambda route: pending.append(route))
    return pending


@pytest.mark.parametrize("action", ["details", "ask-retract", "ask-correct", "versions"])
def test_a_panel_of_the_menu_takes_the_focus(talk, action):
    _, patient = talk
    correct(patient, WORDS, "Le genou a enflé.")
    patient.screen.message("Le genou a enflé.").focus()
    patient.page.keyboard.press("Enter")

    patient.dialog.locator(f".menu [data-action={action}]").press("Enter")

    expect(patient.dialog.locator("[data-panel=menu]")).to_be_hidden()
    assert has_focus(patient.page, "message-actions dialog")
    patient.page.keyboard.press("Escape")
    expect(patient.screen.message("Le genou a enflé.")).to_be_focused()


def test_the_focus_comes_back_to_a_row_that_was_drawn_anew(talk):
    doctor, patient = talk
    doctor.screen.message(WORDS).focus()
    doctor.page.keyboard.press("Enter")
    expect(doctor.dialog).to_be_visible()
    correct(patient, WORDS, "Le genou a enflé.")
    doctor.screen.sees_sent("Le genou a enflé.")

    doctor.page.keyboard.press("Escape")

    expect(doctor.screen.message("Le genou a enflé.")).to_be_focused()


def test_a_correction_that_was_begun_is_not_lost(talk):
    _, patient = talk
    field = patient.page.locator("#correction")
    patient.do(WORDS, "ask-correct")
    field.fill("La cheville gauche")
    patient.page.mouse.click(5, 5)
    expect(field).to_be_visible()

    for leave in (lambda: field.press("Escape"), lambda: patient.dialog.get_by_role("button", name="Fermer").click()):
        leave()
        expect(patient.dialog).to_be_hidden()
        patient.do(WORDS, "ask-correct")
        expect(field).to_have_value("La cheville gauche")

    patient.dialog.get_by_role("button", name="Annuler").click()
    patient.do(WORDS, "ask-correct")
    expect(field).to_have_value(WORDS)
    patient.page.mouse.click(5, 5)
    expect(patient.dialog).to_be_hidden()


def test_a_correction_begins_with_the_words_of_now(talk, sign_in, people):
    _, patient = talk
    desk = Actions(sign_in(people.patient))
    desk.page.goto(f"/patient/chat/{people.chat_id}")
    field = patient.page.locator("#correction")
    patient.menu(WORDS)
    correct(desk, WORDS, "Le genou a enflé.")
    patient.screen.sees_sent("Le genou a enflé.")

    patient.dialog.locator("[data-action=ask-correct]").click()

    expect(field).to_have_value("Le genou a enflé.")
    # Corrected again on another device while one types: the writer sees that before it is overwritten.
    field.fill("Les deux")
    correct(desk, "Le genou a enflé.", "Le genou droit a enflé.")
    patient.screen.sees_sent("Le genou droit a enflé.")
    save = patient.button("Corriger")
    save.click()
    expect(patient.dialog.get_by_role("alert")).to_contain_text("Le genou droit a enflé.")
    save.click()
    desk.screen.sees_sent("Les deux")


@pytest.mark.parametrize(("action", "address"), [("versions", "**/revisions"), ("details", "**/api/chat/message/*")])
def test_a_closed_dialog_stays_closed(talk, action, address):
    _, patient = talk
    correct(patient, WORDS, "Le genou a enflé.")
    pending = hold_requests(patient.page, address)
    patient.do("Le genou a enflé.", action)
    patient.page.keyboard.press("Escape")
    expect(patient.dialog).to_be_hidden()
    patient.menu("Le genou a enflé.")

    with patient.page.expect_response(re.compile("/api/chat/message/")):
        pending[0].continue_()

    patient.page.evaluate("() => new Promise((done) => setTimeout(done))")
    expect(patient.dialog.locator("[data-panel=menu]")).to_be_visible()
    patient.page.keyboard.press("Escape")
    expect(patient.dialog).to_be_hidden()


def test_a_late_answer_closes_nothing_that_was_opened_since(talk):
    doctor, _ = talk
    pending = hold_requests(doctor.page, "**/pin")
    doctor.do(WORDS, "pin")
    doctor.page.keyboard.press("Escape")
    doctor.menu(WORDS)

    pending[0].continue_()

    expect(doctor.page.locator("details.pins")).to_be_visible()
    expect(doctor.dialog).to_be_visible()


def test_a_late_refusal_is_not_shown_for_another_message(talk, complaints):
    complaints.forgive_refusals()
    doctor, patient = talk
    patient.screen.send("Et le genou aussi.")
    doctor.screen.sees_sent("Et le genou aussi.")
    pending = hold_requests(doctor.page, "**/pin")
    doctor.do(WORDS, "pin")
    doctor.page.keyboard.press("Escape")
    doctor.menu("Et le genou aussi.")

    refusal = {"success": False, "error": "too_many_pins", "message": ""}
    with doctor.page.expect_response("**/pin"):
        pending[0].fulfill(status=400, json=refusal)

    doctor.page.evaluate("() => new Promise((done) => setTimeout(done))")
    expect(doctor.dialog.locator("[data-panel=menu]")).to_be_visible()
    expect(doctor.dialog.locator("[data-alert]")).to_be_empty()
    # It is shown once that menu is closed, and returns the focus to the refused message.
    doctor.page.keyboard.press("Escape")
    expect(doctor.dialog.get_by_role("alert")).to_contain_text("20 messages épinglés")
    expect(doctor.dialog.locator("[data-panel=menu]")).to_be_hidden()
    doctor.page.keyboard.press("Escape")
    expect(doctor.dialog).to_be_hidden()
    expect(doctor.screen.message(WORDS)).to_be_focused()


def test_each_late_refusal_is_shown_and_keeps_the_focus_of_the_writer(talk, complaints):
    complaints.forgive_refusals()
    doctor, patient = talk
    for words in ("Et le genou aussi.", "Et la hanche."):
        patient.screen.send(words)
        doctor.screen.sees_sent(words)
    pending = hold_requests(doctor.page, "**/pin")
    for words in (WORDS, "Et le genou aussi."):
        doctor.do(words, "pin")
        doctor.page.keyboard.press("Escape")
    doctor.menu("Et la hanche.")
    for route, code in zip(pending, ("too_many_pins", "message_not_found"), strict=True):
        with doctor.page.expect_response("**/pin"):
            route.fulfill(status=400, json={"success": False, "error": code, "message": ""})

    doctor.dialog.locator("[data-action=reply]").click()

    for words in ("20 messages épinglés", "n’existe pas"):
        expect(doctor.dialog.get_by_role("alert")).to_contain_text(words)
        doctor.page.keyboard.press("Escape")
    expect(doctor.dialog).to_be_hidden()
    expect(doctor.screen.text).to_be_focused()


def test_it_shows_that_one_is_offline(talk, complaints):
    complaints.forgive_cut_lines()
    doctor, patient = talk
    doctor.react(WORDS, "Merci")
    reaction, alert = patient.page.locator(".reaction"), patient.dialog.get_by_role("alert")
    expect(reaction).to_have_count(1)
    patient.do(WORDS, "ask-correct")
    patient.page.context.set_offline(True)
    expect(patient.screen.banner).to_have_attribute("data-state", "offline")

    patient.page.locator("#correction").fill("Le genou a enflé.")
    patient.button("Corriger").click()
    expect(alert).to_have_text("Hors connexion. Réessayez dès le retour du réseau.")
    patient.page.keyboard.press("Escape")
    reaction.click()
    expect(alert).to_have_text("Hors connexion. Réessayez dès le retour du réseau.")
    patient.page.keyboard.press("Escape")

    patient.page.context.set_offline(False)
    patient.screen.is_live()
    patient.do(WORDS, "ask-correct")
    expect(patient.page.locator("#correction")).to_have_value("Le genou a enflé.")


def test_a_withdrawn_message_is_not_answered(talk):
    doctor, patient = talk
    patient.do(WORDS, "ask-retract")
    patient.dialog.locator("[data-action=retract]").click()
    gone = doctor.page.locator(".message[data-retracted]")
    gone.focus()

    doctor.page.keyboard.press("r")

    expect(doctor.page.locator("reply-quote")).to_be_hidden()
    expect(gone).to_be_focused()
    words = """async (row) => (await import("/static/js/message/quote.js")).quoteFromRow(row).words"""
    assert gone.evaluate(words) == "Message retiré"


def test_a_document_is_answered_by_its_name(talk, tmp_path):
    doctor, patient = talk
    (tmp_path / "ordonnance.pdf").write_bytes(samples.pdf())
    patient.screen.choose(tmp_path / "ordonnance.pdf")
    expect(patient.screen.uploads).to_have_attribute("data-state", "ready")
    patient.page.locator(".send").click()
    row = doctor.screen.stored.filter(has=doctor.page.locator(".document"))
    row.focus()

    doctor.page.keyboard.press("r")

    expect(doctor.page.locator("reply-quote [data-words]")).to_have_text("ordonnance.pdf")


def test_it_shows_who_reacted(talk):
    doctor, patient = talk
    doctor.react(WORDS, "Merci")
    reaction = patient.page.locator(".reaction")
    expect(reaction).to_contain_text("Merci")
    expect(reaction.locator(".reaction__count")).to_have_count(0)
    patient.react(WORDS, "Merci")
    expect(reaction.locator(".reaction__count")).to_have_text("2")
    patient.react(WORDS, "Réconfortant")
    expect(reaction).to_have_count(2)

    patient.menu(WORDS)

    facts = patient.dialog.locator("[data-given] > div")
    expect(facts).to_have_text([re.compile("Merci.*Ada Martin, Ben Durand"), re.compile("Réconfortant.*Ben Durand")])
