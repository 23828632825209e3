"""A reader keeps their scroll position, whatever arrives above or below it."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen, wait_until


def lines(count, prefix="Ligne"):
    return [f"{prefix} {number}" for number in range(1, count + 1)]


def bottom(part):
    box = part.bounding_box()
    return box["y"] + box["height"]


def test_it_opens_on_the_newest_message(doctor_page, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=lines(80))
    doctor_page.reload()

    doctor = Screen(doctor_page)
    expect(doctor.message("Ligne 80")).to_be_in_viewport()
    expect(doctor.message("Ligne 31")).to_have_count(1)
    expect(doctor.message("Ligne 30")).to_have_count(0)


def test_it_loads_older_messages_without_jumping(doctor_page, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=lines(180))
    doctor_page.reload()
    doctor = Screen(doctor_page)
    expect(doctor.messages).to_have_count(50)

    held = []
    doctor_page.route("**/rows?before=*", lambda route: held.append(route))
    mark = doctor.message("Ligne 140")
    doctor.scroll_to(mark, "center")
    before = mark.bounding_box()["y"]
    wait_until(doctor_page, lambda: held)
    held[0].continue_()
    doctor_page.unroute("**/rows?before=*")
    expect(doctor.messages).not_to_have_count(50)
    doctor.settles()
    assert abs(mark.bounding_box()["y"] - before) < 2

    while doctor_page.locator(".older").is_visible():
        loaded = doctor.messages.count()
        doctor.messages.first.evaluate("row => row.scrollIntoView()")
        expect(doctor.messages).not_to_have_count(loaded)
    assert doctor.texts() == lines(180)
    expect(doctor_page.locator(".older")).to_be_hidden()
    expect(doctor_page.locator(".day")).to_have_count(1)


def test_it_keeps_the_place_of_who_reads_older_messages(doctor_page, patient_page, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=lines(60))
    doctor_page.reload()
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    doctor.is_live()
    mark = doctor.message("Ligne 20")
    doctor.scroll_to(mark)
    expect(mark).to_be_in_viewport()
    before = mark.bounding_box()["y"]

    patient.send("Une question")
    patient.send("Et une autre")

    expect(doctor.jump).to_be_visible()
    expect(doctor.jump).to_contain_text("2")
    # Each change may round to a pixel.
    assert abs(mark.bounding_box()["y"] - before) < 4
    expect(doctor.message("Une question")).not_to_be_in_viewport()
    expect(patient.receipt("Et une autre")).to_have_attribute("data-state", "delivered")

    doctor.jump.click()
    expect(doctor.message("Et une autre")).to_be_in_viewport()
    expect(doctor.jump).to_be_hidden()
    expect(patient.receipt("Et une autre")).to_have_attribute("data-state", "read")


def test_what_was_passed_over_is_not_read(doctor_page, patient_page, people, backstage):
    """A jump to the end, or to a search result, marks no message before it as read."""
    ids = backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=lines(120))
    doctor_page.goto(f"/professional/chat/{people.chat_id}?at={ids[100]}")
    patient_page.reload()
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    expect(doctor.message("Ligne 101")).to_be_in_viewport()
    doctor.act()
    doctor_page.wait_for_timeout(1_000)
    expect(doctor.badge).to_contain_text("99+")
    expect(patient.receipt("Ligne 120")).to_have_attribute("data-state", "delivered")

    doctor_page.goto(f"/professional/chat/{people.chat_id}")
    expect(doctor.message("Ligne 1")).to_be_in_viewport()
    doctor.act()
    doctor.jump.click()
    expect(doctor.message("Ligne 120")).to_be_in_viewport()
    doctor_page.wait_for_timeout(1_000)
    expect(patient.receipt("Ligne 120")).to_have_attribute("data-state", "delivered")


def test_it_leads_back_up_to_what_was_passed_over(doctor_page, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=lines(45))
    doctor_page.reload()
    doctor = Screen(doctor_page)
    expect(doctor.message("Ligne 1")).to_be_in_viewport()
    doctor.act()
    doctor.scroller.evaluate("scroller => scroller.scrollTo(0, 0)")
    expect(doctor.message("Ligne 45")).to_be_in_viewport()
    expect(doctor.jump).to_have_attribute("data-up", "")

    while doctor.jump.is_visible():
        words = doctor.jump.text_content()
        doctor.jump.click()
        expect(doctor.jump).not_to_have_text(words)
    expect(doctor.badge).to_be_hidden()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_way_back_up_covers_nothing_of_the_end(sign_in, people, backstage, width):
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=lines(45))
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}", width=width)
    doctor = Screen(page)
    expect(doctor.jump).to_be_visible()
    doctor.scroller.evaluate("scroller => scroller.scrollTo(0, 0)")
    expect(doctor.jump).to_have_attribute("data-up", "")

    frame, jump = doctor.scroller.bounding_box(), doctor.jump.bounding_box()
    assert frame["y"] <= jump["y"] < frame["y"] + 40, "the jump button is at the edge that it points to"
    assert bottom(doctor.message("Ligne 45")) <= frame["y"] + frame["height"]


def test_what_the_way_back_up_covers_was_not_seen(doctor_page, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=lines(45))
    doctor_page.reload()
    doctor = Screen(doctor_page)
    expect(doctor.jump).to_be_visible()
    doctor.act()
    scroll, rows = "(scroller, top) => scroller.scrollTo(0, top)", doctor.messages.all()
    doctor.scroller.evaluate(scroll, 0)
    expect(doctor.jump).to_have_attribute("data-up", "")
    edge, waiting = doctor.scroller.bounding_box()["y"], doctor.new_count()
    above = [row for row in rows if bottom(row) <= edge]

    doctor.scroller.evaluate(scroll, -130)
    doctor.settles()
    shown = [row for row in above if bottom(row) > edge]
    clear = [row for row in shown if row.bounding_box()["y"] >= bottom(doctor.jump)]
    assert 0 < len(clear) < len(shown)
    doctor.scroller.evaluate(scroll, 0)

    expect(doctor.jump).to_have_text(f"{waiting - len(clear)} nouveaux messages")


def test_what_the_jump_button_covers_is_not_read(doctor_page, patient_page, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=lines(45))
    patient_page.reload()
    doctor_page.reload()
    doctor = Screen(doctor_page)
    expect(doctor.jump).to_be_visible()
    doctor.act()
    read = patient_page.locator(".message:has(+ .receipt-line[data-state=read])")
    expect(read).to_have_count(1)
    patient_page.wait_for_timeout(1_000)

    assert bottom(doctor.message(read.locator("[data-text]").inner_text())) <= doctor.jump.bounding_box()["y"]


def test_it_stays_at_the_end_with_who_is_there(doctor_page, patient_page, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=lines(40))
    doctor_page.reload()
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    doctor.scroller.evaluate("scroller => scroller.scrollTo(0, 0)")
    expect(doctor.message("Ligne 40")).to_be_in_viewport()

    patient.send("Encore une chose")

    expect(doctor.message("Encore une chose")).to_be_in_viewport()
    expect(doctor.jump).to_be_hidden()


def test_it_opens_at_the_first_unread_message(doctor_page, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=lines(20))
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=lines(30, prefix="Nouveau"))
    doctor_page.reload()
    doctor = Screen(doctor_page)

    expect(doctor_page.locator("#fresh")).to_be_in_viewport()
    expect(doctor.message("Nouveau 1")).to_be_in_viewport()
    expect(doctor.message("Nouveau 30")).not_to_be_in_viewport()
    expect(doctor.jump).to_be_visible()


def test_it_separates_days_and_groups_what_belongs_together(doctor_page, patient_page, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Avant-hier"], days_ago=2)
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Un", "Deux"])
    doctor_page.reload()
    doctor = Screen(doctor_page)
    doctor.send("Trois")
    doctor.sees_sent("Trois")

    expect(doctor_page.locator(".day")).to_have_count(2)
    expect(doctor.message("Un")).to_have_attribute("data-first", "")
    expect(doctor.message("Un")).not_to_have_attribute("data-last", "")
    expect(doctor.message("Deux")).not_to_have_attribute("data-first", "")
    expect(doctor.message("Deux")).to_have_attribute("data-last", "")
    expect(doctor.message("Trois")).to_have_attribute("data-first", "")
