"""Mark as unread: the badge returns, for oneself alone, and stays until the conversation is opened again."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen, is_accessible


@pytest.fixture
def question(backstage, people):
    [message_id] = backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Une question"])
    return message_id


@pytest.fixture
def doctor(sign_in, people, question):
    """A doctor who has read it."""

    def opened(width):
        page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}", width=width)
        screen = Screen(page)
        screen.is_live()
        screen.act()
        expect(screen.row_of(people.chat_id).locator(".badge")).to_have_count(0)
        return screen

    return opened


def mark(screen):
    screen.page.get_by_role("button", name="Options").click()
    screen.page.get_by_role("button", name="Marquer comme non lu").click()


def test_on_a_phone_it_closes_back_to_the_list(doctor, people):
    phone = doctor(375)

    mark(phone)

    phone.page.wait_for_url("**/professional/chat")
    expect(phone.row_of(people.chat_id).locator(".badge")).to_contain_text("1")
    expect(phone.badge).to_have_text("1")
    phone.page.reload()
    expect(phone.badge).to_have_text("1")
    phone.row_of(people.chat_id).locator("a").click()
    expect(phone.text).to_be_visible()
    expect(phone.row_of(people.chat_id).locator(".badge")).to_have_count(0)


def test_beside_the_list_it_stays_open_and_unread(doctor, people, question):
    desk = doctor(1280)

    mark(desk)

    badge = desk.row_of(people.chat_id).locator(".badge")
    expect(badge).to_contain_text("1")
    expect(desk.badge).to_have_text("1")
    expect(desk.page.locator("#thread-menu")).to_be_hidden()
    # It is still on screen; that does not mark it as read.
    with desk.page.expect_response("**/rows?since=*"):
        desk.page.context.set_offline(False)
        desk.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        desk.page.goto("/professional/chat")
    desk.is_live()
    desk.scroller.evaluate("scroller => scroller.dispatchEvent(new Event('scroll'))")
    expect(desk.badge).to_have_text("1")

    desk.row_of(people.chat_id).locator("a").click()
    desk.page.wait_for_url(f"**/professional/chat/{people.chat_id}")
    expect(desk.badge).to_be_hidden()


def test_every_device_agrees_and_the_other_side_receives_nothing(doctor, sign_in, patient_page, people, server):
    desk, list_page = doctor(1280), sign_in(people.doctor, width=375)
    elsewhere = list_page.context.new_page()
    elsewhere.goto(f"{server.url}/professional/consultations")
    expect(patient_page.locator(".message")).to_have_count(1)
    Screen(patient_page).send("Encore une")
    Screen(patient_page).sees_sent("Encore une")
    line = patient_page.locator(".receipt-line")
    expect(line).to_have_count(1)
    expect(line).to_have_attribute("data-state", "read")

    mark(desk)

    for badge in (Screen(list_page).badge, Screen(elsewhere).badge, desk.badge):
        expect(badge).to_have_text("1")
    patient_page.reload()
    expect(line).to_have_attribute("data-state", "read")

    Screen(patient_page).send("Et une troisième")
    desk.sees_sent("Et une troisième")
    expect(Screen(list_page).row_of(people.chat_id)).to_contain_text("Et une troisième")
    expect(Screen(list_page).badge).to_have_text("1")
    list_page.reload()
    expect(Screen(list_page).badge).to_have_text("1")


def test_answering_takes_it_back(doctor, people):
    desk = doctor(1280)
    mark(desk)
    expect(desk.badge).to_have_text("1")

    desk.send("Je réponds tout de suite")

    expect(desk.badge).to_be_hidden()


def test_it_works_by_keyboard(doctor, people):
    desk = doctor(1280)
    button = desk.page.get_by_role("button", name="Options")
    button.focus()
    desk.page.keyboard.press("Enter")
    menu = desk.page.locator("#thread-menu")
    expect(menu).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()

    desk.page.keyboard.press("Enter")
    for _ in ("photos", "print", "access", "unread"):
        desk.page.keyboard.press("Tab")
    expect(desk.page.get_by_role("button", name="Marquer comme non lu")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.badge).to_have_text("1")


def test_without_a_line_it_shows_that(doctor, complaints):
    complaints.forgive_cut_lines()
    phone = doctor(375)
    phone.page.context.set_offline(True)

    mark(phone)

    expect(phone.page.locator("#thread-menu [role=alert]")).to_contain_text("Pas de réseau")


def test_it_works_without_scripts(sign_in, people, question):
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}", width=375, java_script_enabled=False)
    badge = page.locator("[data-unread-badge]")
    page.goto("/professional/chat")
    expect(badge).to_be_hidden()
    page.goto(f"/professional/chat/{people.chat_id}")

    mark(Screen(page))

    page.wait_for_url("**/professional/chat")
    expect(badge).to_have_text("1")
    page.goto(f"/professional/chat/{people.chat_id}")
    page.goto("/professional/chat")
    expect(badge).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_the_menu_is_accessible_and_inside_the_window(sign_in, people, question, width, scheme):
    page = sign_in(
        people.doctor, at=f"/professional/chat/{people.chat_id}", width=width, color_scheme=scheme, bypass_csp=True
    )
    Screen(page).is_live()
    page.get_by_role("button", name="Options").click()

    menu = page.locator("#thread-menu").bounding_box()
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= width
    for item in page.locator(".tools__button, .tools .menu__item").all():
        box = item.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    is_accessible(page)
