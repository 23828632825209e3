"""Looking for messages, and opening the conversation where they are."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.screen import Screen


@pytest.fixture
def long_talk(backstage, people):
    """300 messages; the 20th and the last one are about a fever."""
    texts = [f"Message {number}" for number in range(300)]
    texts[20] = "De la fièvre depuis hier, et de la toux"
    texts[-1] = "Plus de fièvre ce matin"
    return backstage.say(chat_id=people.chat_id, sender_id=people.patient.id, texts=texts)


def ask(page, words):
    page.locator("#search").fill(words)
    page.locator("#search").press("Enter")


def test_a_message_is_found_and_opened_where_it_is(doctor_page, long_talk):
    doctor_page.get_by_role("link", name="Rechercher dans cette conversation").click()
    ask(doctor_page, "FIEVRE")

    results = doctor_page.locator(".result")
    expect(results).to_have_count(2)
    expect(doctor_page.get_by_role("status").filter(has_text="2 résultats pour")).to_be_visible()
    expect(doctor_page.locator("mark")).to_have_text(["fièvre", "fièvre"])
    assert "fievre" not in doctor_page.url.lower()

    results.last.click()
    found = doctor_page.locator(f"[data-message-id='{long_talk[20]}']")
    expect(found).to_be_in_viewport()
    expect(doctor_page.locator(".message:target")).to_have_count(1)
    expect(doctor_page.locator("textarea[name=message_text]")).to_be_visible()


def test_more_is_loaded_on_both_sides(doctor_page, people, long_talk):
    doctor_page.goto(f"/professional/chat/{people.chat_id}?at={long_talk[150]}")
    doctor = Screen(doctor_page)
    expect(doctor.messages.first).to_be_attached()
    doctor_page.locator(f"[data-message-id='{long_talk[150]}']").scroll_into_view_if_needed()

    for end, top in ((long_talk[0], -100_000), (long_talk[-1], 0)):
        for _ in range(12):
            doctor.scroller.evaluate("(scroller, top) => (scroller.scrollTop = top)", top)
            doctor_page.wait_for_timeout(150)
            if doctor_page.locator(f"[data-message-id='{end}']").count():
                break
        expect(doctor_page.locator(f"[data-message-id='{end}']")).to_have_count(1)
    ids = doctor.messages.evaluate_all("rows => rows.map((row) => Number(row.dataset.messageId))")
    assert ids == sorted(set(ids)) == long_talk
    expect(doctor_page).to_have_url(re.compile(rf"/professional/chat/{people.chat_id}$"))
    doctor.scroller.evaluate("scroller => scroller.scrollTo(0, 0)")
    expect(doctor.pill).to_be_hidden()


def test_the_way_back_leads_to_what_was_found(doctor_page, people, long_talk):
    doctor_page.goto(f"/professional/chat/search?chat={people.chat_id}")
    ask(doctor_page, "fievre toux")
    expect(doctor_page.locator(".result")).to_have_count(1)
    doctor_page.locator(".result").click()
    doctor_page.wait_for_url(re.compile(r"\?at="))
    doctor_page.go_back()

    expect(doctor_page.locator("#search")).to_have_value("fievre toux")
    expect(doctor_page.locator(".result")).to_have_count(1)


def test_a_new_message_can_be_found_at_once_and_opens_live(doctor_page, people, long_talk):
    doctor = Screen(doctor_page)
    doctor.send("Prenez de l’amoxicilline")
    doctor.sees_sent("Prenez de l’amoxicilline")
    doctor_page.keyboard.press("Control+k")
    doctor_page.keyboard.press("Control+k")
    ask(doctor_page, "amoxi")
    expect(doctor_page.locator(".result")).to_contain_text("Vous : Prenez de l’amoxicilline")

    doctor_page.locator(".result").click()
    doctor.is_live()
    expect(doctor.message("Prenez de l’amoxicilline")).to_be_in_viewport()


def test_filters_and_older_results(doctor_page, people, long_talk):
    doctor_page.goto("/professional/chat/search")
    ask(doctor_page, "message")
    expect(doctor_page.locator(".result")).to_have_count(30)
    doctor_page.get_by_role("button", name="Résultats plus anciens").click()
    expect(doctor_page.locator(".result")).to_have_count(60)
    texts = doctor_page.locator(".result__text").all_inner_texts()
    assert len(set(texts)) == 60

    doctor_page.get_by_role("button", name="Photos").click()
    expect(doctor_page.get_by_role("heading", name="Aucun résultat pour « message »")).to_be_visible()
    expect(doctor_page.get_by_role("button", name="Photos")).to_have_attribute("aria-pressed", "true")


def test_it_works_without_scripts(sign_in, people, long_talk):
    page = sign_in(people.patient, width=375, java_script_enabled=False)
    page.goto(f"/patient/chat/{people.chat_id}")
    page.get_by_role("link", name="Rechercher dans cette conversation").click()
    ask(page, "fievre toux")
    expect(page.locator(".result")).to_have_count(1)
    page.locator(".result").click()
    expect(page.locator(f"[data-message-id='{long_talk[20]}']")).to_be_in_viewport()
    page.get_by_role("link", name="Messages plus récents").click()
    expect(page.get_by_text("Message 60", exact=True)).to_be_attached()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_everybody_can_read_it(sign_in, people, long_talk, width, scheme):
    page = sign_in(people.patient, width=width, color_scheme=scheme, bypass_csp=True)
    page.goto(f"/patient/chat/search?chat={people.chat_id}")
    ask(page, "fievre")
    expect(page.locator(".result")).to_have_count(2)
    page.get_by_text("Dates", exact=True).click()
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
