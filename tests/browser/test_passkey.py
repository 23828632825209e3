"""A passkey of the browser's own virtual device: it opens the account alone and as a second step, and unlocks it."""

import re

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.backstage import PASSWORD
from tests.browser.conftest import fill_sign_in
from tests.browser.screen import is_accessible

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
USE = re.compile("Use a passkey|clé d.accès|passkey", re.IGNORECASE)
PASSWORD_LABEL = re.compile("^(Password|Mot de passe)$")
CONVERSATIONS = re.compile("/patient/chat$")


def add_device(page: Page) -> CDPSession:
    """A phone in the hand of its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main button[type=submit]").click()
    expect(page.locator("input[name=login]")).to_be_visible()


def add_passkey(page: Page, person) -> None:
    """Sign in with the password, and let this device keep a passkey."""
    page.goto("/accounts/login/")
    fill_sign_in(page, person)
    page.goto("/accounts/second-factor/passkeys/add/")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("passkey-form button").click()
    expect(page.locator(".codes li")).to_have_count(10)


def lock(page: Page, backstage, person) -> None:
    backstage.leave(user_id=person.id, minutes=16)
    page.evaluate("new BroadcastChannel('idle').postMessage({ type: 'lock' })")


@pytest.fixture
def place(server, complaints):
    """This name is not PUBLIC_URL, from which alone sockets are opened."""
    complaints.forgive_cut_lines()
    complaints.forgive(re.compile("status of 4(03|23)|hidden. username fields"))
    return server.url.replace("127.0.0.1", "localhost")


def test_a_passkey_unlocks_all_tabs(new_context, place, people, backstage):
    page = new_context(base_url=place, locale="en-GB").new_page()
    add_device(page)
    add_passkey(page, people.doctor)
    page.goto("/professional/consultations")
    other = page.context.new_page()
    other.goto(f"{place}/accounts/profile")
    lock(page, backstage, people.doctor)
    use = page.get_by_role("button", name=USE)
    expect(use).to_be_visible()
    is_accessible(page)
    expect(other.get_by_label(PASSWORD_LABEL)).to_be_visible()
    use.click()
    for tab in (page, other):
        expect(tab.locator("h1").first).to_be_visible()
        expect(tab.get_by_label(PASSWORD_LABEL)).to_have_count(0)

    # The server's own page.
    backstage.leave(user_id=people.doctor.id, minutes=16)
    page.goto("/accounts/profile")
    page.get_by_role("button", name=USE).click()
    expect(page).to_have_url(re.compile("/accounts/profile$"))
    expect(page.locator("h1")).to_be_visible()


def test_a_device_without_the_passkey_says_so_and_the_password_is_left(new_context, place, people, backstage):
    page = new_context(base_url=place, locale="en-GB").new_page()
    session = add_device(page)
    add_passkey(page, people.doctor)
    page.goto("/professional/consultations")
    lock(page, backstage, people.doctor)
    expect(page.get_by_role("button", name=USE)).to_be_visible()
    session.send("WebAuthn.disable")
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.get_by_role("button", name=USE).click()
    expect(page.locator("[data-said]")).not_to_be_empty()
    page.get_by_label(PASSWORD_LABEL).fill(PASSWORD)
    page.get_by_label(PASSWORD_LABEL).press("Enter")
    expect(page.locator("h1").first).to_be_visible()


def test_a_passkey_that_was_removed_meanwhile_is_no_server_that_is_away(
    new_context, place, people, backstage, complaints
):
    complaints.forgive(re.compile("status of 409"))
    page = new_context(base_url=place, locale="en-GB").new_page()
    add_device(page)
    add_passkey(page, people.doctor)
    page.goto("/professional/consultations")
    lock(page, backstage, people.doctor)
    gone = {"success": False, "message": "This account has no passkey.", "error": "no_passkey"}
    page.route("**/api/auth/unlock/passkey", lambda route: route.fulfill(status=409, json=gone))
    page.get_by_role("button", name=USE).click()
    expect(page.locator("[data-said]")).to_contain_text("n’a donné aucune clé d’accès")


def test_nobody_is_offered_a_passkey_that_they_do_not_have(new_context, place, people, backstage):
    page = new_context(base_url=place, locale="en-GB").new_page()
    add_device(page)
    page.goto("/accounts/login/")
    fill_sign_in(page, people.doctor)
    page.goto("/professional/consultations")
    with page.expect_response("**/api/auth/me"):
        lock(page, backstage, people.doctor)
    expect(page.get_by_label(PASSWORD_LABEL)).to_be_visible()
    expect(page.locator("[data-use-passkey]")).to_be_hidden()


def test_a_passkey_opens_the_account_alone_and_as_a_second_step(new_context, place, people):
    page = new_context(base_url=place, locale="en-GB").new_page()
    add_device(page)
    add_passkey(page, people.patient)

    sign_out(page)
    page.locator("passkey-form button").click()
    expect(page).to_have_url(CONVERSATIONS)
    page.goto("/accounts/second-factor/")
    expect(page.locator(".device time")).to_be_visible()

    # On a shared computer the session ends with the browser.
    sign_out(page)
    page.locator("#id_is_shared").check()
    page.locator("passkey-form button").click()
    expect(page).to_have_url(CONVERSATIONS)
    assert [cookie["expires"] for cookie in page.context.cookies() if cookie["name"] == "sessionid"] == [-1]

    sign_out(page)
    fill_sign_in(page, people.patient)
    expect(page.locator("input[name=code]")).to_be_visible()
    page.locator("passkey-form button").click()
    expect(page).to_have_url(CONVERSATIONS)
