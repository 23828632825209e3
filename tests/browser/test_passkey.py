"""A passkey of the browser's own virtual device: it is added, opens the account alone, and as a second step."""

import re

from playwright.sync_api import Page, expect

from tests.browser.backstage import PASSWORD
from tests.browser.conftest import fill_sign_in

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
CONVERSATIONS = re.compile("/patient/chat$")


def add_device(page: Page) -> None:
    """A phone in the hand of its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main button[type=submit]").click()
    expect(page.locator("input[name=login]")).to_be_visible()


def test_a_passkey_opens_the_account_alone_and_as_a_second_step(new_context, server, people, complaints):
    # This name is not PUBLIC_URL, from which alone sockets are opened.
    complaints.forgive_cut_lines()
    page = new_context(base_url=server.url.replace("127.0.0.1", "localhost"), locale="en-GB").new_page()
    add_device(page)
    page.goto("/accounts/login/")
    fill_sign_in(page, people.patient)
    page.goto("/accounts/second-factor/passkeys/add/")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("passkey-form button").click()
    expect(page.locator(".codes li")).to_have_count(10)

    sign_out(page)
    page.locator("passkey-form button").click()
    expect(page).to_have_url(CONVERSATIONS)
    page.goto("/accounts/second-factor/")
    expect(page.locator(".device time")).to_be_visible()

    sign_out(page)
    fill_sign_in(page, people.patient)
    expect(page.locator("input[name=code]")).to_be_visible()
    page.locator("passkey-form button").click()
    expect(page).to_have_url(CONVERSATIONS)
