"""Searching messages, and opening the conversation at a result."""

import re

import pytest
from playwright.sync_api import expect

from chat.tests.files import samples
from tests.browser.screen import Screen, is_accessible, wait_until


@pytest.fixture
def long_talk(backstage, people):
    """300 messages that the doctor has read; the 20th and the last one are about a fever."""
    texts = [f"Message {number}" for number in range(300)]
    texts[20] = "De la fièvre depuis hier, et de la toux"
    texts[-1] = "Plus de fièvre ce matin"
    ids = backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=texts)
    backstage.read(chat_id=people.chat_id, reader_id=people.doctor.id)
    return ids


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
        last = doctor_page.locator(f"[data-message-id='{end}']")
        while not last.count():
            shown = doctor.messages.count()
            doctor.scroller.evaluate("(scroller, top) => (scroller.scrollTop = top)", top)
            wait_until(doctor_page, lambda last=last, shown=shown: last.count() or doctor.messages.count() > shown)
    ids = doctor.messages.evaluate_all("rows => rows.map((row) => Number(row.dataset.messageId))")
    assert ids == sorted(set(ids)) == long_talk
    expect(doctor_page).to_have_url(re.compile(rf"/professional/chat/{people.chat_id}$"))
    doctor.scroller.evaluate("scroller => scroller.scrollTo(0, 0)")
    expect(doctor.jump).to_be_hidden()


def test_the_way_back_leads_to_what_was_found(doctor_page, people, long_talk):
    doctor_page.goto(f"/professional/chat/search?chat={people.chat_id}")
    ask(doctor_page, "fievre toux")
    expect(doctor_page.locator(".result")).to_have_count(1)
    doctor_page.locator(".result").click()
    doctor_page.wait_for_url(re.compile(r"\?at="))
    doctor_page.go_back()

    expect(doctor_page.locator("#search")).to_have_value("fievre toux")
    expect(doctor_page.locator(".result")).to_have_count(1)


def test_the_way_back_leads_to_the_same_place(doctor_page, people, backstage, long_talk):
    doctor_page.goto("/professional/chat/search")
    ask(doctor_page, "message")
    results, older = doctor_page.locator(".result"), doctor_page.get_by_role("button", name="Résultats plus anciens")
    for count in (30, 60, 90):
        expect(results).to_have_count(count)
        older.click()
    expect(results).to_have_count(120)
    results.nth(75).scroll_into_view_if_needed()
    opened = results.nth(75).get_attribute("id")
    top = doctor_page.locator("[data-results]").evaluate("results => results.scrollTop")
    assert top > 1000
    results.nth(75).click()
    doctor_page.wait_for_url(re.compile(r"\?at="))

    for _ in range(2):
        doctor_page.go_back()
        expect(doctor_page.locator(f"#{opened}")).to_be_focused()
        expect(results).to_have_count(120)
        assert abs(doctor_page.locator("[data-results]").evaluate("results => results.scrollTop") - top) <= 1
        expect(doctor_page.get_by_role("status").filter(has_text="Plus de 120 résultats")).to_be_visible()
        doctor_page.go_forward()
        doctor_page.wait_for_url(re.compile(r"\?at="))
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Message"] * 20)
    doctor_page.go_back()
    expect(doctor_page.locator(f"#{opened}")).to_be_focused()
    expect(doctor_page.locator(f"#{opened}")).to_be_in_viewport()


def test_dates_are_never_hidden_while_they_narrow(doctor_page, long_talk):
    doctor_page.goto("/professional/chat/search")
    doctor_page.get_by_text("Dates", exact=True).click()
    doctor_page.locator("input[name=from]").fill("2020-01-01")
    ask(doctor_page, "fievre")
    doctor_page.locator(".result").first.click()
    doctor_page.wait_for_url(re.compile(r"\?at="))
    doctor_page.go_back()

    expect(doctor_page.locator(".result")).to_have_count(2)
    expect(doctor_page.locator("input[name=from]")).to_be_visible()
    expect(doctor_page.locator("input[name=from]")).to_have_value("2020-01-01")


def test_dates_the_wrong_way_round_are_refused_beside_them(doctor_page, long_talk, complaints):
    complaints.forgive_refusals()
    doctor_page.goto("/professional/chat/search")
    ask(doctor_page, "fievre")
    expect(doctor_page.locator(".result")).to_have_count(2)
    doctor_page.get_by_text("Dates", exact=True).click()
    first, last = doctor_page.locator("input[name=from]"), doctor_page.locator("input[name=to]")
    first.fill("2020-03-10")
    last.fill("2020-03-09")
    expect(doctor_page.locator("[data-error-for=dates]")).to_be_visible()
    expect(first).to_have_attribute("aria-invalid", "true")
    expect(doctor_page.locator(".result")).to_have_count(0)

    last.fill("")
    expect(doctor_page.locator("[data-error-for=dates]")).to_be_hidden()
    expect(first).to_have_attribute("aria-invalid", "false")
    expect(doctor_page.locator(".result")).to_have_count(2)


def test_without_a_line_everything_stays_and_works_again(doctor_page, long_talk, complaints):
    complaints.forgive_cut_lines()
    doctor_page.goto("/professional/chat/search")
    url, results = doctor_page.url, doctor_page.locator(".result")
    older = doctor_page.get_by_role("button", name="Résultats plus anciens")
    ask(doctor_page, "message")
    expect(results).to_have_count(30)

    doctor_page.context.set_offline(True)
    older.click()
    expect(doctor_page.locator("[data-error-for=older]")).to_be_in_viewport()
    ask(doctor_page, "fievre")
    expect(doctor_page.locator("[data-error-for=form]")).to_be_visible()
    expect(doctor_page.locator("[data-error-for=older]")).to_be_hidden()
    expect(doctor_page.locator("#search")).to_have_value("fievre")
    expect(results).to_have_count(30)
    assert doctor_page.url == url

    doctor_page.context.set_offline(False)
    older.click()
    expect(results).to_have_count(60)
    ask(doctor_page, "fievre")
    expect(results).to_have_count(2)
    expect(doctor_page.locator("[data-error-for]:visible")).to_have_count(0)


def test_the_count_is_announced_by_an_existing_live_region(doctor_page, long_talk):
    doctor_page.goto("/professional/chat/search")
    region = doctor_page.locator("search-page [role=status]").element_handle()
    for words, count in (("fievre", "2 résultats"), ("zut", "Aucun résultat"), ("message", "Plus de 30 résultats")):
        ask(doctor_page, words)
        expect(doctor_page.locator("search-page [role=status]")).to_contain_text(count)
        assert count in region.text_content()
    doctor_page.get_by_role("button", name="Résultats plus anciens").click()
    expect(doctor_page.locator("search-page [role=status]")).to_contain_text("Plus de 60 résultats")


def test_it_fits_a_phone(patient_page, tmp_path):
    letter = tmp_path / "ordonnance.pdf"
    letter.write_bytes(samples.pdf())
    patient = Screen(patient_page)
    patient.choose(letter)
    expect(patient.ready).to_have_count(1)
    patient.send("Pour mon œil")
    patient.sees_sent("Pour mon œil")
    patient_page.get_by_role("link", name="Rechercher dans cette conversation").click()
    # The styles are loaded before the measurement.
    patient_page.wait_for_load_state("load")
    field = patient_page.locator("#search")
    field.fill(field.get_attribute("placeholder"))
    assert field.evaluate("field => field.scrollWidth <= field.clientWidth")

    ask(patient_page, "oeil ordonnance")
    expect(patient_page.locator("mark")).to_have_text(["œil", "ordonnance"])
    for line in patient_page.locator(".result__text").all():
        icon, words = line.locator("svg").bounding_box(), line.locator("mark").bounding_box()
        assert words["y"] < icon["y"] + icon["height"] / 2 < words["y"] + words["height"]


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
    expect(doctor_page.get_by_role("status").filter(has_text="Aucun résultat pour « message »")).to_be_visible()
    expect(doctor_page.get_by_role("button", name="Photos")).to_have_attribute("aria-pressed", "true")


def test_it_works_without_scripts(sign_in, people, long_talk):
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=375, java_script_enabled=False)
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
    page = sign_in(
        people.patient,
        at=f"/patient/chat/search?chat={people.chat_id}",
        width=width,
        color_scheme=scheme,
        bypass_csp=True,
    )
    ask(page, "fievre")
    expect(page.locator(".result")).to_have_count(2)
    page.get_by_text("Dates", exact=True).click()
    is_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_looks_where_the_browser_makes_no_uuids(doctor_page, long_talk):
    """On plain http, that is."""
    doctor_page.add_init_script("Object.defineProperty(crypto, 'randomUUID', { value: undefined })")
    doctor_page.get_by_role("link", name="Rechercher dans cette conversation").click()
    expect(doctor_page.locator("search-page:defined")).to_be_attached()
    ask(doctor_page, "fievre")
    expect(doctor_page.locator(".result")).to_have_count(2)
