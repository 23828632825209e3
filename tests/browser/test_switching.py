"""Another conversation opens beside the list without a page load, and nothing of the one that was left is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen


@pytest.fixture
def others(backstage, people):
    """Two more patients of the doctor, each with a question that is not read; the newest is first in the list."""
    found = []
    for first_name in ("Bruno", "Alice"):
        other = backstage.patient_of(doctor_id=people.doctor.id, first_name=first_name, last_name="Roux")
        backstage.post(chat_id=other.chat_id, sender_id=other.id, texts=[f"Question de {first_name}"])
        found.append(other)
    return found[1], found[0]


@pytest.fixture
def doctor(sign_in, people, backstage, others):
    """The doctor's own conversation, open at its end; a mark in the window shows that it is never loaded again."""
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=[f"Ligne {n}" for n in range(90)])
    doctor = Screen(sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}"))
    doctor.is_live()
    doctor.page.evaluate("window.isSamePage = true")
    return doctor


def opens(doctor, other):
    doctor.row_of(other.chat_id).locator("a").click()
    shows(doctor, other)


def shows(doctor, other):
    expect(doctor.page.locator("chat-thread")).to_have_attribute("data-chat-id", str(other.chat_id))
    expect(doctor.page.locator("a.conversation[aria-current]")).to_have_count(1)
    expect(doctor.row_of(other.chat_id).locator("a")).to_have_attribute("aria-current", "page")
    assert doctor.page.evaluate("window.isSamePage"), "the page was loaded again"


def turns_to(doctor, filter, *, key):
    """Choose the filter by the keyboard, and wait for its rows: a click is lost on a row that is replaced meanwhile."""
    rows = doctor.page.locator("chat-list li[data-chat-id]")
    rows.evaluate_all("rows => rows.forEach((row) => (row.dataset.before = ''))")
    doctor.page.keyboard.press(key)
    expect(doctor.page.locator("chat-list [data-filter][aria-current]")).to_have_text(filter)
    expect(rows.and_(doctor.page.locator("[data-before]"))).to_have_count(0)


def test_the_address_the_title_and_the_focus_follow(doctor, people, others):
    alice, bruno = others
    mark = doctor.message("Ligne 50")
    doctor.scroll_to(mark)
    before = mark.bounding_box()["y"]

    opens(doctor, alice)

    expect(doctor.page).to_have_url(re.compile(f"/professional/chat/{alice.chat_id}$"))
    expect(doctor.page).to_have_title(re.compile("^Alice Roux, [12] non lus? — "))
    expect(doctor.page.locator("#thread-title")).to_be_focused()
    expect(doctor.message("Question de Alice")).to_be_visible()
    doctor.page.keyboard.type("Bonjour")
    expect(doctor.text).to_have_value("Bonjour")
    opens(doctor, bruno)
    expect(doctor.text).to_have_value("")

    doctor.page.go_back()
    shows(doctor, alice)
    expect(doctor.text).to_have_value("Bonjour")
    doctor.page.go_back()
    shows(doctor, people)
    expect(mark).to_be_in_viewport()
    assert abs(mark.bounding_box()["y"] - before) < 3
    doctor.page.go_forward()
    shows(doctor, alice)


def test_what_was_left_goes_on(doctor, people, others, backstage, letter):
    """A file that is uploading, and the message that waits for it."""
    alice, bruno = others
    pending = []
    doctor.page.route("**/api/chat/attachments", lambda route: pending.append(route))
    opens(doctor, alice)
    doctor.choose(letter)
    doctor.text.fill("Avec l'ordonnance")
    doctor.text.press("Enter")
    expect(doctor.page.locator("[data-notice]")).to_contain_text("dès que les fichiers seront prêts")

    opens(doctor, bruno)
    doctor.send("Pour Bruno")
    doctor.sees_sent("Pour Bruno")
    pending[0].continue_()

    expect(doctor.row_of(alice.chat_id).locator(".conversation__last")).to_contain_text("Avec l'ordonnance")
    assert "Avec l'ordonnance" in backstage.texts(chat_id=alice.chat_id)
    opens(doctor, alice)
    doctor.sees_sent("Avec l'ordonnance")
    expect(doctor.message("Avec l'ordonnance").locator(".document")).to_have_count(1)
    expect(doctor.text).to_have_value("")
    expect(doctor.uploads).to_have_count(0)


def test_an_upload_is_found_again(doctor, people, others, letter):
    alice, _ = others
    pending = []
    doctor.page.route("**/api/chat/attachments", lambda route: pending.append(route))
    opens(doctor, alice)
    doctor.choose(letter)
    expect(doctor.uploads).to_have_count(1)
    opens(doctor, people)
    expect(doctor.uploads).to_have_count(0)
    opens(doctor, alice)
    expect(doctor.uploads).to_have_count(1)

    pending[0].continue_()

    expect(doctor.ready).to_have_count(1)
    doctor.send("La voici")
    expect(doctor.message("La voici").and_(doctor.stored).locator(".document")).to_have_count(1)


def test_without_the_fragment_the_page_is_loaded(doctor, others, complaints):
    complaints.forgive_cut_lines()
    alice, _ = others
    doctor.page.route("**/thread*", lambda route: route.fulfill(status=503, body=""))

    doctor.row_of(alice.chat_id).locator("a").click()

    expect(doctor.page.locator("chat-thread")).to_have_attribute("data-chat-id", str(alice.chat_id))
    expect(doctor.page).to_have_url(re.compile(f"/professional/chat/{alice.chat_id}$"))
    assert not doctor.page.evaluate("window.isSamePage")


def test_a_filter_keeps_its_list(doctor, people, others):
    """Also the open conversation, whether it matches or not, and after a reload."""
    alice, bruno = others
    for filter in ("À répondre", "Non lues"):
        turns_to(doctor, filter, key="Alt+PageDown")
    expect(doctor.row_of(people.chat_id).locator("a")).to_have_attribute("aria-current", "page")

    opens(doctor, alice)
    expect(doctor.page).to_have_url(re.compile(r"\?filter=unread$"))
    expect(doctor.row_of(alice.chat_id).locator(".badge")).to_have_count(0)
    # At once, since the list may be asked for again at any moment.
    ids = doctor.page.locator("chat-list li[data-chat-id]").evaluate_all(
        "rows => rows.map((row) => row.dataset.chatId)"
    )
    # The conversation that was open before stays until the list is asked for again.
    assert [pk for pk in ids if pk != str(people.chat_id)] == [str(chat.chat_id) for chat in (alice, bruno)]
    doctor.page.keyboard.press("Alt+ArrowDown")
    shows(doctor, bruno)
    doctor.page.reload()
    expect(doctor.page.locator("chat-list [data-filter][aria-current]")).to_have_text("Non lues")
    expect(doctor.row_of(alice.chat_id)).to_have_count(0)
    expect(doctor.page.locator("a.conversation[aria-current]")).to_have_count(1)
    for _ in range(2):
        doctor.page.keyboard.press("Alt+PageUp")
    expect(doctor.row_of(people.chat_id)).to_have_count(1)
    expect(doctor.page).to_have_url(re.compile(r"/[0-9]+$"))


def test_who_waits_comes_and_goes(doctor, people, others, sign_in, switch):
    alice, bruno = others
    elsewhere = Screen(sign_in(people.doctor, at=f"/professional/chat/{bruno.chat_id}"))
    patient = Screen(sign_in(bruno, at=f"/patient/chat/{bruno.chat_id}", width=375))
    rows = doctor.page.locator("chat-list li[data-chat-id]")

    def are_shown(*chats):
        expect(rows).to_have_count(len(chats))
        for row, chat in zip(rows.all(), chats, strict=True):
            expect(row).to_have_attribute("data-chat-id", str(chat.chat_id))

    turns_to(doctor, "À répondre", key="Alt+PageDown")
    are_shown(people, alice, bruno)
    elsewhere.send("Réponse")
    are_shown(people, alice)
    patient.send("Et demain ?")
    are_shown(bruno, people, alice)
    switch(alice, "deactivate")
    are_shown(bruno, people)
    doctor.page.keyboard.press("Alt+PageUp")
    doctor.page.keyboard.press("Alt+PageUp")
    expect(doctor.page).to_have_url(re.compile(r"\?filter=closed$"))
    are_shown(people, alice)
    switch(alice, "activate")
    are_shown(people)


def test_the_keyboard_finds_a_name_and_who_waits(doctor, people, others):
    alice, bruno = others
    doctor.page.keyboard.press("Control+k")
    doctor.page.keyboard.type("brun")
    doctor.page.keyboard.press("ArrowDown")
    shows(doctor, bruno)
    doctor.page.keyboard.press("Control+k")
    doctor.page.keyboard.press("Escape")
    expect(doctor.row_of(people.chat_id)).to_have_count(1)
    doctor.page.keyboard.type("alice")
    doctor.page.keyboard.press("Enter")
    shows(doctor, alice)
    doctor.page.keyboard.type("Oui")
    doctor.page.keyboard.press("Enter")
    doctor.sees_sent("Oui")
    doctor.page.keyboard.press("Control+k")
    doctor.page.keyboard.press("Escape")
    expect(doctor.row_of(people.chat_id)).to_have_count(1)

    doctor.page.keyboard.press("Shift+Alt+ArrowDown")

    shows(doctor, bruno)
    expect(doctor.row_of(alice.chat_id)).not_to_have_attribute("data-awaits", "")
