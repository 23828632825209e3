"""The number in the navigation follows the messages on the pages without conversations too."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen


def is_connected(page, path):
    """Go there and wait until the page has requested the number once: then its socket is open."""
    with page.expect_response("**/chat/unread"):
        page.goto(path)


@pytest.mark.parametrize(("path", "width"), [("/patient/visits", 375), ("/accounts/profile", 1280)])
def test_it_follows_what_arrives_and_what_is_read_elsewhere(sign_in, people, doctor_page, path, width):
    page = sign_in(people.patient, width=width)
    badge, words = Screen(page).badge, page.locator("[data-unread-words]")
    is_connected(page, path)
    expect(badge).to_be_hidden()

    for number, text in enumerate(("Bonjour", "Vos résultats sont là"), start=1):
        Screen(doctor_page).send(text)
        expect(badge).to_have_text(str(number))
    expect(words).to_have_text(", 2 messages non lus")
    assert ", 2 non lus — " in page.title()

    elsewhere = page.context.new_page()
    elsewhere.goto(f"/patient/chat/{people.chat_id}")
    Screen(elsewhere).act()
    expect(badge).to_be_hidden()
    expect(words).to_be_empty()


def test_it_follows_for_doctors(doctor_page, patient_page):
    is_connected(doctor_page, "/professional/consultations")
    Screen(patient_page).send("Bonjour Docteur")
    expect(Screen(doctor_page).badge).to_have_text("1")


def test_it_is_right_after_the_line_came_back(sign_in, people, backstage, doctor_page, complaints):
    complaints.forgive_cut_lines()
    page = sign_in(people.patient, width=375)
    is_connected(page, "/patient/visits")
    page.context.set_offline(True)
    Screen(doctor_page).send("Pendant la coupure")
    Screen(doctor_page).sees_sent("Pendant la coupure")
    # No event is published for these.
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=["Deux", "Trois"])
    expect(Screen(page).badge).to_be_hidden()

    page.context.set_offline(False)

    expect(Screen(page).badge).to_have_text("3")


def test_it_polls_on_a_slow_timer_where_no_socket_passes(sign_in, people, backstage, complaints):
    complaints.forgive_cut_lines()
    page = sign_in(people.patient, width=375)
    page.route_web_socket("**/ws/chat*", lambda socket: socket.close())
    page.goto("/patient/visits")
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=["Sans prise"])

    expect(Screen(page).badge).to_have_text("1", timeout=30_000)


def test_it_is_right_on_return_from_another_page(sign_in, people, doctor_page):
    page = sign_in(people.patient, width=375)
    is_connected(page, "/patient/visits")
    is_connected(page, "/accounts/profile")
    Screen(doctor_page).send("Entre deux pages")
    expect(Screen(page).badge).to_have_text("1")

    page.go_back()

    expect(Screen(page).badge).to_have_text("1")


def test_the_pages_load_little(sign_in, people):
    page = sign_in(people.patient)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    is_connected(page, "/patient/visits")

    assert any("/js/unread." in url for url in asked)
    assert not [url for url in asked if "/js/chat." in url]
