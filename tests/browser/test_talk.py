"""Two people talk: everything arrives once, at once, and both sides know what was read."""

import json

from playwright.sync_api import expect

from tests.browser.actions import Actions
from tests.browser.screen import Screen


def test_it_carries_words_both_ways_once(doctor_page, patient_page, people, backstage):
    doctor, patient = Screen(doctor_page), Screen(patient_page)

    patient.send("Bonjour Docteur")
    doctor.sees("Bonjour Docteur")
    doctor.send("Bonjour, comment allez-vous ?")
    patient.sees("Bonjour, comment allez-vous ?")

    for screen in (doctor, patient):
        screen.sees_sent("Bonjour Docteur")
        screen.sees_sent("Bonjour, comment allez-vous ?")
        assert screen.texts() == ["Bonjour Docteur", "Bonjour, comment allez-vous ?"]
    assert backstage.texts(chat_id=people.chat_id) == ["Bonjour Docteur", "Bonjour, comment allez-vous ?"]


def test_it_shows_words_as_they_were_written(doctor_page, patient_page):
    doctor, patient = Screen(doctor_page), Screen(patient_page)

    patient.send("<b>gras</b> & 'guillemets' 😊 <img src=x onerror=alert(1)>")

    doctor.sees_sent("<b>gras</b> & 'guillemets' 😊 <img src=x onerror=alert(1)>")
    patient.sees_sent("<b>gras</b> & 'guillemets' 😊 <img src=x onerror=alert(1)>")


def test_it_shows_when_a_message_was_read(sign_in, doctor_page, people):
    doctor = Screen(doctor_page)
    doctor.send("À jeudi")
    doctor.sees_sent("À jeudi")
    line = doctor_page.locator(".receipt-line")
    expect(line).to_have_attribute("data-state", "sent")

    Screen(sign_in(people.patient, at=f"/patient/chat/{people.chat_id}")).act()

    expect(line).to_have_count(1)
    expect(line).to_have_attribute("data-state", "read")


def test_it_does_not_count_as_read_what_nobody_looks_at(sign_in, doctor_page, people):
    """On a phone the list hides the thread that a wide screen would show beside it."""
    patient_page = sign_in(people.patient, width=375)
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    expect(patient_page.locator("chat-app")).to_have_attribute("data-view", "list")

    doctor.send("Vos résultats sont arrivés")

    expect(patient.badge).to_have_text("1")
    expect(patient.row_of(people.chat_id)).to_contain_text("Vos résultats sont arrivés")
    doctor.send("Tout va bien")
    expect(patient.badge).to_have_text("2")
    patient_page.reload()
    expect(patient.badge).to_have_text("2")
    expect(doctor.receipt("Tout va bien")).to_have_attribute("data-state", "delivered")


def test_it_does_not_count_as_read_what_a_dialog_covers(doctor_page, patient_page):
    doctor, patient = Actions(doctor_page), Actions(patient_page)
    patient.screen.act()
    doctor.screen.send("Bonjour")
    line = doctor_page.locator(".receipt-line")
    expect(line).to_have_attribute("data-state", "read")
    patient.menu("Bonjour")

    doctor.screen.send("Vos résultats sont arrivés")

    patient.screen.sees_sent("Vos résultats sont arrivés")
    expect(line.last).to_have_attribute("data-state", "delivered")
    doctor.screen.send("Tout va bien")
    patient.screen.sees_sent("Tout va bien")
    expect(line).to_have_count(2)
    expect(line.last).to_have_attribute("data-state", "delivered")
    patient_page.keyboard.press("Escape")
    expect(line).to_have_count(1)
    expect(line).to_have_attribute("data-state", "read")


def test_it_shows_typing_and_forgets_it(doctor_page, patient_page):
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    patient.is_live()
    doctor.is_live()

    patient.text.press_sequentially("Je")
    expect(doctor.typing).to_be_visible()
    expect(doctor.typing).to_be_hidden()

    patient.text.press_sequentially("Je v")
    expect(doctor.typing).to_be_visible()
    patient.send("Je vais mieux")
    doctor.sees("Je vais mieux")
    expect(doctor.typing).to_be_hidden()


def test_it_clears_the_badge_in_the_second_tab(sign_in, patient_page, people, server):
    first = sign_in(people.doctor, width=500)
    second = first.context.new_page()
    second.goto(f"{server.url}/professional/chat")
    patient = Screen(patient_page)

    patient.send("Avez-vous reçu mes analyses ?")
    expect(Screen(first).badge).to_have_text("1")
    expect(Screen(second).badge).to_have_text("1")
    assert second.title().startswith("Conversations, 1 non lu — ")

    first.goto(f"/professional/chat/{people.chat_id}")
    Screen(first).act()

    expect(Screen(second).badge).to_be_hidden()
    expect(Screen(second).row_of(people.chat_id).locator(".badge")).to_have_count(0)
    assert "non lu" not in second.title()


def test_it_keeps_two_tabs_of_one_person_in_step(doctor_page, patient_page, people, server):
    other_tab = doctor_page.context.new_page()
    other_tab.goto(f"{server.url}/professional/chat/{people.chat_id}")

    Screen(doctor_page).send("Reposez-vous bien")

    Screen(other_tab).sees_sent("Reposez-vous bien")
    Screen(patient_page).sees_sent("Reposez-vous bien")


def test_it_brings_the_newest_conversation_to_the_top(sign_in, doctor_page, people, backstage):
    other = backstage.patient_of(doctor_id=people.doctor.id, first_name="Cora", last_name="Petit")
    doctor_page.reload()
    rows = doctor_page.locator("chat-list li[data-chat-id]")
    Screen(doctor_page).send("Bonjour Ben")
    expect(rows.first).to_have_attribute("data-chat-id", str(people.chat_id))

    other_page = sign_in(other, at=f"/patient/chat/{other.chat_id}")
    Screen(other_page).send("Bonjour, c'est Cora")

    expect(rows.first).to_have_attribute("data-chat-id", str(other.chat_id))
    expect(rows.first).to_contain_text("Bonjour, c'est Cora")
    expect(rows.first.locator(".badge")).to_contain_text("1")


def test_it_adds_a_conversation_that_was_opened_meanwhile(sign_in, doctor_page, people, backstage):
    Screen(doctor_page).is_live()
    other = backstage.patient_of(doctor_id=people.doctor.id, first_name="Nadia", last_name="Roux")
    row = Screen(doctor_page).row_of(other.chat_id)
    assert row.count() == 0

    other_page = sign_in(other, at=f"/patient/chat/{other.chat_id}")
    Screen(other_page).send("Première question")

    expect(row).to_contain_text("Nadia Roux")
    expect(row).to_contain_text("Première question")


def test_it_finds_a_conversation_by_name(doctor_page, people, backstage):
    for first_name in ("Alice", "Bruno"):
        backstage.patient_of(doctor_id=people.doctor.id, first_name=first_name, last_name="Roux")
    doctor_page.reload()
    names = doctor_page.locator("chat-list .conversation__name")
    field = doctor_page.locator("chat-list input[name=q]")
    expect(names).to_have_count(3)

    field.fill("brun")
    expect(names).to_have_text(["Bruno Roux"])
    field.fill("zzz")
    expect(doctor_page.locator("[data-none]")).to_contain_text("zzz")
    field.press("Escape")
    expect(names).to_have_count(3)


def test_a_live_page_shows_what_a_fresh_one_would(doctor_page, patient_page, people, backstage):
    """What events made of the page equals what the server draws: rows, days, groups, receipts."""
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Jadis"], days_ago=3)
    patient_page.reload()
    doctor_page.reload()
    for number in range(8):
        patient.send(f"Patient {number} https://example.org/{number}")
        doctor.send(f"Docteur {number}")
    for screen in (doctor, patient):
        expect(screen.stored).to_have_count(17)
        expect(screen.page.locator(".receipt-line[data-state=read]")).to_have_count(1)
        expect(screen.page.locator(".receipt-line")).to_have_count(1)

    # Only now: a page that is loaded again reads nothing before its reader does something.
    for screen in (doctor, patient):
        live = screen.rows()
        screen.page.reload()
        screen.is_live()
        assert screen.rows() == live


def test_a_burst_arrives_whole_and_in_order(doctor_page, patient_page, people, backstage):
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    patient.is_live()
    doctor.is_live()
    for number in range(30):
        patient.send(f"Patient {number}")
        doctor.send(f"Docteur {number}")
    for screen in (doctor, patient):
        expect(screen.stored).to_have_count(60)

    stored = backstage.texts(chat_id=people.chat_id)
    assert doctor.texts() == patient.texts() == stored
    for side in ("Patient", "Docteur"):
        assert [text for text in stored if text.startswith(side)] == [f"{side} {number}" for number in range(30)]


def test_a_row_keeps_its_place_when_no_message_was_missed(doctor_page, people, backstage):
    other = backstage.patient_of(doctor_id=people.doctor.id, first_name="Zoé", last_name="Roux")
    for chat_id in (people.chat_id, other.chat_id):
        backstage.post(chat_id=chat_id, sender_id=people.doctor.id, texts=["Bonjour"])
    sockets = []

    def pass_on(socket):
        socket.connect_to_server()
        sockets.append(socket)

    doctor_page.route_web_socket("**/ws/chat*", pass_on)
    doctor_page.reload()
    doctor = Screen(doctor_page)
    doctor.is_live()
    link = doctor.row_of(people.chat_id).locator("a")
    link.focus()

    with doctor_page.expect_response(f"**/chat/{people.chat_id}/row"):
        sockets[0].send(json.dumps({"type": "chat.seq", "chat_id": people.chat_id, "seq": 9}))

    expect(link).to_be_focused()
    rows = doctor_page.locator(".conversations > li")
    assert rows.evaluate_all("rows => rows.map((row) => Number(row.dataset.chatId))") == [other.chat_id, people.chat_id]
