"""Slowing down and delaying the uploads of a page."""

import zipfile

from playwright.sync_api import Page, Route, expect

from tests.browser.screen import Screen, wait_until

AN_ARCHIVE = "C’est une archive, qui n’est pas acceptée. Décompressez-la et envoyez les fichiers qu’elle contient."
A_WEB_PAGE = "C’est une page web (HTML), qui n’est pas acceptée. Enregistrez-la en PDF et envoyez celui-ci."


def make_archive(path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("radio.txt", "x")


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
    wait_until(page, lambda: pending)
    return pending[0]
