"""The list of pinned messages: it closes when one leaves it, and keeps the focus when it changes."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.actions import Actions
from tests.browser.screen import Screen

TEXTS = ("Un", "Deux", "Trois")


@pytest.fixture
def doctor(doctor_page, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=TEXTS)
    doctor_page.reload()
    doctor = Actions(doctor_page)
    doctor.screen.is_live()
    return doctor


def pin(actions: Actions, *texts: str) -> Locator:
    pins = actions.page.locator("details.pins")
    for text in texts:
        actions.do(text, "pin")
        expect(pins.locator("li", has_text=text)).to_have_count(1)
    return pins


def correct(actions: Actions, text: str, to: str):
    actions.do(text, "ask-correct")
    actions.dialog.locator("#correction").fill(to)
    actions.dialog.locator("[data-panel=correct] button[type=submit]").click()
    actions.screen.sees(to)


@pytest.fixture
def advised(sign_in, doctor_page, people, backstage):
    """A pinned message, far above the rows on the patient's page: the doctor, and the page of the patient."""
    of_chat = {"chat_id": people.chat_id, "sender_id": people.doctor.id}
    [advice] = backstage.post(**of_chat, texts=["Prenez 2 comprimés"])
    backstage.post(**of_chat, texts=[f"Message {number}" for number in range(60)])
    doctor_page.goto(f"/professional/chat/{people.chat_id}?at={advice}")
    doctor = Actions(doctor_page)
    doctor.screen.is_live()
    pin(doctor, "Prenez 2 comprimés")
    # Otherwise their thread would open at the pinned message.
    backstage.read(chat_id=people.chat_id, reader_id=people.patient.id)
    patient_page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=375)
    Screen(patient_page).is_live()
    expect(patient_page.locator(f".message[data-message-id='{advice}']")).to_have_count(0)
    expect(patient_page.locator("details.pins")).to_contain_text("Prenez 2 comprimés")
    return doctor, patient_page


def test_a_corrected_message_is_pinned_as_corrected(advised):
    doctor, patient_page = advised

    correct(doctor, "Prenez 2 comprimés", "Prenez 1 comprimé")

    for page in (doctor.page, patient_page):
        expect(page.locator("details.pins summary")).to_contain_text("Prenez 1 comprimé")
        expect(page.locator("details.pins li")).to_contain_text("Prenez 1 comprimé")


def test_a_correction_is_caught_up_after_the_line_came_back(advised, complaints):
    complaints.forgive_cut_lines()
    doctor, patient_page = advised
    patient_page.context.set_offline(True)
    correct(doctor, "Prenez 2 comprimés", "Prenez 1 comprimé")
    expect(doctor.page.locator("details.pins summary")).to_contain_text("Prenez 1 comprimé")

    patient_page.context.set_offline(False)

    expect(patient_page.locator("details.pins summary")).to_contain_text("Prenez 1 comprimé")


def test_the_pins_are_requested_again_after_a_failed_request(advised, complaints):
    complaints.forgive_cut_lines()
    doctor, patient_page = advised
    patient_page.route("**/pins", lambda route: route.abort())
    with patient_page.expect_event("requestfailed"):
        correct(doctor, "Prenez 2 comprimés", "Prenez 1 comprimé")
    patient_page.unroute("**/pins")
    expect(patient_page.locator("details.pins summary")).to_contain_text("Prenez 2 comprimés")

    doctor.screen.send("Est-ce clair ?")

    expect(patient_page.locator("details.pins summary")).to_contain_text("Prenez 1 comprimé")


def test_it_closes_by_escape_and_by_a_click_beside_it(doctor):
    pins = pin(doctor, "Un")
    pinned, summary = pins.locator("li"), pins.locator("summary")

    summary.click()
    pins.locator("[data-action=unpin]").focus()
    doctor.page.keyboard.press("Escape")
    expect(pinned).to_be_hidden()
    expect(summary).to_be_focused()

    summary.click()
    expect(pinned).to_be_visible()
    doctor.page.locator(".thread__scroll").click(position={"x": 5, "y": 300})
    expect(pinned).to_be_hidden()

    summary.click()
    doctor.screen.text.focus()
    expect(pinned).to_be_hidden()


def test_it_leaves_messages_in_sight_on_a_phone(doctor):
    pins = pin(doctor, *TEXTS)
    doctor.page.set_viewport_size({"width": 320, "height": 568})
    pins.locator("ol").evaluate(
        "list => { for (let at = 3; at < 20; at++) list.append(list.lastElementChild.cloneNode(true)) }"
    )
    pins.locator("summary").click()

    box, foot = pins.locator("ol").bounding_box(), doctor.page.locator(".thread__foot").bounding_box()
    assert box["height"] > 100
    assert foot["y"] - (box["y"] + box["height"]) >= 44


def test_each_button_names_the_pin_it_removes(doctor):
    pins = pin(doctor, "Un", "Deux")
    pins.locator("summary").click()

    for text in ("Un", "Deux"):
        button = pins.locator("li", has_text=text).get_by_role("button")
        expect(button).to_have_text("Détacher")
        assert text in button.get_attribute("aria-label")


def test_the_focus_stays_when_the_other_pins(doctor, patient_page):
    patient = Actions(patient_page)
    pins = pin(doctor, "Un", "Deux")
    pins.locator("summary").click()
    button = pins.locator("li", has_text="Un").get_by_role("button")
    button.focus()

    pin(patient, "Trois")

    expect(pins.locator("li")).to_have_count(3)
    expect(button).to_be_focused()
    pins.locator("summary").focus()
    patient.do("Trois", "unpin")
    expect(pins.locator("li")).to_have_count(2)
    expect(pins.locator("summary")).to_be_focused()


def test_the_focus_moves_on_when_a_pin_is_removed(doctor):
    pins = pin(doctor, *TEXTS)
    pins.locator("summary").click()
    buttons = pins.get_by_role("listitem").get_by_role("button")
    expect(buttons).to_have_count(3)

    for left in (2, 1):
        buttons.first.press("Enter")
        expect(buttons).to_have_count(left)
        expect(buttons.first).to_be_focused()
    buttons.first.press("Enter")

    expect(pins).to_be_hidden()
    expect(doctor.screen.message("Trois")).to_be_focused()
