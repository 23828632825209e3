"""Sent, delivered, read: a device of the other side has the message before anybody reads it."""

from playwright.sync_api import expect

from tests.browser.screen import Screen


def line(page):
    return page.locator(".receipt-line")


def tick(screen, text):
    """The visible ticks of a message."""
    seen = screen.message(text).locator(".receipt > span:visible")
    expect(seen).to_have_count(1)
    return seen.get_attribute("class").removeprefix("receipt__")


def test_it_goes_from_sent_to_delivered_to_read(sign_in, doctor_page, people):
    doctor = Screen(doctor_page)
    doctor.send("Vos résultats sont arrivés")
    doctor.sees_sent("Vos résultats sont arrivés")
    expect(line(doctor_page)).to_have_attribute("data-state", "sent")
    assert tick(doctor, "Vos résultats sont arrivés") == "sent"

    # A phone that shows the list has received the message; nobody has opened it.
    patient_page = sign_in(people.patient, width=375)
    expect(line(doctor_page)).to_have_attribute("data-state", "delivered")
    expect(line(doctor_page)).to_contain_text("Remis")
    assert tick(doctor, "Vos résultats sont arrivés") == "delivered"
    expect(Screen(patient_page).badge).to_have_text("1")

    patient_page.goto(f"/patient/chat/{people.chat_id}")
    Screen(patient_page).act()
    expect(line(doctor_page)).to_have_attribute("data-state", "read")
    assert tick(doctor, "Vos résultats sont arrivés") == "read"


def test_a_patient_reads_that_the_practice_has_it(sign_in, patient_page, people):
    doctor_page = sign_in(people.doctor, width=375)
    patient, doctor = Screen(patient_page), Screen(doctor_page)
    expect(doctor_page.locator("chat-list connection-banner")).to_have_attribute("data-state", "live")

    patient.send("J'ai de la fièvre")

    expect(line(patient_page)).to_contain_text("Remis au cabinet")
    expect(doctor.badge).to_have_text("1")
    patient_page.reload()
    expect(line(patient_page)).to_contain_text("Remis au cabinet")
    assert tick(patient, "J'ai de la fièvre") == "delivered"


def test_a_page_without_conversations_has_it_too(sign_in, doctor_page, people):
    page = sign_in(people.patient, width=375)
    with page.expect_response("**/chat/unread"):
        page.goto("/patient/visits")

    Screen(doctor_page).send("Vos résultats sont arrivés")

    expect(Screen(page).badge).to_have_text("1")
    expect(line(doctor_page)).to_have_attribute("data-state", "delivered")


def test_a_hidden_page_receives_without_reading(doctor_page, patient_page, people):
    """Another window is in front of the doctor's."""
    hide = """() => {
      Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
      document.hasFocus = () => false;
    }"""
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    doctor.is_live()
    doctor_page.evaluate(hide)

    patient.send("Êtes-vous là ?")

    doctor.sees_sent("Êtes-vous là ?")
    expect(line(patient_page)).to_have_attribute("data-state", "delivered")
    patient.send("Tant pis")
    patient.sees_sent("Tant pis")
    expect(line(patient_page)).to_have_count(1)
    expect(line(patient_page)).to_have_attribute("data-state", "delivered")


def test_it_reports_at_most_once_a_second(doctor_page, patient_page, people):
    frames = []
    doctor_page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    doctor_page.goto("/professional/consultations")
    doctor_page.set_viewport_size({"width": 375, "height": 800})
    doctor_page.goto("/professional/chat")
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    expect(doctor.list_banner).to_have_attribute("data-state", "live")

    for number in range(12):
        patient.send(f"Message {number}")
    patient.sees_sent("Message 11")

    expect(line(patient_page)).to_have_count(1)
    expect(line(patient_page)).to_have_attribute("data-state", "delivered")
    expect(doctor.badge).to_have_text("12")
    delivered = [frame for frame in frames if '"delivered"' in frame]
    assert 1 <= len(delivered) <= 4, delivered
    assert not [frame for frame in frames if '"read"' in frame]


def test_it_reports_after_the_line_came_back(sign_in, doctor_page, people, complaints):
    complaints.forgive_cut_lines()
    doctor = Screen(doctor_page)
    patient_page = sign_in(people.patient, width=375)
    expect(Screen(patient_page).list_banner).to_have_attribute("data-state", "live")
    patient_page.context.set_offline(True)
    doctor.send("Pendant la coupure")
    doctor.sees_sent("Pendant la coupure")
    expect(line(doctor_page)).to_have_attribute("data-state", "sent")

    patient_page.context.set_offline(False)

    expect(line(doctor_page)).to_have_attribute("data-state", "delivered")


def test_a_live_page_shows_what_a_fresh_one_would(sign_in, doctor_page, people):
    doctor = Screen(doctor_page)
    patient_page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=375)
    Screen(patient_page).act()
    doctor.send("Le premier")
    expect(line(doctor_page)).to_have_attribute("data-state", "read")
    patient_page.goto("/patient/chat")
    expect(Screen(patient_page).list_banner).to_have_attribute("data-state", "live")
    doctor.send("Le deuxième")
    expect(line(doctor_page).last).to_have_attribute("data-state", "delivered")
    patient_page.close()
    doctor.send("Le troisième")
    expect(line(doctor_page)).to_have_count(3)
    doctor.sees_sent("Le troisième")

    live = doctor.rows()
    doctor_page.reload()
    doctor.is_live()

    assert doctor.rows() == live
    assert [found.get_attribute("data-state") for found in line(doctor_page).all()] == ["read", "delivered", "sent"]
