"""The line is cut or the sign-in has ended: the page shows it where the reader looks, at once and once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import fill_sign_in
from tests.browser.screen import Screen

AT_ONCE = 2_500


def state(banner, name):
    return banner.locator(f"[data-when={name}]")


def list_is_live(screen):
    expect(screen.list_banner).to_have_attribute("data-state", "live")


def end_session(page, server):
    elsewhere = page.context.new_page()
    elsewhere.set_viewport_size({"width": 1280, "height": 800})
    elsewhere.goto(f"{server.url}/patient/visits")
    elsewhere.locator("form[action*=logout] button").click()
    elsewhere.wait_for_url("**/accounts/login/**")


def test_offline_shows_at_once_and_goes_at_once(patient_page, doctor_page, people, backstage, complaints):
    complaints.forgive_cut_lines()
    backstage.book(doctor_id=people.doctor.id, patient_id=people.patient.id, reason="Suivi")
    patient_page.reload()
    patient, doctor = Screen(patient_page), Screen(doctor_page)
    patient.is_live()
    expect(patient_page.locator(".context")).to_be_visible()

    patient_page.context.set_offline(True)
    expect(state(patient.banner, "offline")).to_be_visible(timeout=AT_ONCE)
    # In the place of the appointment, above the messages.
    expect(patient_page.locator(".context")).to_be_hidden()
    assert patient.scroller.bounding_box()["width"] == patient.banner.bounding_box()["width"] == 375
    patient.send("Écrit dans le métro")
    expect(patient.message("Écrit dans le métro")).to_have_attribute("data-state", "pending")
    patient_page.context.set_offline(False)

    expect(state(patient.banner, "back")).to_be_visible(timeout=AT_ONCE)
    doctor.sees_sent("Écrit dans le métro")
    expect(patient.banner).to_be_hidden()


def test_a_device_that_is_wrong_about_its_network_comes_back(patient_page, doctor_page):
    patient, doctor = Screen(patient_page), Screen(doctor_page)
    patient.is_live()
    patient_page.evaluate("""() => {
      Object.defineProperty(navigator, "onLine", { get: () => false });
      dispatchEvent(new Event("offline"));
    }""")
    expect(state(patient.banner, "offline")).to_be_visible(timeout=AT_ONCE)

    patient.is_live()
    doctor.send("Vous m’entendez ?")

    patient.sees("Vous m’entendez ?")


def test_a_phone_s_list_shows_that_it_is_offline(sign_in, people, complaints):
    complaints.forgive_cut_lines()
    page = sign_in(people.patient, width=375)
    patient = Screen(page)
    list_is_live(patient)
    expect(patient.list_banner).to_be_hidden()

    page.context.set_offline(True)
    expect(state(patient.list_banner, "offline")).to_be_visible(timeout=AT_ONCE)
    page.context.set_offline(False)

    expect(patient.list_banner).to_be_hidden()
    list_is_live(patient)


def test_a_phone_s_list_shows_that_it_reconnects(sign_in, people, server, complaints):
    complaints.forgive_cut_lines()
    page = sign_in(people.patient, width=375)
    patient = Screen(page)
    list_is_live(patient)
    page.route_web_socket("**/ws/chat*", lambda socket: socket.close())
    page.reload()

    expect(state(patient.list_banner, "reconnecting")).to_be_visible()


@pytest.mark.parametrize("width", [375, 1280])
def test_the_list_shows_that_the_session_ended_and_leads_back_to_itself(sign_in, backstage, server, complaints, width):
    """On a wide screen too, with no conversation beside it."""
    complaints.forgive_cut_lines()
    person = backstage.pair().patient
    page = sign_in(person, at="/patient/chat?filter=unread", width=width)
    patient = Screen(page)
    expect(page.locator("chat-thread")).to_have_count(0)
    list_is_live(patient)

    end_session(page, server)
    expect(page.get_by_role("heading", name="Vous n’êtes plus connecté ici.")).to_be_focused()
    page.locator("[data-action=sign-in]").click()
    fill_sign_in(page, person)

    page.wait_for_url(re.compile(r"/patient/chat$"))


@pytest.mark.parametrize("width", [375, 1280])
def test_nothing_can_be_read_once_the_session_ended(sign_in, people, backstage, server, complaints, width):
    """Not in the other tabs either; what was typed is kept there for its writer alone."""
    complaints.forgive_cut_lines()
    backstage.book(doctor_id=people.doctor.id, patient_id=people.patient.id, reason="Mot secret")
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=["Mot secret"])
    page = sign_in(people.patient, width=width)
    visits = page.context.new_page()
    visits.goto(f"{server.url}/patient/visits")
    page.goto(f"/patient/chat/{people.chat_id}")
    Screen(page).text.fill("Brouillon secret")
    Screen(page).is_live()

    end_session(page, server)

    for tab in (page, visits):
        expect(tab.get_by_role("heading", name="Vous n’êtes plus connecté ici.")).to_be_visible()
        expect(tab).to_have_title("Vous n’êtes plus connecté ici.")
        assert "secret" not in tab.content()
    page.locator("[data-action=sign-in]").click()
    fill_sign_in(page, people.patient)
    page.wait_for_url(f"**/patient/chat/{people.chat_id}")
    expect(Screen(page).text).to_have_value("Brouillon secret")


def test_a_deactivated_person_reads_nothing_more(sign_in, people, backstage, complaints):
    """Nothing was sent and the socket is silent: the next answer of the server ends the page's session."""
    complaints.forgive_cut_lines()
    # A request under way finds nobody on that side of the chat.
    complaints.forgive(re.compile("status of 404"))
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=["Mot secret"])
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}")
    Screen(page).is_live()
    backstage.set_active(user_id=people.patient.id, active=False)

    page.evaluate("dispatchEvent(new Event('offline')), dispatchEvent(new Event('online'))")

    expect(page.get_by_role("heading", name="Vous n’êtes plus connecté ici.")).to_be_visible()
    assert "Mot secret" not in page.content()


def test_another_person_does_not_find_what_was_typed(sign_in, people, backstage, server, complaints):
    complaints.forgive(re.compile("status of 40[14]"))
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}")
    Screen(page).text.fill("Brouillon secret")
    Screen(page).is_live()
    end_session(page, server)
    page.locator("[data-action=sign-in]").click()

    fill_sign_in(page, backstage.pair().patient)
    page.wait_for_url(f"**/patient/chat/{people.chat_id}")
    page.goto("/patient/chat")
    list_is_live(Screen(page))

    assert "secret" not in page.evaluate("JSON.stringify(sessionStorage)")


@pytest.mark.parametrize(("path", "width"), [("", 1280), ("/{}", 1280), ("/{}", 375)])
def test_it_is_shown_once(sign_in, people, complaints, path, width):
    complaints.forgive_cut_lines()
    page = sign_in(people.patient, width=width)
    page.goto("/patient/chat" + path.format(people.chat_id))
    Screen(page).is_live()

    page.context.set_offline(True)

    expect(state(Screen(page).banner, "offline")).to_be_visible()
    expect(page.locator("connection-banner").filter(visible=True)).to_have_count(1)
