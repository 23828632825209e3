"""On the smallest phone, with text of the usual size and twice as large: nothing is cut, nothing is covered."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import FLAGS, LIGHT, fill_sign_in
from tests.browser.screen import Screen

WIDTH, HEIGHT = 320, 800
REASON = "Renouvellement d'ordonnance et électrocardiogramme de contrôle " + "W" * 60

PARTS = (
    "h1, h2, .nav__link, .tab, .button, .input, .avatar, .list__head > *, .conversation > *, .thread__head > *,"
    " .bubble, .visit-row, .visit-row > *, .card, .card dd"
)
OUTSIDE = f"""() => [...document.querySelectorAll("{PARTS}")]
  .filter((part) => part.checkVisibility() && !part.matches(".visually-hidden"))
  .filter((part) => {{ const box = part.getBoundingClientRect(); return box.left < -1 || box.right > innerWidth + 1; }})
  .map((part) => `${{part.localName}}.${{part.className}}`)"""
SIDEWAYS = "() => document.scrollingElement.scrollWidth - innerWidth"
BOX = "part => { const {left, right, top, bottom} = part.getBoundingClientRect(); return [left, right, top, bottom]; }"


@pytest.fixture(scope="module", params=[16, 32], ids=["100%", "200%"])
def letters(request, browser):
    """A browser whose reader has chosen this size of letters."""
    size = f"--blink-settings=defaultFontSize={request.param}"
    browser = browser.browser_type.launch(executable_path=LIGHT, args=[*FLAGS, size])
    yield browser
    browser.close()


@pytest.fixture
def visit(letters, server, complaints):
    """Sign a person in and open a page: visit(person, "/patient/chat")."""
    contexts = []

    def visit(person, address, height=HEIGHT):
        context = letters.new_context(
            base_url=server.url, viewport={"width": WIDTH, "height": height}, locale="fr-FR", reduced_motion="reduce"
        )
        contexts.append(context)
        complaints.listen(context)
        page = context.new_page()
        page.goto("/accounts/login/")
        if person:
            fill_sign_in(page, person)
            page.wait_for_url("**/chat")
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def booked(people, backstage):
    """The chat has messages of both, one of them pinned, the pair an appointment with a long reason."""
    [pinned] = backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=["Comment allez-vous ?"])
    backstage.pin(person_id=people.patient.id, message_id=pinned)
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Bien mieux, merci. " * 8])
    people.appointment_id = backstage.book(doctor_id=people.doctor.id, patient_id=people.patient.id, reason=REASON)
    return people


def fits(page):
    return page.evaluate(SIDEWAYS) <= 0 and page.evaluate(OUTSIDE) == []


def test_no_page_of_a_patient_is_wider_than_the_window(visit, booked):
    page = visit(None, "/accounts/login/")
    assert fits(page), page.evaluate(OUTSIDE)

    page = visit(booked.patient, "/patient/chat")
    for address in [
        "/patient/chat",
        f"/patient/chat/{booked.chat_id}",
        "/patient/visits",
        f"/patient/visits/{booked.appointment_id}",
        "/accounts/profile",
        "/accounts/password/change/",
    ]:
        page.goto(address)
        assert fits(page), (address, page.evaluate(SIDEWAYS), page.evaluate(OUTSIDE))


def test_no_page_of_a_doctor_is_wider_than_the_window(visit, booked):
    page = visit(booked.doctor, "/professional/chat")
    for address in [
        "/professional/chat",
        f"/professional/chat/{booked.chat_id}",
        "/professional/consultations",
        f"/professional/consultations/{booked.appointment_id}",
        "/professional/consultations/new",
        "/accounts/profile",
    ]:
        page.goto(address)
        assert fits(page), (address, page.evaluate(SIDEWAYS), page.evaluate(OUTSIDE))


def test_messages_keep_the_greater_part_of_a_patients_window(visit, booked, backstage):
    """Also with something pinned: it shares the line of the appointment."""
    [message] = backstage.post(chat_id=booked.chat_id, sender_id=booked.doctor.id, texts=["Matin et soir"])
    backstage.pin(person_id=booked.doctor.id, message_id=message)
    page = visit(booked.patient, f"/patient/chat/{booked.chat_id}", height=640)
    Screen(page).is_live()
    scroller = page.locator(".thread__scroll")

    assert scroller.bounding_box()["height"] >= 0.5 * 640
    assert scroller.evaluate("scroller => scroller.scrollWidth <= scroller.clientWidth")
    expect(page.locator(".care__call").last).to_be_in_viewport(ratio=1)
    for row in page.locator(".context__row").all():
        expect(row).to_be_in_viewport(ratio=1)
    assert page.locator(".context").bounding_box()["height"] <= 53

    # Letters made larger by a style of the page, not by the browser's settings.
    page.evaluate("() => { document.documentElement.style.fontSize = '32px'; }")
    assert scroller.bounding_box()["height"] >= 0.5 * 640
    assert fits(page), page.evaluate(OUTSIDE)


@pytest.mark.parametrize("role", ["patient", "doctor"])
def test_messages_keep_half_of_the_smallest_window(visit, booked, role):
    address = {"patient": "patient", "doctor": "professional"}[role]
    page = visit(getattr(booked, role), f"/{address}/chat/{booked.chat_id}", height=568)
    Screen(page).is_live()
    assert page.locator(".thread__scroll").bounding_box()["height"] >= 0.5 * 568
    expect(page.locator(".care__call, .composer__to").last).to_be_in_viewport(ratio=1)


def test_messages_keep_half_of_the_smallest_phone_with_larger_text(sign_in, booked):
    page = sign_in(booked.patient, at=f"/patient/chat/{booked.chat_id}", width=WIDTH, height=640)
    Screen(page).is_live()
    page.evaluate("() => { document.documentElement.dataset.textSize = 'large'; }")
    assert page.locator(".thread__scroll").bounding_box()["height"] >= 0.5 * 640


def test_the_thread_of_a_patient_is_mostly_messages_on_any_phone(sign_in, booked):
    page = sign_in(booked.patient, at=f"/patient/chat/{booked.chat_id}", width=375, height=740)
    Screen(page).is_live()
    expect(page.locator(".care__calm")).to_be_visible()
    expect(page.locator(".context__row")).to_have_count(2)
    assert page.locator(".thread__scroll").bounding_box()["height"] >= 0.55 * 740


def test_send_covers_no_words(visit, booked):
    page = visit(booked.patient, f"/patient/chat/{booked.chat_id}")
    screen = Screen(page)
    screen.is_live()
    screen.text.fill("Un message assez long pour prendre plusieurs lignes dans le champ.")
    left, right, _top, bottom = screen.text.evaluate(BOX)
    send_left, send_right, send_top, send_bottom = page.locator(".send").evaluate(BOX)

    assert right <= send_left or bottom <= send_top
    assert right - left >= 0.5 * WIDTH
    assert send_right - send_left >= 44
    assert send_bottom - send_top >= 44


def test_one_can_still_write_above_the_keyboard(visit, booked):
    """A phone's keyboard leaves about half of the window."""
    page = visit(booked.patient, f"/patient/chat/{booked.chat_id}", height=420)
    Screen(page).is_live()

    expect(Screen(page).text).to_be_in_viewport(ratio=1)
    expect(page.locator(".send")).to_be_in_viewport(ratio=1)
    expect(page.locator(".care__call").last).to_be_in_viewport(ratio=1)
    assert page.locator(".thread__scroll").bounding_box()["height"] > 0
