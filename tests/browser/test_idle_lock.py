"""A page that nobody uses leaves the screen, in all tabs, and loses nothing of what was written there."""

import re

import pytest
from playwright.sync_api import expect

from chat.tests.files import samples
from tests.browser.backstage import PASSWORD
from tests.browser.conftest import fill_sign_in
from tests.browser.screen import Screen, is_accessible, wait_until

LOCKED = re.compile("^Verrouillé — ")


@pytest.fixture(autouse=True)
def forgiving(complaints):
    complaints.forgive_cut_lines()
    complaints.forgive(re.compile("status of 4(03|23)|hidden. username fields"))


@pytest.fixture
def doctors_page(sign_in, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Mot secret"])
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}")
    Screen(page).is_live()
    return page


def unlock(page, password=PASSWORD):
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Déverrouiller").click()


def is_locked(page):
    expect(page).to_have_title(LOCKED)
    expect(page.get_by_label("Mot de passe")).to_be_visible()
    assert not re.search("secret|Durand|Martin", page.content())


def test_nothing_is_shown_until_the_password_is_entered_and_nothing_is_lost(doctors_page, people, backstage, server):
    page, doctor = doctors_page, Screen(doctors_page)
    other = page.context.new_page()
    other.goto(f"{server.url}/professional/consultations")
    doctor.choose({"name": "scan.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()})
    expect(page.locator("upload-tray li[data-state=ready]")).to_be_visible()
    doctor.text.fill("Envoi secret")
    page.context.set_offline(True)
    doctor.text.press("Enter")
    expect(doctor.message("Envoi secret")).to_have_attribute("data-state", "pending")
    doctor.text.fill("Brouillon secret")

    backstage.leave(user_id=people.doctor.id, minutes=16)
    page.evaluate("new BroadcastChannel('idle').postMessage({ type: 'lock' })")
    for tab in (page, other):
        is_locked(tab)
    expect(page.locator("[data-waiting]")).to_be_visible()
    expect(page.get_by_label("Mot de passe")).to_be_focused()
    is_accessible(page)
    page.context.set_offline(False)
    unlock(page, "faux")
    expect(page.get_by_text("Mot de passe incorrect.")).to_be_visible()
    assert "Envoi secret" not in backstage.texts(chat_id=people.chat_id)

    unlock(page)
    doctor.sees_sent("Envoi secret")
    expect(doctor.text).to_have_value("Brouillon secret")
    expect(page.locator("upload-tray li")).to_have_count(0)
    expect(doctor.message("Mot secret")).to_be_visible()
    expect(other.get_by_role("heading", name="Consultations", exact=True)).to_be_visible()


def test_the_server_s_lock_closes_the_page_and_another_person_finds_nothing(doctors_page, people, backstage):
    page = doctors_page
    Screen(page).text.fill("Brouillon secret")
    backstage.leave(user_id=people.doctor.id, minutes=16)
    is_locked(page)

    page.get_by_role("button", name="Se déconnecter").click()
    fill_sign_in(page, people.patient)
    page.wait_for_url("**/patient/**")
    Screen(page).is_live()
    assert "Brouillon secret" not in page.evaluate("JSON.stringify(sessionStorage)") + page.content()


def test_the_other_tabs_follow_what_opens_elsewhere_in_this_browser(doctors_page, people, backstage, server):
    """The server's own page unlocks without a script; and somebody else may sign in."""
    page, other = doctors_page, doctors_page.context.new_page()
    other.goto(f"{server.url}/accounts/profile")
    Screen(page).text.fill("Brouillon secret")

    def lock():
        backstage.leave(user_id=people.doctor.id, minutes=16)
        page.evaluate("new BroadcastChannel('idle').postMessage({ type: 'lock' })")
        for tab in (page, other):
            is_locked(tab)
        other.reload()

    lock()
    other.locator("#id_password").fill(PASSWORD)
    other.locator("#id_password").press("Enter")
    expect(other.locator("h1")).to_have_text("Profil")
    expect(Screen(page).text).to_have_value("Brouillon secret")

    lock()
    other.get_by_role("button", name="Se déconnecter").click()
    fill_sign_in(other, people.patient)
    expect(other).to_have_url(re.compile("/patient/chat"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page).to_have_url(re.compile("/patient/chat"))
    wait_until(page, lambda: not re.search("secret", page.evaluate("JSON.stringify(sessionStorage)")))


def test_a_number_that_comes_late_is_not_in_the_title(sign_in, people):
    page, held = sign_in(people.doctor), []
    page.route("**/chat/unread", lambda route: held.append(route))
    page.goto("/accounts/profile")
    wait_until(page, lambda: held)
    page.evaluate("new BroadcastChannel('idle').postMessage({ type: 'lock' })")
    is_locked(page)
    with page.expect_response("**/chat/unread"):
        held[-1].fulfill(json={"success": True, "unread": 3})
    page.evaluate("() => new Promise((done) => setTimeout(done, 50))")
    is_locked(page)


def test_gestures_are_told_once_a_minute_and_without_any_it_locks(sign_in, people, backstage):
    page = sign_in(people.doctor, at="/accounts/profile")
    page.clock.install()
    # However long a slow machine takes for an answer, it is not too late.
    page.clock.pause_at(page.evaluate("Date.now()") + 60_000)
    backstage.leave(user_id=people.doctor.id, minutes=0)
    page.reload()
    told = []
    page.on("request", lambda request: request.url.endswith("/api/auth/active") and told.append(request))
    for _ in range(3):
        page.mouse.move(10 + len(told), 10)
        page.mouse.wheel(0, 10)
    page.clock.run_for(40_000)
    assert not told
    page.clock.run_for(20_000)
    page.wait_for_timeout(0)
    assert len(told) == 1
    left = told[0].response().json()["locks_in"]
    # Another tab told the server of gestures, and nobody told this one.
    with page.expect_response("**/api/auth/me"):
        # Until it asks, and not as long as it waits for the answer.
        page.clock.run_for((left - 2) * 1_000)
    expect(page).not_to_have_title(LOCKED)
    backstage.leave(user_id=people.doctor.id, minutes=15)
    page.clock.run_for(15 * 60_000)
    is_locked(page)


@pytest.fixture
def short_lock(backstage):
    backstage.lock_after(minutes=1)
    yield
    backstage.lock_after(minutes=15)


def test_gestures_keep_a_lock_of_one_minute_open(short_lock, sign_in, people, backstage):
    page = sign_in(people.doctor, at="/accounts/profile")
    # The server knows it within five seconds.
    wait_until(page, lambda: page.reload() and page.locator("template#locked[data-after='60']").count())
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") + 60_000)
    backstage.leave(user_id=people.doctor.id, minutes=0)
    page.reload()
    page.mouse.move(10, 10)
    backstage.leave(user_id=people.doctor.id, minutes=0.5)
    with page.expect_response("**/api/auth/active") as told:
        page.clock.run_for(31_000)
    assert told.value.json()["locks_in"] == 60
