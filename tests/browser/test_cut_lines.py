"""The line is cut, the server dies, the session ends: nothing is lost or doubled, everything keeps its order."""

from playwright.sync_api import expect

from tests.browser.conftest import fill_sign_in
from tests.browser.screen import Screen


def test_it_keeps_words_while_offline_and_sends_them_once_in_order(
    doctor_page, patient_page, people, backstage, complaints
):
    complaints.forgive_cut_lines()
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    patient.send("Un")
    doctor.sees_sent("Un")

    patient_page.context.set_offline(True)
    for words in ("Deux", "Trois", "Quatre"):
        patient.send(words)
        expect(patient.message(words)).to_have_attribute("data-state", "pending")
    doctor.send("Pendant ce temps")
    doctor.sees_sent("Pendant ce temps")
    expect(patient.banner.locator("[data-when=offline]")).to_be_visible()
    assert doctor.texts() == ["Un", "Pendant ce temps"]

    patient_page.context.set_offline(False)

    for words in ("Deux", "Trois", "Quatre"):
        doctor.sees_sent(words)
        patient.sees_sent(words)
    patient.sees_sent("Pendant ce temps")
    in_order = ["Un", "Pendant ce temps", "Deux", "Trois", "Quatre"]
    assert backstage.texts(chat_id=people.chat_id) == in_order
    assert doctor.texts() == patient.texts() == in_order
    expect(patient.banner).to_be_hidden()


def test_it_survives_a_server_that_dies(doctor_page, patient_page, people, backstage, server, complaints):
    complaints.forgive_cut_lines()
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    patient.send("Avant")
    doctor.sees_sent("Avant")

    server.kill()
    patient.send("Pendant, un")
    patient.send("Pendant, deux")
    expect(patient.message("Pendant, deux")).to_have_attribute("data-state", "pending")
    expect(patient.banner.locator("[data-when=reconnecting]")).to_be_visible()
    server.start()

    doctor.sees_sent("Pendant, un")
    doctor.sees_sent("Pendant, deux")
    patient.sees_sent("Pendant, deux")
    assert backstage.texts(chat_id=people.chat_id) == ["Avant", "Pendant, un", "Pendant, deux"]
    assert doctor.texts() == ["Avant", "Pendant, un", "Pendant, deux"]


def test_it_shows_what_a_restored_server_has(doctor_page, patient_page, people, backstage, server, complaints):
    complaints.forgive_cut_lines()
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    patient.send("Avant")
    patient.send("Perdu")
    doctor.sees_sent("Perdu")

    server.kill()
    patient.send("Pendant")
    doctor_page.locator("#composer").fill("Pas encore envoyé")
    backstage.restore(chat_id=people.chat_id, lost=["Perdu"])
    server.start()

    patient.sees_sent("Pendant")
    doctor.sees_sent("Pendant")
    for screen in doctor, patient:
        expect(screen.page.locator(".lost")).to_contain_text("ont été perdus lors d’une panne")
        assert screen.texts() == ["Avant", "Pendant"]
    expect(doctor_page.locator("#composer")).to_have_value("Pas encore envoyé")
    assert backstage.texts(chat_id=people.chat_id) == ["Avant", "Pendant"]


def test_it_comes_back_after_a_clean_restart(doctor_page, patient_page, server, complaints):
    complaints.forgive_cut_lines()
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    patient.is_live()
    doctor.is_live()

    server.stop()
    server.start()
    patient.is_live()
    doctor.is_live()
    patient.send("Toujours là")

    doctor.sees_sent("Toujours là")


def test_it_keeps_pending_words_across_a_reload(doctor_page, patient_page, server, complaints, people, backstage):
    complaints.forgive_cut_lines()
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    patient_page.route("**/api/chat/message", lambda route: route.abort())
    patient_page.route_web_socket("**/ws/chat*", lambda socket: socket.close())
    patient_page.reload()
    patient.send("À garder")
    expect(patient.message("À garder")).to_have_attribute("data-state", "pending")

    patient_page.unroute("**/api/chat/message")
    patient_page.reload()

    doctor.sees_sent("À garder")
    patient.sees_sent("À garder")
    assert backstage.texts(chat_id=people.chat_id) == ["À garder"]


def test_it_talks_by_http_where_no_socket_passes(doctor_page, patient_page, complaints):
    complaints.forgive_cut_lines()
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    patient_page.route_web_socket("**/ws/chat*", lambda socket: socket.close())
    patient_page.reload()

    patient.send("Sans prise")
    doctor.sees_sent("Sans prise")
    expect(patient.message("Sans prise").and_(patient.stored)).to_have_count(1, timeout=5_000)
    doctor.send("Bien reçu")

    expect(patient.message("Bien reçu")).to_be_visible(timeout=30_000)


def test_it_shows_why_a_message_was_refused_and_offers_to_send_it_again(patient_page, people, backstage):
    patient = Screen(patient_page)
    patient.pause_catch_up()
    backstage.set_active(user_id=people.doctor.id, active=False)

    patient.send("Êtes-vous là ?")
    expect(patient.message("Êtes-vous là ?")).to_have_attribute("data-state", "failed")
    expect(patient_page.locator("[data-alarm]")).not_to_be_empty()
    assert backstage.texts(chat_id=people.chat_id) == []

    backstage.set_active(user_id=people.doctor.id, active=True)
    patient.resume_catch_up()
    patient.message("Êtes-vous là ?").locator("[data-action=resend]").click()
    patient.sees_sent("Êtes-vous là ?")
    expect(patient.message("Êtes-vous là ?").locator(".message__failure")).to_have_count(0)
    assert backstage.texts(chat_id=people.chat_id) == ["Êtes-vous là ?"]


def test_it_deletes_a_refused_message_on_demand(patient_page, people, backstage):
    patient = Screen(patient_page)
    patient.pause_catch_up()
    backstage.set_active(user_id=people.doctor.id, active=False)
    patient.send("Tant pis")
    expect(patient.message("Tant pis")).to_have_attribute("data-state", "failed")

    patient.message("Tant pis").locator("[data-action=discard]").click()
    expect(patient.message("Tant pis")).to_have_count(0)
    patient_page.reload()
    expect(patient.messages).to_have_count(0)


def test_it_keeps_the_text_when_the_session_ends(patient_page, people, server, complaints):
    complaints.forgive_cut_lines()
    patient = Screen(patient_page)
    patient.is_live()
    patient_page.route_web_socket("**/ws/chat*", lambda socket: socket.close())
    patient_page.context.set_offline(True)
    patient.send("Écrit trop tard")
    patient.text.fill("Et ceci encore")
    expect(patient.message("Écrit trop tard")).to_have_attribute("data-state", "pending")
    patient_page.context.clear_cookies()

    patient_page.context.set_offline(False)
    patient_page.locator("[data-action=sign-in]").click()
    fill_sign_in(patient_page, people.patient)

    patient_page.wait_for_url(f"**/patient/chat/{people.chat_id}")
    patient.sees_sent("Écrit trop tard")
    expect(patient.text).to_have_value("Et ceci encore")


def test_it_notices_a_line_that_died_without_a_word(doctor_page, patient_page, complaints):
    """After a sleep or a change of network the socket looks open and nothing passes."""
    complaints.forgive_cut_lines()
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    lines, dead = [], set()

    def carry(socket):
        lines.append(socket)
        server = socket.connect_to_server()
        socket.on_message(lambda frame: None if socket in dead else server.send(frame))
        server.on_message(lambda frame: None if socket in dead else socket.send(frame))

    patient_page.route_web_socket("**/ws/chat*", carry)
    patient_page.reload()
    patient.is_live()
    dead.update(lines)

    with patient_page.expect_websocket():
        patient_page.evaluate("dispatchEvent(new Event('online'))")

    patient.is_live()
    assert [line.url.partition("?")[2] for line in lines] == ["", "reconnect=1"]
    patient.send("De retour")
    doctor.sees_sent("De retour")


def test_it_polls_on_a_slow_timer_while_the_bus_is_unavailable(doctor_page, patient_page):
    """The server reports that events may be missing: the page polls by itself, and can still send."""
    doctor, patient = Screen(doctor_page), Screen(patient_page)

    def carry(socket):
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda frame: None if "message.created" in frame else forward(socket, frame))

    def forward(socket, frame):
        socket.send(frame)
        if "welcome" in frame:
            socket.send('{"type": "status", "live": false}')

    patient_page.route_web_socket("**/ws/chat*", carry)
    patient_page.reload()
    patient.is_live()

    doctor.send("Sans événement")

    expect(patient.message("Sans événement")).to_be_visible(timeout=30_000)
    patient.send("Reçu quand même")
    doctor.sees_sent("Reçu quand même")
