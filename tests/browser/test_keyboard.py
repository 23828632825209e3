"""The keyboard alone is enough."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen, is_accessible


def test_enter_sends_and_shift_enter_breaks(doctor_page, patient_page):
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    doctor.text.focus()
    doctor_page.keyboard.type("Première ligne")
    doctor_page.keyboard.press("Shift+Enter")
    doctor_page.keyboard.type("Seconde ligne")
    assert doctor.text.bounding_box()["height"] > 60
    expect(doctor.messages).to_have_count(0)

    doctor_page.keyboard.press("Enter")

    expect(patient.messages.locator("[data-text]")).to_have_text("Première ligne\nSeconde ligne", use_inner_text=True)
    expect(doctor.text).to_be_focused()


def test_enter_belongs_to_an_input_method_while_it_composes(doctor_page):
    doctor = Screen(doctor_page)
    doctor.text.fill("こんにちは")
    press = "(text, more) => text.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, ...more}))"

    doctor.text.evaluate(press, {"isComposing": True})
    doctor.text.evaluate(press, {"keyCode": 229})
    expect(doctor.text).to_have_value("こんにちは")
    expect(doctor.messages).to_have_count(0)

    doctor.text.evaluate(press, {})
    doctor.sees_sent("こんにちは")


def test_enter_breaks_the_line_on_a_touch_screen(sign_in, people):
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=375, has_touch=True, is_mobile=True)
    patient = Screen(page)
    patient.text.focus()
    page.keyboard.type("Un")
    page.keyboard.press("Enter")
    page.keyboard.type("Deux")

    expect(patient.text).to_have_value("Un\nDeux")
    page.locator(".send").tap()
    expect(patient.messages).to_have_count(1)


def test_an_empty_message_is_not_sent(doctor_page):
    doctor = Screen(doctor_page)
    doctor.send("   \n ")
    doctor.send("Quelque chose")

    doctor.sees_sent("Quelque chose")
    expect(doctor.messages).to_have_count(1)


def test_arrows_move_between_messages(doctor_page):
    doctor = Screen(doctor_page)
    for words in ("Un", "Deux", "Trois"):
        doctor.send(words)
    doctor.sees_sent("Trois")

    doctor.message("Trois").focus()
    doctor_page.keyboard.press("ArrowUp")
    expect(doctor.message("Deux")).to_be_focused()
    doctor_page.keyboard.press("Home")
    expect(doctor.message("Un")).to_be_focused()
    doctor_page.keyboard.press("End")
    expect(doctor.message("Trois")).to_be_focused()
    expect(doctor.messages.and_(doctor_page.locator("[tabindex='0']"))).to_have_count(1)
    doctor_page.keyboard.press("Escape")
    expect(doctor.text).to_be_focused()


def test_tab_reaches_everything_once(doctor_page, people, backstage):
    backstage.post(
        chat_id=people.chat_id, sender_id=people.doctor.id, texts=["Un", "Deux https://example.org", "Trois"]
    )
    doctor_page.reload()
    Screen(doctor_page).is_live()
    seen = []
    for _ in range(30):
        doctor_page.keyboard.press("Tab")
        seen.append(
            doctor_page.evaluate("(document.activeElement.closest('.message') ?? document.activeElement).outerHTML")
        )
        if "message_text" in seen[-1]:
            break

    assert "message_text" in seen[-1]
    assert sum('class="message"' in element for element in seen) == 1
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(("key", "by"), [("Alt+ArrowDown", 1), ("Alt+ArrowUp", -1)])
def test_alt_arrows_change_the_conversation(doctor_page, people, backstage, key, by):
    for first_name in ("Alice", "Bruno"):
        backstage.patient_of(doctor_id=people.doctor.id, first_name=first_name, last_name="Roux")
    doctor_page.reload()
    rows = doctor_page.locator("chat-list li[data-chat-id]")
    ids = [row.get_attribute("data-chat-id") for row in rows.all()]
    doctor_page.goto(f"/professional/chat/{ids[1]}")
    Screen(doctor_page).is_live()

    doctor_page.keyboard.press(key)

    doctor_page.wait_for_url(f"**/professional/chat/{ids[1 + by]}")
    expect(doctor_page.locator("a.conversation[aria-current=page]")).to_have_count(1)


def test_files_come_before_the_words_and_send_after(patient_page):
    """As one sees them, from the start of the line to its end."""
    Screen(patient_page).is_live()
    patient_page.locator("#composer-files").focus()
    patient_page.keyboard.press("Tab")
    expect(patient_page.locator("textarea[name=message_text]")).to_be_focused()
    patient_page.keyboard.press("Tab")
    expect(patient_page.locator(".send")).to_be_focused()


def test_control_k_searches(doctor_page):
    Screen(doctor_page).is_live()
    doctor_page.keyboard.press("Control+k")
    expect(doctor_page.locator("input[name=q]")).to_be_focused()


def test_only_new_words_of_the_other_are_announced(doctor_page, patient_page):
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    region = doctor_page.locator("[data-announce]")
    doctor.send("Mes mots à moi")
    doctor.sees_sent("Mes mots à moi")
    expect(region).to_be_empty()

    patient.send("Bonjour Docteur")

    expect(region).to_contain_text("Bonjour Docteur")
    expect(region).to_contain_text("Ben Durand")


def test_a_question_mark_lists_the_keys(doctor_page):
    doctor = Screen(doctor_page)
    doctor.send("Un")
    doctor.sees_sent("Un")
    dialog = doctor_page.get_by_role("dialog", name="Raccourcis clavier")
    doctor.message("Un").focus()

    doctor_page.keyboard.press("?")

    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Maj + Entrée")
    doctor_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(doctor.message("Un")).to_be_focused()


def test_a_question_mark_in_a_field_is_a_question_mark(doctor_page):
    doctor = Screen(doctor_page)
    doctor.is_live()
    for field in (doctor.text, doctor_page.locator("input[name=q]")):
        field.focus()
        doctor_page.keyboard.press("?")
        expect(field).to_have_value("?")
    expect(doctor_page.locator("dialog[open]")).to_have_count(0)


def test_the_keys_are_listed_for_the_mouse_too(sign_in, backstage):
    page = sign_in(backstage.pair(language="en").doctor)
    button = page.get_by_role("button", name="Keyboard shortcuts")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")

    button.click()
    expect(dialog).to_contain_text("Shift + Enter")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()

    button.click()
    page.mouse.click(5, 5)
    expect(dialog).to_be_hidden()


def test_the_button_of_the_keys_is_for_wide_screens_with_scripts(sign_in, people):
    for options in ({"width": 375}, {"java_script_enabled": False}):
        expect(sign_in(people.patient, **options).locator("[data-action=shortcuts]")).to_be_hidden()


def test_the_list_of_keys_is_accessible(sign_in, people):
    page = sign_in(people.doctor, bypass_csp=True)
    page.get_by_role("button", name="Raccourcis clavier").click()

    is_accessible(page)
