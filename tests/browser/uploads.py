"""Slowing down and delaying the uploads of a page."""

from playwright.sync_api import Page, Route, expect

from tests.browser.screen import Screen

WRONG_TYPE = "Format refusé. Envoyez une photo, un PDF ou un document Word dont le contenu correspond au nom."


def slow_down(page: Page, *, upload_bytes: int) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    conditions = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": upload_bytes}
    devtools.send("Network.emulateNetworkConditions", conditions)


def begin_upload(page: Page, path) -> Route:
    """Choose a file; its request, and those of others, wait until the test continues them."""
    pending = []
    page.route("**/api/chat/attachments", lambda route: pending.append(route))
    Screen(page).choose(path)
    expect(Screen(page).uploads).to_have_attribute("data-state", "uploading")
    for _ in range(300):
        if pending:
            return pending[0]
        page.wait_for_timeout(50)
    raise AssertionError("The upload did not begin.")
