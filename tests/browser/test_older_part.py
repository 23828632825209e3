"""A part of a conversation before the newest one: it is updated live too, and has the composer."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.actions import Actions
from tests.browser.hand import Hand
from tests.browser.screen import Screen, wait_until


@pytest.fixture
def talk(backstage, people):
    """300 messages of the patient's, read."""
    texts = [f"Message {number}" for number in range(300)]
    ids = backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=texts)
    backstage.read(chat_id=people.chat_id, reader_id=people.doctor.id)
    return ids


@pytest.fixture
def doctor(doctor_page, people, talk):
    doctor_page.goto(f"/professional/chat/{people.chat_id}?at={talk[150]}#message-{talk[150]}")
    doctor = Screen(doctor_page)
    doctor.is_live()
    expect(doctor.message("Message 150")).to_be_in_viewport()
    return doctor


@pytest.fixture
def patient(patient_page, talk):
    patient_page.reload()
    return Screen(patient_page)


def ids(screen):
    return screen.stored.evaluate_all("rows => rows.map((row) => Number(row.dataset.messageId))")


def end_of(url):
    return re.compile(rf"{url}$")


def test_what_changes_is_shown_there(doctor, patient_page, people, talk):
    patient_page.goto(f"/patient/chat/{people.chat_id}?at={talk[150]}")
    patient = Screen(patient_page)
    patient.is_live()

    Actions(doctor.page).react("Message 150", "Merci")
    expect(patient.message("Message 150").locator(".reaction")).to_contain_text("Merci")
    expect(doctor.message("Message 150").locator(".reaction")).to_have_attribute("aria-pressed", "true")


def test_a_new_message_does_not_close_the_gap(doctor, patient, talk):
    doctor.page.wait_for_load_state("networkidle")
    asked = []
    doctor.page.on("request", lambda request: asked.append(request.url))
    patient.send("Tout dernier")
    patient.sees_sent("Tout dernier")
    doctor.page.wait_for_timeout(500)

    expect(doctor.message("Tout dernier")).to_have_count(0)
    expect(doctor.jump).to_contain_text("1 nouveau message")
    expect(doctor.page.locator("[data-announce]")).to_contain_text("Tout dernier")
    assert asked == []
    doctor.jump.click()

    expect(doctor.message("Tout dernier")).to_be_in_viewport()
    expect(doctor.jump).to_be_hidden()
    expect(doctor.page).to_have_url(end_of("/professional/chat/[0-9]+"))
    shown = ids(doctor)
    assert shown[:-1] == talk[-len(shown) + 1 :]
    doctor.messages.first.evaluate("row => row.scrollIntoView()")
    expect(doctor.message("Message 230")).to_have_count(1)


def test_what_is_drawn_at_once_hides_nothing_that_is_fetched(doctor, patient_page, people, talk):
    """A reply is fetched, and the text after it is drawn before it is here."""
    doctor.page.wait_for_load_state("networkidle")
    doctor.page.route("**/rows?since=*", lambda route: None)
    hand = Hand(patient_page, people.chat_id)
    hand.send("Réponse", reply_to=talk[0])
    hand.send("Tout dernier")
    expect(doctor.jump).to_contain_text("1 nouveau message")
    expect(doctor.page.locator("[data-announce]")).to_contain_text("Tout dernier")

    doctor.page.unroute("**/rows?since=*")

    expect(doctor.jump).to_contain_text("2 nouveaux messages")


def test_what_is_written_there_follows_the_newest_message(doctor, patient, talk):
    doctor.send("Depuis le milieu")

    doctor.sees_sent("Depuis le milieu")
    expect(doctor.message("Depuis le milieu")).to_be_in_viewport()
    expect(doctor.message("Message 299")).to_be_in_viewport()
    patient.sees_sent("Depuis le milieu")
    shown = ids(doctor)
    assert shown[:-1] == talk[-len(shown) + 1 :]


def test_what_is_written_there_without_a_line_is_shown_and_kept(doctor, people, complaints, backstage, talk):
    complaints.forgive_cut_lines()
    doctor.page.context.set_offline(True)
    doctor.send("Hors ligne")
    expect(doctor.message("Hors ligne")).to_have_attribute("data-state", "pending")
    expect(doctor.message("Hors ligne")).to_be_in_viewport()
    doctor.page.context.set_offline(False)

    doctor.sees_sent("Hors ligne")
    expect(doctor.message("Message 299")).to_be_in_viewport()
    assert ids(doctor)[-2] == talk[-1]
    assert backstage.texts(chat_id=people.chat_id)[-1] == "Hors ligne"


def test_an_older_message_can_be_answered(doctor, talk):
    doctor.message("Message 150").focus()
    doctor.page.keyboard.press("r")
    doctor.send("Réponse à la 150")

    doctor.sees_sent("Réponse à la 150")
    expect(doctor.message("Réponse à la 150").locator(".quote__text")).to_have_text("Message 150")


def test_it_is_found_again_when_loaded_again(doctor):
    doctor.page.reload()
    expect(doctor.message("Message 150")).to_be_in_viewport()
    doctor.page.goto("/professional/consultations")
    doctor.page.go_back()
    expect(doctor.message("Message 150")).to_be_in_viewport()


def test_the_part_after_a_message_opens_at_its_beginning(doctor, people, talk):
    doctor.page.goto(f"/professional/chat/{people.chat_id}?after={talk[100]}")
    expect(doctor.message("Message 101")).to_be_in_viewport()


def test_what_is_answered_is_shown_as_it_is_now(doctor, patient_page, people, talk):
    patient_page.goto(f"/patient/chat/{people.chat_id}?at={talk[150]}")
    doctor.message("Message 150").focus()
    doctor.page.keyboard.press("r")
    quote = doctor.page.locator("reply-quote")
    expect(quote).to_contain_text("Message 150")
    Actions(patient_page).do("Message 150", "ask-correct")
    patient_page.locator("message-actions textarea").fill("Message 150, corrigé")
    patient_page.locator("message-actions form button[type=submit]").click()
    expect(quote).to_contain_text("Message 150, corrigé")


def test_a_change_while_its_page_is_on_the_way_is_not_lost(doctor_page, patient_page, people, talk):
    """The page of older rows was read before the change and arrives after it."""
    pending = []
    doctor_page.route("**/rows?before=*", lambda route: pending.append((route, route.fetch())))
    doctor_page.goto(f"/professional/chat/{people.chat_id}")
    patient_page.goto(f"/patient/chat/{people.chat_id}?at={talk[220]}")
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    doctor.is_live()
    patient.is_live()
    doctor.messages.first.evaluate("row => row.scrollIntoView()")
    wait_until(doctor_page, lambda: pending)

    Actions(patient_page).react("Message 220", "Merci")
    expect(patient.message("Message 220").locator(".reaction")).to_have_count(1)
    doctor_page.wait_for_timeout(500)
    [(route, answer)] = pending
    assert "Message 220" in answer.text()
    route.fulfill(response=answer)

    expect(doctor.message("Message 220").locator(".reaction")).to_contain_text("Merci")
