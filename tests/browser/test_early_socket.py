"""The socket is opened while the scripts of the page still arrive, and nothing that came by it is lost."""

import threading

from tests.browser.screen import Screen, wait_until


def test_what_came_before_the_scripts_is_shown(sign_in, people, doctor_page):
    page = sign_in(people.patient, at="/accessibility")
    sockets, received, scripts_may_come = [], threading.Event(), []

    def listen(socket):
        sockets.append(socket)
        socket.on("framereceived", lambda text: "message.created" in text and received.set())

    page.on("websocket", listen)
    page.route("**/js/chat.*", lambda route: scripts_may_come.append(route))
    page.goto(f"/patient/chat/{people.chat_id}", wait_until="commit")
    page.wait_for_function("() => globalThis.earlySocket?.socket.readyState === WebSocket.OPEN")

    Screen(doctor_page).send("Je regarde vos résultats")
    wait_until(page, received.is_set)
    [route] = scripts_may_come
    route.continue_()

    Screen(page).sees("Je regarde vos résultats")
    Screen(page).is_live()
    assert len(sockets) == 1
